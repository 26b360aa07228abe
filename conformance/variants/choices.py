"""The other sides of what a contract leaves open: each fault of an assumed or contradicted clause is a legal server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from conformance.contract.model import Contract
from conformance.derive.faults import faults
from conformance.rules.stages import Stages
from conformance.variants.kind import Variant


def _alter(_contract: Contract, stages: Stages, change: Callable[[Stages], Stages]) -> Stages:
    return change(stages)


def variants(contract: Contract) -> Iterator[Variant]:
    """One variant a fault; that it shows is what the kill matrix proves."""
    for each in faults(contract.generation):
        clause = contract.clause(each.fault.clause)
        if clause.grade.binding or each.formats or not each.fault.side:
            continue
        yield Variant(
            name=f"choice:{each.name}",
            sentence=each.fault.sentence,
            why=f"{clause.grade}: {clause.source}",
            alter=partial(_alter, change=each.fault.alter),
            clause=clause.id,
            where=clause.formats,
        )
