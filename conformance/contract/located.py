"""A parsed document that knows on which line each of its values stands, so that a refusal can name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.errors import BadSpec

Place = tuple[str, ...]
"""The keys and indices that lead to a value."""

#: what `Document.value` finds where nothing stands; a null is something
ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file as plain values. ``lines`` says where each of them begins."""

    path: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, at: Place) -> int:
        """The line of what stands at ``at``, or of the nearest thing around it."""
        around = (at[:length] for length in range(len(at), -1, -1))
        return next((self.lines[each] for each in around if each in self.lines), 1)

    def bad(self, at: Place, problem: str, remedy: str) -> BadSpec:
        """The error for what stands at ``at``."""
        return BadSpec(file=self.path, line=self.line(at), problem=problem, remedy=remedy)

    def value(self, at: Place) -> Any:
        """What stands at ``at``, or `ABSENT`."""
        found = self.data
        for step in at:
            if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            elif isinstance(found, dict) and step in found:
                found = found[step]
            else:
                return ABSENT
        return found


def pointer(text: str) -> Place:
    """The steps of a JSON pointer (RFC 6901)."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])
