"""What the comparison of two spots finds, and where it goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.diff.shape import Shapes
from conformance.diff.source import Source, Spot

#: the kinds of things that are compared in pairs
SCHEMA, PARAMETER, BODY, RESPONSE, MEDIA, HEADER = "schema", "parameter", "body", "response", "media", "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change between two spots. It matters to senders or readers only where it says so."""

    rule: str
    old: Spot
    new: Spot
    before: Any = None
    after: Any = None
    #: whether it can matter to what is sent, and to what is read
    sent: bool = True
    read: bool = True
    #: the last step of the subject, where neither place tells it
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A pair of spots further in, and which directions reach it."""

    kind: str
    old: Spot
    new: Spot
    sent: bool = True
    read: bool = True


@dataclass(slots=True, kw_only=True)
class Sides:
    """The two documents, and their schemas in flat form."""

    old: Source
    new: Source
    shapes: tuple[Shapes, Shapes] = field(init=False)

    @property
    def ours(self) -> bool:
        """Whether both are ours, whose extensions mean something."""
        return self.old.ours and self.new.ours

    def __post_init__(self) -> None:
        self.shapes = (Shapes(self.old), Shapes(self.new))


Found = Iterator[Finding | Edge]
"""What a comparison yields."""
