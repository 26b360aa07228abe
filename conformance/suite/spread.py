"""How cases are spread over processes: those that share a conversation go to the same one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from conformance.session.outcome import Subject


class ByScene(LoadScopeScheduling):
    """Hands out whole scenes; a case that shares nothing with others goes where there is room."""

    def __init__(self, config: pytest.Config, log: Any, cases: Mapping[str, Subject]) -> None:
        super().__init__(config, log)
        self._cases = cases

    def _split_scope(self, nodeid: str) -> str:
        """The scene of an item, in its generation and formats; of an item without one, the item itself."""
        case = self._cases.get(nodeid.partition("[")[2].removesuffix("]"))
        if case is None or not case.scene:
            return nodeid
        return f"{case.contract.generation}/{case.format}/{case.scene}"
