"""A new record without the member that it must have is refused, in whatever way it is left out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation, Role
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.mischief import accepting
from conformance.rules.stages import Intake


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that create such a record all the same."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.accepts-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=accepting(partial(_such, it=each, name=contract.resource.name)),
            parameter=each.name,
        )


def _such(intake: Intake, existing: Record | None, it: Provocation, name: str) -> bool:
    alone = it.sends == "only"
    shaped = set(intake.sent) == {it.field} if alone else name not in intake.sent and len(intake.sent) > 1
    return existing is None and intake.role is Role(it.role) and shaped


RULE = Rule(name="required", takes=provoke.TAKES, checks=provoke.refusals, faults=faults)
