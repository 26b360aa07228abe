"""Updates of different members that come at the same moment are all kept.

A round is an update of each of some members, as many as ``crowd`` says; there are ``rounds`` of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Kind, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen, fault
from conformance.rules.parallel import objecting_late
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: some rounds, each with a look at what came of it."""
    tell = partial(_all_kept, clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}))


def _fields(contract: Contract, crowd: int) -> list[str]:
    """Plain texts, which an update may change without touching anything else."""
    resource = contract.resource
    taken = {resource.identity, resource.number, resource.name, *resource.sent_always}
    plain = [
        each
        for each in resource.fields
        if each.kind is Kind.TEXT and each.writable and each.name not in taken
        if not (each.choices or each.examples or each.format)
    ]
    return [each.name for each in plain][:crowd]


def _all_kept(story: Story, clause: Clause) -> None:
    fields = _fields(story.contract, int(clause.arguments["crowd"]))
    before = story.given(story.new(*fields))
    identity = str(before[story.identity])
    common = {**story.carried(before), story.identity: identity}
    for turn in range(1, int(clause.arguments["rounds"]) + 1):
        sent = {each: story.value(each, turn) for each in fields}
        replies = story.together([story.draft(Role.UPSERT, {**common, each: sent[each]}) for each in fields])
        taken = [each for each, reply in zip(fields, replies, strict=True) if reply.accepted]
        if len(taken) < len(fields):
            refused = next(each for each in replies if not each.accepted)
            raise CouldNotRun(f"one of {len(fields)} updates at the same moment was not accepted: {refused.outcome}")
        after = story.fetch(identity, "after updates at the same moment")
        lost = [each for each in fields if after.get(each) != sent[each]]
        if lost:
            _alone(story, {**common, lost[0]: sent[lost[0]]}, lost[0])
            reason = (
                f"{len(fields)} updates of different members at the same moment were accepted, and that of {lost[0]}"
            )
            raise Broken("lost", f"{reason} is lost", sent, chosen(after, *fields))


def _alone(story: Story, update: Record, field: str) -> None:
    """Raises CouldNotRun when the update comes to nothing alone either."""
    reply = story.upsert(update)
    after = story.fetch(str(update[story.identity]), "after the control")
    if not reply.accepted or after.get(field) != update[field]:
        raise CouldNotRun(f"an update of {field} alone comes to nothing either: {reply.outcome}")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that reads a record, waits, and writes all of it back."""

    def known(_intake: Intake, existing: Record | None) -> bool:
        return existing is not None

    yield fault(clause, "writes-all-back", "lost", "an update writes back what it read before", objecting_late(known))


RULE = Rule(name="parallel-updates", takes={"rounds": "number", "crowd": "number"}, checks=checks, faults=faults)
