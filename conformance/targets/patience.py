"""How long a target is waited for, and when it is given up: a hung server must not hold up a run for hours."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from conformance.errors import Interrupted, NoAnswer
from conformance.targets.dial import SHORTEST

_WARY = 3
_GIVEN_UP = 12
_PROBE = 1.0


class TimedOut(NoAnswer):
    """The target was silent for as long as an exchange may take."""


class Unreached(NoAnswer):
    """Nobody accepted the connection."""


class Closed(Interrupted):
    """The connection ended before any answer; an old one may just have been idle for too long."""


class BrokeOff(NoAnswer):
    """An answer began, and its body cannot be used."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The seconds that one exchange may take, those of them in which the connection must stand, and the end."""

    exchange: float
    connect: float
    end: float

    @property
    def left(self) -> float:
        """The seconds that are left of the exchange."""
        return max(self.end - monotonic(), SHORTEST)

    @property
    def late(self) -> TimedOut:
        """What there is to say when it is over."""
        return TimedOut(f"there was no answer within {self.exchange:g} s")


@dataclass
class Patience:
    """Wears thin with exchanges in a row to which a target was silent; an answer restores it.

    After three, a connection must stand within a second; after three that timed out, an exchange gets a quarter of
    its time; after twelve nothing is sent any more. Answers that are wrong or broken are quick, and cost nothing.
    """

    seconds: float
    failures: int = 0
    timeouts: int = 0
    last: str = ""
    #: whether it never wears thin: where somebody else is waited for, who may start the target any time
    endless: bool = False

    def allowance(self) -> Allowance:
        """The time for an exchange that begins now. Raises NoAnswer once the target is given up."""
        if self.failures >= _GIVEN_UP:
            count = f"{self.failures} exchanges in a row failed"
            raise NoAnswer(f"the target stopped answering; {count}, the last because {self.last}")
        hurried = self.timeouts >= _WARY
        exchange = min(self.seconds, max(1.0, self.seconds / 4)) if hurried else self.seconds
        connect = min(exchange, _PROBE) if self.failures >= _WARY else exchange
        return Allowance(exchange, connect, monotonic() + exchange)

    def succeeded(self) -> None:
        """An answer came."""
        self.failures = self.timeouts = 0

    def failed(self, error: NoAnswer) -> NoAnswer:
        """The error as it is to be told, now that it is known how many there were before it."""
        if self.endless or not isinstance(error, TimedOut | Unreached):
            return error
        self.failures += 1
        self.timeouts += isinstance(error, TimedOut)
        self.last = str(error)
        return NoAnswer(f"the target stopped answering: {error}") if self.failures > _WARY else error
