"""From a contract to the stages of a server: bare ones, and each clause's rule laid over them in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conformance.contract.model import Contract
from conformance.rules.kind import Fault
from conformance.rules.registry import rules
from conformance.rules.stages import Stages, bare


def faithful(contract: Contract) -> Stages:
    """The stages of a server that keeps every clause."""
    successes = {role: operation.success for role, operation in contract.operations.items()}
    stages = replace(bare(), succeed=lambda role: successes[role])
    for clause in contract.clauses:
        stages = rules()[clause.rule].enforce(contract, clause, stages)
    return stages


def stages(contract: Contract, fault: Fault | None = None, formats: tuple[str, ...] = ()) -> Mapping[str, Stages]:
    """Stages for each format; those of the formats named (all, when none is) have the fault."""
    clean = faithful(contract)
    if fault is None:
        return dict.fromkeys(contract.formats, clean)
    broken = fault.alter(clean)
    return {each: broken if not formats or each in formats else clean for each in contract.formats}
