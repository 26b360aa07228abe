"""A search looks into the documented fields alone. Clauses name in ``fields`` some into which it does not look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import asking
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in clause.texts("fields"):
        needs = frozenset({"list", "search", "read"})
        yield Check(clause=clause, parameter=each, tell=partial(_unseen, field=each), needs=needs)


def _unseen(story: Story, field: str) -> None:
    name, record = story.contract.resource.name, story.new(field)
    identity, term = str(story.given(record)[story.identity]), str(record[field])
    reply = asking(story, search=term)
    if not reply.accepted:
        raise CouldNotRun(f"a search for {term!r} was refused: {reply.outcome}")
    if all(each.get(story.identity) != identity for each in reply.records):
        return
    nothing = asking(story, search=f"{record[name]} nowhere")
    if any(each.get(story.identity) == identity for each in nothing.records):
        raise CouldNotRun(f"the list is not narrowed by a search at all: {nothing.outcome}")
    raise Broken("extra", f"a search for {term!r} finds the {story.one} that has it in {field} alone")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look into one more field."""
    for each in clause.texts("fields"):
        seeded = fault(clause, f"finds-{each}", "extra", f"{each} is searched as well", partial(_finds, field=each))
        yield replace(seeded, parameter=each)


def _finds(stages: Stages, field: str) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, term = stages.sift(records, asked), asked.narrowing.get("search", "").casefold()
        more = [each for each in records if term and term in str(each.get(field, "")).casefold() and each not in found]
        return [*found, *more]

    return replace(stages, sift=sift)


RULE = Rule(name="search-limits", takes={"fields": "fields"}, checks=checks, faults=faults)
