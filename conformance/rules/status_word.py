"""The life-cycle member of a record is shown as one of the words of the contract, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.exchange import Response
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at, in_records
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    return at(contract, clause, _look, RECORDS)


def _look(story: Story, reply: Reply) -> None:
    resource = story.contract.resource
    words = {resource.active, resource.archived, *resource.field(resource.status).choices}
    near = {each.lower() for each in words}
    for record in reply.records:
        shown = record.get(resource.status)
        # A word that is quite another may be one that the documents do not name.
        if isinstance(shown, str) and shown not in words and shown.strip().lower() in near:
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("misspelt", f"{line} shows the {resource.status} {story.quote(shown)!r}", None, record)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that show it in small letters in one sort of answer."""
    for place in existing(contract, RECORDS):
        alter = answering_at(contract, place, partial(_small, contract=contract))
        sentence = f"{contract.resource.status} is in small letters in one sort of answer: {place}"
        yield replace(fault(clause, f"small-{place}", "misspelt", sentence, alter), parameter=place)


def _small(response: Response, contract: Contract) -> Response:
    name = contract.resource.status

    def of_json(record: Record) -> dict[str, Value]:
        return {each: str(value).lower() if each == name else value for each, value in record.items()}

    def of_xml(record: Element) -> Element:
        children = (each._replace(text=each.text.lower()) if each.name == name else each for each in record.children)
        return record._replace(children=tuple(children))

    return in_records(contract, of_json, of_xml)(response)


RULE = Rule(name="status-word", checks=checks, faults=faults)
