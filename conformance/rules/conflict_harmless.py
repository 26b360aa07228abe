"""A refused create changes nothing: the record in its way stays as it was, and no other comes to be.

Clauses name the conflicting member in ``by``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import Alter
from conformance.rules.stages import Intake, Shelf
from conformance.rules.story import Broken, CouldNotRun, Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """Two checks: the record that was there, and records that were not."""
    by = clause.text("by")
    needs = frozenset({Role.CREATE, "read", "list"})
    yield Check(clause=clause, parameter="untouched", tell=partial(_untouched, by=by), needs=needs)
    yield Check(clause=clause, parameter="nothing-created", tell=partial(_nothing_created, by=by), needs=needs)


def _conflict(story: Story, by: str) -> tuple[Record, Record]:
    """The record in the way, and the attempt that was refused because of it."""
    existing = story.given(story.new(story.witness(), label="first"))
    attempt = {**story.new(story.witness(), label="second", turn=1), by: existing[by]}
    reply = story.create(attempt)
    if not reply.refused:
        raise CouldNotRun(f"the create was not refused: {reply.outcome}")
    return existing, attempt


def _untouched(story: Story, by: str) -> None:
    before, _ = _conflict(story, by)
    after = story.fetch(str(before[story.identity]), "after the refused create")
    wrong = differences(before, after)
    if wrong:
        raise Broken("changed", f"a refused create changed the {story.one} in its way: {wrong[0]}", before, after)


def _nothing_created(story: Story, by: str) -> None:
    resource = story.contract.resource
    before, attempt = _conflict(story, by)
    other = resource.number if by == resource.name else resource.name
    ghosts = story.holding(other, attempt[other])
    twins = [each for each in story.holding(by, before[by]) if each.get(story.identity) != before[story.identity]]
    found = ghosts or twins
    if found:
        raise Broken("created", f"a refused create left a new {story.one} in the list", attempt, found[0])


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that refuse aloud and store in silence."""
    by, identity = clause.text("by"), contract.resource.identity

    def lingering(*, creates: bool) -> Alter:
        def linger(shelf: Shelf, intake: Intake) -> Record | None:
            holder = shelf.find(by, str(intake.sent.get(by)))
            if intake.role is not Role.CREATE or holder is None or not intake.sent.get(by):
                return None
            return dict(intake.sent) if creates else {**holder, **intake.sent, identity: holder[identity]}

        return lambda stages: replace(stages, linger=linger)

    overwrites, creates = lingering(creates=False), lingering(creates=True)
    yield fault(clause, "overwrites", "changed", "a refused create overwrites the record in its way", overwrites)
    yield fault(clause, "creates", "created", "a refused create stores the new record all the same", creates)


RULE = Rule(name="conflict-harmless", takes={"by": "field"}, checks=checks, faults=faults)
