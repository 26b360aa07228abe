"""Every record of an answer shows the members that a reader knows it by. Clauses list them in ``members``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value, empty
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, in_records
from conformance.rules.heard import Heard, about, refusals
from conformance.rules.kind import Check, Fault, Finding, Rule, fault, without
from conformance.rules.overheard import RECORDS, Overheard, at, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, partial(_look, clause=clause), RECORDS)


def _look(story: Story, reply: Reply, clause: Clause) -> None:
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    record = _own(story, overheard(story), reply)
    for name in clause.texts("members"):
        if empty(record.get(name)):
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("unidentified", f"the answer to {line} shows a {story.one} without its {name}")


def _own(story: Story, said: Overheard, reply: Reply) -> Record:
    """The record of this story in an answer: by its name where its identity is not shown."""
    name, identity = story.contract.resource.name, story.identity
    bare = [each for each in reply.records if not each.get(identity) and each.get(name) == said.sent[name]]
    return bare[0] if bare else reply.records[said.position(reply)]


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Records of an answer without such a member."""
    if heard.answer is None or heard.place not in RECORDS:
        return
    # A record that was refused is repeated as it was sent.
    refused = refusals(heard.contract, heard.answer)
    for number, record in enumerate(heard.answer.records or ()):
        for name in clause.texts("members") if number not in refused else ():
            if empty(record.get(name)):
                path = heard.where(f"[{number}]")
                yield about(clause, "unidentified", f"a {heard.contract.resource.one} shows no {name}", path)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that leave one of them out in one sort of answer."""
    for place in existing(contract, RECORDS):
        for name in clause.texts("members"):
            change = in_records(contract, partial(_json, name), partial(_xml, name))
            sentence = f"{name} is left out in one sort of answer: {place}"
            alter = answering_at(contract, place, change)
            seeded = fault(clause, f"no-{name}-{place}", "unidentified", sentence, alter)
            yield replace(seeded, parameter=place)


def _json(name: str, value: Record) -> dict[str, Value]:
    return without(value, name)


def _xml(name: str, element: Element) -> Element:
    return element._replace(children=tuple(each for each in element.children if each.name != name))


RULE = Rule(name="identified", takes={"members": "field"}, checks=checks, faults=faults, overhear=overhear)
