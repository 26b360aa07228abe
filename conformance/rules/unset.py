"""Whether members that were never set are shown, empty, or left out: both were recorded, so it is noted alone.

``kind`` names the kind of the members: ``text`` or ``list``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at, in_records
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE
from conformance.rules.story import Story
from conformance.wire.xml import Element

_BARE = "bare-record"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a record with little in it is fetched."""
    needs = frozenset({"upsert", "read"})
    yield Check(clause=clause, parameter="", tell=partial(_tell, clause=clause), needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause) -> None:
    sent, shown = story.scene(_BARE, _act)
    unset = [each.name for each in _fields(story.contract, clause) if each.name not in sent]
    empty = [each for each in unset if each in shown]
    if len(empty) == len(unset):
        raise Broken("shown", "shows all of them, empty")
    if empty:
        raise Broken("shown", f"shows {', '.join(empty)}, and no other")
    story.chose("leaves them out")


def _act(story: Story) -> tuple[Record, Record]:
    sent = story.new()
    identity = story.given(sent)[story.identity]
    return sent, story.read(str(identity)).records[0]


def _fields(contract: Contract, clause: Clause) -> list[Field]:
    kind = Kind(clause.text("kind"))
    return [each for each in contract.resource.fields if each.kind is kind and each.writable and not each.formats]


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that shows what was never set, which is as good."""
    names = [each.name for each in _fields(contract, clause)]
    empty: Value = () if clause.text("kind") == Kind.LIST else ""

    def of_json(value: Record) -> dict[str, Value]:
        return {**dict.fromkeys(names, empty), **value}

    def of_xml(element: Element) -> Element:
        here = {each.name for each in element.children}
        more = tuple(Element(each) for each in names if each not in here)
        return element._replace(children=(*element.children, *more))

    change = in_records(contract, of_json, of_xml)
    alter = answering_at(contract, "read", change)
    yield fault(clause, "shown", "shown", "a single record shows what was never set, empty", alter)


RULE = Rule(name="unset", takes={"kind": "text"}, checks=checks, faults=faults)
