"""In XML each member of a record, and of what is inside it, stands once. JSON has no place for a second one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, in_records
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.spelling import Held, shown_format, spelt
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, _look, RECORDS)


def _look(story: Story, reply: Reply) -> None:
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    here = f"[{overheard(story).position(reply)}]."
    for held in spelt(story.contract, shown_format(reply.response.body), reply.response.body).members:
        if held.path.startswith(here) and _again(held):
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("repeated", f"in the answer to {line} {held.path.partition('.')[2]} stands more than once")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Members of any record of an answer that stand a second time."""
    for held in heard.members if heard.place in RECORDS else ():
        if _again(held) and held.field is not None:
            yield about(clause, "repeated", f"{held.field.name} stands more than once", heard.where(held.path))


def _again(held: Held) -> bool:
    # A member that no contract knows may be a list without anything around it.
    return held.again and held.field is not None


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that say a member twice in one sort of answer."""
    name = contract.resource.name
    for place in existing(contract, RECORDS):
        change = in_records(contract, dict, lambda element: _twice(element, name))
        sentence = f"{name} stands twice in one sort of answer: {place}"
        seeded = fault(clause, f"twice-{place}", "repeated", sentence, answering_at(contract, place, change))
        yield replace(seeded, parameter=place)


def _twice(element: Element, name: str) -> Element:
    more = tuple(each for each in element.children if each.name == name)
    return element._replace(children=(*element.children, *more))


RULE = Rule(name="members-once", checks=checks, faults=faults, overhear=overhear)
