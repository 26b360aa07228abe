"""What is wrong with a recording, before it is known in which file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from conformance.errors import ConformanceError

Place: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value."""


@dataclass(eq=False)
class Wrong(ConformanceError):
    """A problem at a line, or at a place whose line is looked up when it is told."""

    problem: str
    at: Place = ()
    line: int = 0

    def __str__(self) -> str:
        return self.problem
