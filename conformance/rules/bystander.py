"""A write touches the record that it means, and no other.

Clauses list in ``by`` how an update means its record; without it they are about a new record, which has nothing of
those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.mischief import merging
from conformance.rules.posted import crowd
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip
from conformance.rules.whole import plain, rich, stored


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each way of meaning a record, or one for a new record."""
    for each in clause.texts("by"):
        tell = partial(_untouched, by=each)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"read"}), scene=LIFE, glance=trip)
    if not clause.texts("by"):
        needs = frozenset({"read"})
        yield Check(clause=clause, parameter="", tell=_nothing_taken, needs=needs, scene=LIFE, glance=crowd)


def _untouched(story: Story, by: str) -> None:
    resource = story.contract.resource
    first, meant, last = (stored(story, each, turn) for turn, each in enumerate(("first", "meant", "last")))
    own = (resource.number, resource.name, resource.status)
    changed = without(plain(story, rich(story, "changed", 3)), *own)
    update = {**story.carried(meant), **changed, **story.meaning(meant, by)}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update by {by} was not accepted: {reply.outcome}")
    for before in (first, last):
        after = story.fetch(str(before[story.identity]), "after the update of another")
        ignored = resource.modified
        wrong = differences(without(before, ignored), without(after, ignored))
        if wrong:
            reason = f"an update of one {story.one} by {by} changed another: {wrong[0]}"
            raise Broken("other-changed", reason, before, after)


def _nothing_taken(story: Story) -> None:
    """A new record has nothing of the one before it."""
    resource = story.contract.resource
    before = stored(story, "full")
    sparse = story.new(label="sparse", turn=1)
    after = story.given(sparse)
    if after[story.identity] == before[story.identity]:
        raise CouldNotRun(f"every write is answered with the same {story.one}")
    fields = [each for each in resource.fields if each.writable and each.name not in sparse]
    for field in fields:
        if field.name != resource.status and field.name in before and after.get(field.name) == before[field.name]:
            reason = f"a new {story.one} that was sent without {field.name} has that of the {story.one} before it"
            raise Broken("taken-from-other", reason, sparse, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that mix records up."""
    resource = contract.resource
    own = {resource.name, resource.number, resource.status, *resource.sent_always}
    parts = [each.name for each in resource.fields if each.writable and not each.refers and each.name not in own]
    for each in clause.texts("by"):
        sentence = f"an update by {each} clears the newest other record"
        alter = partial(_clears_other, by=each, parts=parts)
        yield replace(fault(clause, f"touches-by-{each}", "other-changed", sentence, alter), parameter=each)
    if not clause.texts("by"):
        sentence = "a new record takes members of the one before it"
        yield fault(clause, "borrows", "taken-from-other", sentence, partial(_borrows, parts=parts))


def _clears_other(stages: Stages, by: str, parts: list[str]) -> Stages:
    def linger(shelf: Shelf, intake: Intake) -> Record | None:
        records = list(shelf.records())
        updates = by in intake.sent and any(each.get(by) == intake.sent[by] for each in records)
        others = [each for each in records if each.get(by) != intake.sent.get(by)]
        return without(others[-1], *parts) if updates and others else stages.linger(shelf, intake)

    return replace(stages, linger=linger)


def _borrows(stages: Stages, parts: list[str]) -> Stages:
    last: dict[str, Value] = {}

    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        mine = {**({} if existing else chosen(last, *parts)), **merged}
        last.update(intake.sent)
        return mine

    return merging(change)(stages)


RULE = Rule(name="bystander", takes={"by": "fields"}, checks=checks, faults=faults)
