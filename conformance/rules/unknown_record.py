"""A record that does not exist is not found. Clauses list in ``provoke`` the identifiers that nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.stages import Shelf, Stages


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer with some other record."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.any-for-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is answered with another record",
            alter=partial(_any, field=each.field),
            parameter=each.name,
        )


def _any(stages: Stages, field: str) -> Stages:
    def look(shelf: Shelf, by: str, value: str) -> Record | None:
        found = stages.look(shelf, by, value)
        return found if found is not None or by != field else next(iter(shelf.records()), {})

    return replace(stages, look=look)


RULE = Rule(name="unknown-record", takes=provoke.TAKES, checks=provoke.refusals, faults=faults)
