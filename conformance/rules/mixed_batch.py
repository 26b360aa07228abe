"""One list may hold a record that exists and one that does not: the first is updated, the second created."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import losing, refusing
from conformance.rules.stages import Intake
from conformance.rules.story import Story
from conformance.rules.trip import trip


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """The known record stands first in the list, and last; it is meant by its identity, and by its number."""
    resource = contract.resource
    for by in (resource.identity, resource.number):
        for order in ("known-first", "known-last"):
            tell = partial(_mixed, last=order == "known-last", by=by)
            suffix = "" if by == resource.identity else f"-by-{by}"
            needs = frozenset({"read"})
            yield Check(clause=clause, parameter=f"{order}{suffix}", tell=tell, needs=needs, scene=LIFE, glance=trip)


def _mixed(story: Story, *, last: bool, by: str) -> None:
    resource = story.contract.resource
    witness = story.witness()
    before = story.given(story.new(witness, label="known"))
    update = {**story.carried(before), **story.meaning(before, by), witness: story.value(witness, 1)}
    fresh = story.new(label="fresh")
    reply = story.upsert(*((fresh, update) if last else (update, fresh)))
    alone = story.upsert({**update, witness: story.value(witness, 2)}) if not reply.accepted else reply
    if not alone.accepted:
        raise CouldNotRun(f"an update of the known {story.one} alone was not accepted either: {alone.outcome}")
    if not reply.accepted:
        raise Broken("refused", f"a list of a known and a new {story.one} was not accepted: {reply.outcome}")
    after = story.fetch(str(before[story.identity]), "after the list was sent")
    if after.get(witness) != update[witness]:
        raise Broken("not-updated", f"the known {story.one} of the list was not updated", before, after)
    created = [each for each in reply.records if each.get(resource.name) == fresh[resource.name]]
    identity = str(created[0].get(story.identity) or "") if created else ""
    if not story.contract.operations[Role.UPSERT].shows and not identity:
        identity = story.read(str(fresh[resource.number]), resource.number).identity
    if not identity or (story.read(identity).only or {}).get(resource.name) != fresh[resource.name]:
        raise Broken("not-created", f"the new {story.one} of the list was not created", fresh, reply.records)


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that treat every record of a list like its first."""

    def known_late(intake: Intake, existing: Record | None) -> bool:
        return intake.position > 0 and existing is not None

    def new_late(intake: Intake, existing: Record | None) -> bool:
        return intake.position > 0 and existing is None

    refuses, idle, loses = refusing(known_late), losing(known_late), losing(new_late)
    yield fault(clause, "refuses-late", "refused", "a known record after a new one is refused", refuses)
    yield fault(clause, "idle-late", "not-updated", "only the first record of a list is updated", idle)
    yield fault(clause, "loses-new", "not-created", "a new record after a known one is not stored", loses)


RULE = Rule(name="mixed-batch", checks=checks, faults=faults)
