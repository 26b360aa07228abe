"""One test, parametrised over the cases that follow from the contract."""

from __future__ import annotations

import pytest

from conformance.session.outcome import Verdict
from conformance.suite.engine import OUTCOME


def test_contract(request: pytest.FixtureRequest, case: str) -> None:
    """The case has run in set-up, where endings that are neither pass nor fail are told; here a fail is a failure."""
    outcome = request.node.stash[OUTCOME]
    assert outcome.case.id == case
    if outcome.verdict in (Verdict.FAIL, Verdict.STALE):
        pytest.fail(outcome.reason, pytrace=False)
