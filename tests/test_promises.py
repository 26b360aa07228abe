"""The reference server keeps every clause, and where a clause is open it goes the way that its sentence says."""

from __future__ import annotations

import pytest

from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.rules.registry import contract
from conformance.session.outcome import Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

CLAUSES = [
    (generation, each.id) for generation in generations() for each in contract(generation).clauses if not each.untested
]


@pytest.mark.parametrize(("generation", "clause"), CLAUSES)
def test_the_reference_server_keeps_the_clause(generation: str, clause: str) -> None:
    target, settings = embedded(contract(generation)), Settings()
    for case in cases(generation):
        if case.clause.id == clause:
            outcome = run(case, target, settings)
            assert outcome.verdict is Verdict.PASS, outcome.reason
            assert not outcome.code, outcome.choice
