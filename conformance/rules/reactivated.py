"""An archived record is still meant by its identity: an upsert that sets it active again finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import losing, refusing
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: archive, then set active by identity."""
    yield Check(clause=clause, parameter="", tell=_active_again, needs=frozenset({"read"}))


def _active_again(story: Story) -> None:
    resource = story.contract.resource
    before = story.given(story.new())
    identity = str(before[story.identity])
    meant = {**story.carried(before), resource.name: before[resource.name], story.identity: identity}
    archived = story.upsert({**meant, resource.status: resource.archived})
    if not archived.accepted or story.fetch(identity, "archived").get(resource.status) != resource.archived:
        raise CouldNotRun(f"the {story.one} could not be archived: {archived.outcome}")
    reply = story.upsert({**meant, resource.status: resource.active})
    pointed = f"an upsert that names an archived {story.one} by {story.identity} and sets it {resource.active}"
    if not reply.accepted:
        raise Broken("refused", f"{pointed} was not accepted: {reply.outcome}", before)
    if reply.identity and reply.identity != identity:
        others = f"{reply.identity}, not {identity}"
        raise Broken("not-matched", f"{pointed} was answered with another: {others}", before, reply.only)
    after = story.fetch(identity, "active again")
    if after.get(resource.status) != resource.active:
        raise Broken("not-active", f"{pointed} was accepted, and left it archived", before, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not find what is archived, refuse it, or leave it archived."""
    resource = contract.resource

    def revives(intake: Intake, existing: Record | None) -> bool:
        was_archived = existing is not None and existing.get(resource.status) == resource.archived
        return was_archived and intake.role is Role.UPSERT and intake.sent.get(resource.status) == resource.active

    def blind(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            found = stages.match(shelf, intake)
            if not revives(intake, found):
                return found
            return stages.match(shelf, replace(intake, sent=without(intake.sent, resource.identity, resource.name)))

        return replace(stages, match=match)

    yield fault(clause, "blind", "not-matched", "an archived record is not found by its identity", blind)
    yield fault(clause, "refuses", "refused", "an archived record cannot be set active", refusing(revives))
    yield fault(clause, "idle", "not-active", "an archived record stays so, whatever is answered", losing(revives))


RULE = Rule(name="reactivated", checks=checks, faults=faults)
