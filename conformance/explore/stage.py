"""What all plays of one exploration share, and what they have come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.contract import values
from conformance.contract.model import Contract
from conformance.errors import NoAnswer
from conformance.explore.line import Line
from conformance.explore.play import Play, Way
from conformance.explore.promises import Promises
from conformance.explore.surprise import Ended, Surprise
from conformance.rules.ending import CouldNotRun

_SHRINKING = 600
"""Plays after something was found that may make its story shorter. Counted, not timed: a seed must repeat a story."""

_PATIENT = 3
"""Exchanges in a row without an answer after which a target is given up."""


@dataclass(eq=False, kw_only=True)
class Stage:
    """A contract, the line to a target, and the formats in which plays may be told."""

    contract: Contract
    line: Line
    ways: tuple[Way, ...]
    #: makes the names of records this run's own
    mark: str
    progress: Callable[[], object] = lambda: None
    plays: int = 0
    shrinking: int = 0
    found: Surprise | None = None
    #: why the exploration could not go on; empty when it could
    trouble: str = ""
    #: whether its time was up before its plays were
    early: bool = False

    def __post_init__(self) -> None:
        self.promises = Promises(self.contract)

    def open(self) -> Play:
        """A play whose records nobody has, not even the play before it. Raises Ended when it has been shrunk enough."""
        self.plays += 1
        self.shrinking += self.found is not None
        if self.shrinking > _SHRINKING:
            raise Ended(_SHRINKING)
        self.progress()
        own = values.token(self.mark, self.contract.generation, str(self.plays))
        return Play(promises=self.promises, line=self.line, seed=own)

    def note(self, surprise: Surprise) -> None:
        """Keep the shortest story."""
        if self.found is None or surprise.length <= self.found.length:
            self.found = surprise

    @contextmanager
    def watching(self, play: Play) -> Iterator[None]:
        """A step. Without an answer the play is over, and after some of those the exploration."""
        try:
            yield
        except Surprise as surprise:
            self.note(surprise)
            raise
        except NoAnswer as error:
            play.over = True
            if self.line.in_a_row >= _PATIENT:
                self.trouble = str(error)
                raise Ended(self.trouble) from error
        except CouldNotRun as error:
            self.trouble = str(error)
            raise Ended(self.trouble) from error


def ways(contract: Contract, formats: tuple[str, ...]) -> tuple[Way, ...]:
    """Every mix of these formats that the generation speaks; all it speaks when none is named."""
    spoken = [each for each in contract.formats if not formats or each in formats]
    alike = [Way(each, each) for each in spoken]
    return (*alike, *(Way(one, other) for one in spoken for other in spoken if one != other))
