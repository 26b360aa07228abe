"""A write to the address of one record updates that record, whether or not the body repeats the identifier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import losing, refusing
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check with, or without, the identifier in the body, as the clause says in ``repeats``."""
    tell = partial(_updates, repeats=bool(clause.arguments.get("repeats")))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({Role.UPDATE, "read"}), scene=LIFE, glance=trip)


def _updates(story: Story, *, repeats: bool) -> None:
    witness = story.witness()
    before = story.given(story.new(witness))
    identity = str(before[story.identity])
    update: dict[str, Value] = {witness: story.value(witness, 1), **({story.identity: identity} if repeats else {})}
    reply = story.write(Role.UPDATE, update, addressed=identity)
    if not reply.accepted:
        raise Broken("refused", f"an update sent to the address of a {story.one} was not accepted: {reply.outcome}")
    after = story.fetch(identity, "after the update")
    if after.get(witness) != update[witness]:
        reason = f"an update sent to the address of a {story.one} was accepted, and {witness} did not change"
        raise Broken("not-updated", reason, before, after)


def enforce(contract: Contract, _clause: Clause, stages: Stages) -> Stages:
    """The address names the record before anything in the body does."""
    identity = contract.resource.identity

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        return shelf.find(identity, intake.addressed) if intake.addressed else stages.match(shelf, intake)

    return replace(stages, match=match)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that ignore the address, or do nothing."""
    identity = contract.resource.identity
    repeats = bool(clause.arguments.get("repeats"))

    def mine(intake: Intake, _existing: Record | None) -> bool:
        return intake.role is Role.UPDATE and (identity in intake.sent) is repeats

    yield fault(clause, "refuses", "refused", "an update by address is refused", refusing(mine))
    yield fault(clause, "idle", "not-updated", "an update by address is answered and not stored", losing(mine))


RULE = Rule(name="addressed", takes={"repeats": "flag"}, checks=checks, enforce=enforce, faults=faults)
