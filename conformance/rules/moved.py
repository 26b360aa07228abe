"""An identifying member that has changed: the new value means the record, and the old one is free.

Clauses name the member in ``by`` and the operation in ``role``: an upsert finds the record, a create is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import merging
from conformance.rules.refused import moved
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """Two checks: the new value, and the old one."""
    role, by = Role(clause.text("role")), clause.text("by")
    glance = trip if role is Role.UPSERT else moved
    check = partial(Check, clause=clause, needs=frozenset({role, "read"}), scene=LIFE, glance=glance)
    yield check(parameter="new", tell=partial(_new_is_known, by=by, role=role))
    yield check(parameter="old", tell=partial(_old_is_free, by=by, role=role))


def _changed(story: Story, by: str) -> tuple[Record, str]:
    """A record whose member has been changed, as it was before, and the new value."""
    resource = story.contract.resource
    before = story.given(story.new(story.witness(), label="first"))
    made = values.name if by == resource.name else values.number
    fresh = made(resource, story.seed, "changed")
    reply = story.upsert({**story.carried(before), story.identity: before[story.identity], by: fresh})
    if not reply.accepted or story.fetch(str(before[story.identity]), "changed").get(by) != fresh:
        raise CouldNotRun(f"{by} of a {story.one} could not be changed: {reply.outcome}")
    return before, fresh


def _new_is_known(story: Story, by: str, role: Role) -> None:
    before, fresh = _changed(story, by)
    second = {**story.new(label="second", turn=1), by: fresh}
    if role is Role.UPSERT and by == story.contract.resource.name:
        # A number that nobody has beside a name that somebody has: no source says what that means.
        second = without(second, story.contract.resource.number)
    reply = story.write(role, second)
    said = f"the {by} {fresh!r}, which a {story.one} was given by an update,"
    if role is Role.CREATE and reply.accepted:
        raise Broken("new-unknown", f"{said} does not stand in the way of a create: {reply.outcome}", before)
    if role is Role.UPSERT and not reply.accepted:
        raise CouldNotRun(f"an upsert with the new {by} was not accepted: {reply.outcome}")
    if role is Role.UPSERT and story.identified(reply, second) != before[story.identity]:
        raise Broken("new-unknown", f"{said} is not known to an upsert: another was written", before, reply.only)


def _old_is_free(story: Story, by: str, role: Role) -> None:
    before, _ = _changed(story, by)
    third = {**story.new(label="third", turn=2), by: before[by]}
    reply = story.write(role, third)
    said = f"the {by} {before[by]!r}, which a {story.one} no longer has,"
    if not reply.accepted:
        raise Broken("old-known", f"{said} cannot be used for a new one: {reply.outcome}", before)
    if story.identified(reply, third) == before[story.identity]:
        raise Broken("old-known", f"{said} is still taken for it", before, reply.only)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose index is not kept up to date."""
    by, role = clause.text("by"), Role(clause.text("role"))
    remembers = partial(_remembers, by=by, identity=contract.resource.identity)
    forgets = partial(_forgets, by=by, role=role, identity=contract.resource.identity)
    yield fault(clause, "remembers", "old-known", f"a {by} that was given up is still looked up", remembers)
    yield fault(clause, "forgets", "new-unknown", f"a {by} given by an update is not looked up", forgets)


def _noting(stages: Stages, by: str, note: Callable[[Record, Record], None]) -> Stages:
    def change(existing: Record, _intake: Intake, merged: Record) -> Record:
        if existing and merged.get(by) != existing.get(by):
            note(existing, merged)
        return merged

    return merging(change)(stages)


def _remembers(stages: Stages, by: str, identity: str) -> Stages:
    old: dict[str, str] = {}

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        stale = old.get(str(intake.sent.get(by))) if intake.role is Role.UPSERT else None
        return shelf.find(identity, stale) if stale else stages.match(shelf, intake)

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        stale = intake.role is Role.CREATE and str(intake.sent.get(by)) in old
        return ("It is taken",) if stale else stages.object(shelf, intake, existing)

    def note(existing: Record, _merged: Record) -> None:
        old[str(existing.get(by))] = str(existing[identity])

    return _noting(replace(stages, match=match, object=object_), by, note)


def _forgets(stages: Stages, by: str, role: Role, identity: str) -> Stages:
    new: set[str] = set()

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        blind = identity not in intake.sent and str(intake.sent.get(by)) in new
        return None if blind else stages.match(shelf, intake)

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        blind = intake.role is role and str(intake.sent.get(by)) in new
        return () if blind else stages.object(shelf, intake, existing)

    def note(_existing: Record, merged: Record) -> None:
        new.add(str(merged.get(by)))

    return _noting(replace(stages, match=match, object=object_), by, note)


RULE = Rule(name="moved", takes={"by": "field", "role": "text"}, checks=checks, faults=faults)
