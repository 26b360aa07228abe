"""A collection without a key is replaced as a whole by the one sent. Clauses name it in ``field``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record, objects
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, beyond, chosen, fault
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake
from conformance.rules.story import Story
from conformance.rules.whole import updates_at_all


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: two items stored, a third sent, the third alone remains; and where that binds, so once more."""
    tell = partial(_replaced, field=clause.text("field"), times=2 if clause.grade.binding else 1)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}))


def _replaced(story: Story, field: str, times: int) -> None:
    before = story.given(story.new(field))
    if field not in before:
        raise CouldNotRun(f"the {field} of a new {story.one} were not stored")
    for time in range(1, times + 1):
        _once(story, before, field, time)


def _once(story: Story, before: Record, field: str, time: int) -> None:
    third = objects(story.new(field, label=f"third {time}", turn=1 + time)[field])[:1]
    update = {**story.carried(before), story.identity: before[story.identity], field: third}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update of {field} was not accepted: {reply.outcome}")
    after = story.fetch(str(before[story.identity]), "after the update")
    wanted = chosen(story.canonical(update), field)
    if chosen(after, field) != wanted:
        updates_at_all(story, before, field)
        detail = differences(wanted, chosen(after, field))[0]
        reason = f"{field} was sent with one item (update {time}), which should be all that is left: {detail}"
        raise Broken("not-replaced", reason, wanted, chosen(after, field))


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that add to the collection, or keep it."""
    field = clause.text("field")

    def appends(existing: Record, intake: Intake, merged: Record) -> Record:
        both = (*objects(existing.get(field)), *objects(intake.sent.get(field)))
        return {**merged, field: both} if field in intake.sent else merged

    def appends_to_one(existing: Record, intake: Intake, merged: Record) -> Record:
        return appends(existing, intake, merged) if len(objects(existing.get(field))) == 1 else merged

    def keeps(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, field: existing[field]} if existing.get(field) else merged

    yield fault(clause, "appends", "not-replaced", f"{field} sent are added to those stored", merging(appends))
    if clause.grade.binding:
        again = merging(appends_to_one)
        yield fault(clause, "appends-again", "not-replaced", f"{field} sent a second time are added", again)
    yield beyond(fault(clause, "keeps", "not-replaced", f"{field} once stored never change", merging(keeps)))


RULE = Rule(name="replaced", takes={"field": "field"}, checks=checks, faults=faults)
