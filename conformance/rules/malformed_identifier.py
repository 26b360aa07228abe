"""An identifier that the server cannot have given is an error of its own. Clauses list such in ``provoke``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.stages import Declined, Shelf, Stages

_HEXADECIMAL = frozenset("0123456789abcdef")


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Decline to look for it."""
    refusal, identity = provoke.named(contract, clause)[0].refusal, contract.resource.identity

    def look(shelf: Shelf, by: str, value: str) -> Record | None:
        digits = value.strip("{}").replace("-", "").lower()
        if by == identity and not (len(digits) == 32 and _HEXADECIMAL.issuperset(digits)):
            raise Declined(refusal)
        return stages.look(shelf, by, value)

    return replace(stages, look=look)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer with some record."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.any-for-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is answered with a record",
            alter=partial(_any, value=str(each.value)),
            parameter=each.name,
        )


def _any(stages: Stages, value: str) -> Stages:
    def look(shelf: Shelf, by: str, wanted: str) -> Record | None:
        return next(iter(shelf.records()), {}) if wanted == value else stages.look(shelf, by, wanted)

    return replace(stages, look=look)


RULE = Rule(name="malformed-identifier", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
