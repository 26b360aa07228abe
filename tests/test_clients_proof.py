"""The cases about clients notice every seeded fault of the model client, and leave the client without a fault alone."""

from __future__ import annotations

import pytest

from conformance.client.proof import proof
from conformance.contract.load import generations


@pytest.mark.slow
@pytest.mark.parametrize("generation", generations())
def test_every_fault_is_noticed_by_its_own_duty_and_nothing_is_said_without_one(generation: str) -> None:
    found = proof(generation)
    assert not found.blamed
    assert [f"{each.format} {each.fault}" for each in found.faults if not each.killed] == []
    assert not found.vacuous
    assert len(found.faults) >= 60
