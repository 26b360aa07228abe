"""What a recorded answer alone shows to be wrong, clause by clause; nobody can be asked anything more."""

from __future__ import annotations

from conformance.contract.model import Contract
from conformance.rules.heard import Heard
from conformance.rules.kind import Finding
from conformance.rules.registry import rules


def overheard(contract: Contract, heard: Heard) -> tuple[Finding, ...]:
    """The findings in the order of the clauses; what several clauses say of the same thing is told once."""
    found: dict[tuple[str, str, str], Finding] = {}
    for clause in contract.clauses:
        if not clause.untested and (not clause.formats or heard.format in clause.formats):
            for each in rules()[clause.rule].overhear(clause, heard):
                found.setdefault((each.code, each.path, each.sentence), each)
    return tuple(found.values())
