"""How a play can end before its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.contract.model import Clause
from conformance.errors import ConformanceError
from conformance.exchange import Exchange


@dataclass(slots=True)
class Step:
    """One thing that was done, as a sentence, and what went over the wire for it."""

    sentence: str
    exchanges: list[Exchange] = field(default_factory=list)


@dataclass(eq=False)
class Surprise(ConformanceError):
    """An answer that a clause rules out, and the steps that led to it."""

    clause: Clause
    expected: str
    saw: str
    steps: Sequence[Step] = ()
    #: the server's identifiers in these steps, by the letters that the sentences use
    identities: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.clause.id}: expected {self.expected}; saw {self.saw}"

    @property
    def length(self) -> tuple[int, int]:
        """What makes one story shorter than another."""
        return len(self.steps), sum(len(each.sentence) for each in self.steps)


class Ended(BaseException):
    """There is no time left, or no use in going on; nothing that catches errors may take it for one."""
