"""The identifier that the server gave a record stays with it through every change."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract import values
from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.halves import archived
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import Alter, merging
from conformance.rules.stages import Intake
from conformance.rules.story import Story
from conformance.rules.trip import trip

_ARCHIVED = "archived"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: renamed, renumbered and changed, the record is still found under its first identifier."""
    yield Check(clause=clause, parameter="", tell=_stays, needs=frozenset({"read"}), scene=LIFE, glance=_seen)


def _seen(story: Story) -> None:
    """Renamed, renumbered and changed on one trip; and archived."""
    trip(story)
    archived(story)


def _stays(story: Story) -> None:
    resource = story.contract.resource
    before = story.given(story.new(story.witness()))
    identity = str(before[story.identity])
    changes = {
        "renamed": (resource.name, story.another_name()),
        "given another number": (resource.number, values.number(resource, story.seed, "other")),
        "changed": (story.witness(), story.value(story.witness(), 1)),
        _ARCHIVED: (resource.status, resource.archived),
    }
    current = dict(before)
    for what, (field, value) in changes.items():
        update = {**story.carried(current), story.identity: identity, field: value}
        reply = story.upsert(update)
        if not reply.accepted and what == _ARCHIVED:
            # Whether records can be archived is another clause's.
            return
        if not reply.accepted:
            raise CouldNotRun(f"the {story.one} could not be {what}: {reply.outcome}")
        if reply.identity and reply.identity != identity:
            reason = f"the {story.one} {identity} was {what} and came back as {reply.identity}"
            raise Broken("changed", reason, before, reply.only)
        if story.read(identity).only is None:
            raise Broken("gone", f"the {story.one} is no longer found by its {story.identity} once it was {what}")
        current[field] = value


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that give a changed record a new identifier."""
    resource = contract.resource

    def moves(field: str) -> Alter:
        def change(existing: Record, _intake: Intake, merged: Record) -> Record:
            if not existing or merged.get(field) == existing.get(field):
                return merged
            return {**merged, resource.identity: values.guid(str(existing[resource.identity]), field)}

        return merging(change)

    for each in (resource.name, resource.number, resource.status):
        sentence = f"a record whose {each} changes gets a new {resource.identity}"
        yield fault(clause, f"moves-with-{each}", "changed", sentence, moves(each))


RULE = Rule(name="stable-identity", checks=checks, faults=faults)
