"""In XML the items of a list inside a record are elements of the name that the contract gives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Field
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at, rewritten
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import xml
from conformance.wire.xml import Element

_OTHER = "Item"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    yield from at(contract, clause, _look, existing(contract, RECORDS))


def _look(story: Story, reply: Reply) -> None:
    for field, element in _lists(story.contract, xml.read(reply.response.body)):
        wrong = _misnamed(field, element)
        if wrong:
            where = f"the answer to {reply.request.method} {reply.request.path}"
            raise Broken("misnamed", f"{where} has {story.quote(wrong)}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Items of another name in any record of an answer."""
    if heard.success and heard.root is not None:
        for field, element in _lists(heard.contract, Element("", "", (heard.root,))):
            wrong = _misnamed(field, element)
            if wrong:
                yield about(clause, "misnamed", f"a {heard.contract.resource.one} has {wrong}", field.name)


def _misnamed(field: Field, element: Element) -> str:
    if not element.children and element.text.strip():
        return f"a text in its {field.name}, where {field.item} belongs"
    others = [each.name for each in element.children if each.name != field.item]
    return f"{others[0]} in its {field.name}, where {field.item} belongs" if others else ""


def _lists(contract: Contract, element: Element) -> Iterator[tuple[Field, Element]]:
    """The lists of every record in a document, with their fields."""
    fields = {each.name: each for each in contract.resource.fields if each.item}
    for each in element.children:
        if element.name == contract.resource.one and each.name in fields:
            yield fields[each.name], each
        else:
            yield from _lists(contract, each)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that call the items otherwise in one sort of answer."""
    for place in existing(contract, RECORDS):
        change = rewritten(dict, partial(_renamed, contract))
        sentence = f"items of lists have a name of their own in one sort of answer: {place}"
        seeded = fault(clause, f"renames-{place}", "misnamed", sentence, answering_at(contract, place, change))
        yield replace(seeded, parameter=place)


def _renamed(contract: Contract, element: Element) -> Element:
    items = {each.item for each in contract.resource.fields if each.item}
    children = tuple(_renamed(contract, each) for each in element.children)
    return element._replace(name=_OTHER if element.name in items else element.name, children=children)


RULE = Rule(name="itemized", checks=checks, faults=faults, overhear=overhear)
