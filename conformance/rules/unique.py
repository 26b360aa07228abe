"""No two active records hold the same value of a member that is no key, and still must be unique.

With ``own`` a clause says the other half: what a record has itself stands in no update's way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import accepting
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road to a second record with the value; or one, of an update that sends the record's own again."""
    if not clause.arguments.get("own"):
        yield from provoke.refusals(contract, clause)
        return
    tell = partial(_keeps, field=provoke.named(contract, clause)[0].field)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"upsert", "read"}))


def _keeps(story: Story, field: str) -> None:
    witness = story.witness(field)
    before = story.given({**story.new(field, witness)})
    if field not in before:
        raise CouldNotRun(f"{field} was sent on create and is absent when the {story.one} is fetched")
    update = {**story.carried(before), story.identity: before[story.identity], witness: story.value(witness, 1)}
    reply = story.upsert({**update, field: before[field]})
    if not reply.refused:
        return
    without = {name: value for name, value in update.items() if name != field}
    if not story.upsert(without).accepted:
        raise CouldNotRun(f"the same update without {field} is not accepted either: {reply.outcome}")
    reason = (
        f"an update that sends the {field} {before[field]!r} of its own {story.one} again is refused: {reply.outcome}"
    )
    raise Broken("refused", reason, before)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a record with a value that another one holds."""
    first, resource = provoke.named(contract, clause)[0], contract.resource
    if clause.arguments.get("own"):
        return stages

    def holds(each: Record, value: object, existing: Record | None) -> bool:
        other = existing is None or each[resource.identity] != existing[resource.identity]
        return other and each.get(first.field) == value and each.get(resource.status) == resource.active

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        value = intake.sent.get(first.field)
        taken = bool(value) and any(holds(each, value, existing) for each in shelf.records())
        said = (contract.message(first.message, intake.sent),) if taken else ()
        return (*stages.object(shelf, intake, existing), *said)

    return replace(stages, object=object_)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not look when a record comes by one of the roads; or that look at the record itself too."""
    if clause.arguments.get("own"):
        yield _jealous(contract, clause)
        return
    for each in provoke.named(contract, clause):

        def by_that_road(intake: Intake, _existing: Record | None, role: str = each.role) -> bool:
            return intake.role == role

        yield Fault(
            name=f"{clause.id}.accepts-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=accepting(by_that_road),
            parameter=each.name,
        )


def _jealous(contract: Contract, clause: Clause) -> Fault:
    first = provoke.named(contract, clause)[0]

    def alter(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            own = existing is not None and intake.sent.get(first.field)
            taken = bool(own) and existing is not None and existing.get(first.field) == own
            said = (contract.message(first.message, intake.sent),) if taken else ()
            return (*stages.object(shelf, intake, existing), *said)

        return replace(stages, object=object_)

    return fault(clause, "own-refused", "refused", f"a record is refused for its own {first.field}", alter)


RULE = Rule(name="unique", takes={**provoke.TAKES, "own": "flag"}, checks=checks, enforce=enforce, faults=faults)
