"""No two active records hold the same value of a member that is no key, and still must be unique."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.mischief import accepting
from conformance.rules.stages import Intake, Shelf, Stages


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a record with a value that another one holds."""
    first, resource = provoke.named(contract, clause)[0], contract.resource

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
    """Servers that do not look when a record comes by one of the roads."""
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


RULE = Rule(name="unique", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
