"""A list without pages has no end of its own: it holds more than the ``count`` of records that a page usually has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import made, mine
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story

_BATCH = 50


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check; it makes records only where there are too few."""
    tell = partial(_whole, count=int(clause.arguments["count"]))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}))


def _whole(story: Story, count: int) -> None:
    reply = story.browse()
    if not reply.accepted:
        raise CouldNotRun(f"the list could not be read: {reply.outcome}")
    if len(reply.records) > count:
        return
    identities: list[str] = []
    for start in range(0, count + 1, _BATCH):
        labels = range(start, min(start + _BATCH, count + 1))
        identities += made(story, *(story.new(label=f"one of many {each}") for each in labels))
    again = story.browse()
    if not again.accepted:
        raise Broken("refused", f"a list of more than {count} {story.one}s was not answered: {again.outcome}")
    left = len(identities) - len(set(mine(again, identities)))
    if left:
        reason = f"a list without pages leaves out {left} of {len(identities)} new {story.one}s"
        raise Broken("cut", f"{reason}: {again.outcome}")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that cut a list off where a page would end."""
    count = int(clause.arguments["count"])

    def cut(stages: Stages) -> Stages:
        def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            found = stages.page(records, asked)
            return found if "page" in asked.narrowing else found[:count]

        return replace(stages, page=page)

    yield fault(clause, "cut", "cut", f"a list without pages ends after {count}", cut)


RULE = Rule(name="unlimited", takes={"count": "number"}, checks=checks, faults=faults)
