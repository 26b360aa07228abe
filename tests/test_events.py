"""Events travel between processes: they are made of plain values, whatever a rule puts into a case."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.session.events import error_event
from conformance.session.redact import Redactor

PLAIN = {str, int, float, bool, type(None), dict, list}


def kinds(value: Any) -> set[type]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {type(value)}.union(*(kinds(each) for each in inner))


@pytest.mark.parametrize("generation", generations())
def test_an_event_holds_plain_values_alone(generation: str) -> None:
    odd = {each.id for each in cases(generation) if not kinds(dict(error_event(each, "", Redactor(())))) <= PLAIN}
    assert not odd
