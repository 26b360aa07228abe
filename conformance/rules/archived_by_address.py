"""The life-cycle member alone, sent to the address of a record, archives it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.mischief import losing, merging, refusing
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    yield Check(clause=clause, parameter="", tell=_archives, needs=frozenset({Role.UPDATE, "read"}))


def _archives(story: Story) -> None:
    resource, sent = story.contract.resource, story.new(story.witness())
    identity = story.identified(story.upsert(sent), sent)
    if not identity:
        raise CouldNotRun(f"the {story.one} this check needs could not be created")
    status = {resource.status: resource.archived}
    reply = story.write(Role.UPDATE, status, addressed=identity)
    if not reply.accepted:
        reason = f"{resource.status} alone, sent to the address of a {story.one}, is not accepted: {reply.outcome}"
        raise Broken("refused", reason)
    after = story.fetch(identity, "after it was archived", sent)
    if after.get(resource.status) != resource.archived:
        reason = f"{resource.status} {resource.archived} was sent to the address of a {story.one}, and is not stored"
        raise Broken("not-archived", reason, status, after)
    kept = chosen(story.canonical(sent), resource.name, story.witness())
    if kept != chosen(after, *kept):
        raise Broken("lost", f"archiving a {story.one} by its address changed it", kept, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not archive so, or lose the rest by the way."""
    resource = contract.resource

    def mine(intake: Intake, _existing: Record | None) -> bool:
        return intake.role is Role.UPDATE and intake.sent.get(resource.status) == resource.archived

    def anonymous(existing: Record, intake: Intake, merged: Record) -> Record:
        lost = [each.name for each in resource.fields if each.writable and each.name not in (*kept, resource.status)]
        return without(merged, *lost) if mine(intake, existing) else merged

    kept = (resource.name, resource.number)
    yield fault(clause, "refuses", "refused", "an archive by address is refused", refusing(mine))
    yield fault(clause, "idle", "not-archived", "an archive by address is answered and not stored", losing(mine))
    yield fault(clause, "empties", "lost", "an archived record keeps its names alone", merging(anonymous))


RULE = Rule(name="archived-by-address", checks=checks, faults=faults)
