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
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import Alter
from conformance.rules.refused import refused
from conformance.rules.stages import Intake, Shelf
from conformance.rules.story import Story
from conformance.rules.whole import plain, rich, stored


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """Two checks: the record that was there, and records that were not."""
    by = clause.text("by")
    needs = frozenset({Role.CREATE, "read", "list"})
    check = partial(Check, clause=clause, needs=needs, scene=LIFE, glance=refused)
    yield check(parameter="untouched", tell=partial(_untouched, by=by))
    yield check(parameter="nothing-created", tell=partial(_nothing_created, by=by))


def _conflict(story: Story, by: str) -> tuple[Record, Record, Record]:
    """The record in the way, another one, and the attempt that was refused."""
    existing, other = stored(story, "first"), stored(story, "other", 2)
    attempt = {**plain(story, rich(story, "second", 1)), by: existing[by]}
    reply = story.create(attempt)
    if not reply.refused:
        raise CouldNotRun(f"the create was not refused: {reply.outcome}")
    return existing, other, attempt


def _untouched(story: Story, by: str) -> None:
    existing, other, _ = _conflict(story, by)
    for which, before in (("in its way", existing), ("beside it", other)):
        after = story.fetch(str(before[story.identity]), "after the refused create")
        wrong = differences(before, after)
        if wrong:
            raise Broken("changed", f"a refused create changed the {story.one} {which}: {wrong[0]}", before, after)


def _nothing_created(story: Story, by: str) -> None:
    resource = story.contract.resource
    existing, _, attempt = _conflict(story, by)
    ghost = story.read(str(attempt[resource.number]), resource.number).only if by != resource.number else None
    archived = story.contract.operations[Role.LIST].narrowing.get("archived")
    reply = story.browse(*([(archived, "true")] if archived else []))
    if not reply.accepted:
        raise CouldNotRun(f"the list of {resource.many} could not be read: {reply.outcome}")
    witness = story.witness()
    traces = [(each, attempt[each]) for each in (resource.name, resource.number, witness)]
    found = [each for each in reply.records if any(each.get(name) == value for name, value in traces)]
    strangers = [each for each in found if each.get(story.identity) != existing[story.identity]]
    if ghost is not None or strangers:
        created = ghost or strangers[0]
        raise Broken("created", f"a refused create left a new {story.one} behind", attempt, created)


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
