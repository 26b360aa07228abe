"""How much may be sent, and when: one count for all processes of a run.

A request counts as long as it is under way, and for a minute after its end. Wherever in between it arrived, the
service never sees more of them in any minute than the budget lets through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import inf
from threading import Condition
from time import monotonic

from conformance.contract.model import Limits
from conformance.exchange import Headers

#: the longest that anybody waits for one limit; whoever asks for more ends the run
LONGEST = 65.0
_PLAIN = 1.0
_TIED = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a run may ask for. ``kept`` is the part of it that is kept for cleaning up."""

    minute: int
    run: int
    kept: int = 0
    window: float = 60.0
    #: after these seconds a request that nobody speaks of any more has ended
    lease: float = 30.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one request; where ``refused`` says why, there is none."""

    number: int
    refused: str = ""


@dataclass(eq=False)
class Budget:
    """Hands out tickets. ``told`` hears how long somebody waits, and for what."""

    limits: Limits
    pace: Pace
    clock: Callable[[], float] = monotonic
    told: Callable[[float, str], None] = lambda _seconds, _why: None
    sent: int = 0
    waited: float = 0.0
    stopped: str = ""
    #: what the service says is left of the day, once it has
    day_left: int | None = None
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _under_way: dict[int, float] = field(default_factory=dict)
    _ended: deque[float] = field(default_factory=deque)
    _strangers: tuple[int, float] = (0, 0.0)
    _pause: tuple[float, str] = (0.0, "")
    _waiting: int = 0
    _since: float = 0.0
    _bell: Condition = field(default_factory=Condition)

    def take(self, *, last: bool = False) -> Ticket:
        """Leave to send a request, once there is; ``last`` is for cleaning up, which may use what is kept for it."""
        with self._bell:
            while True:
                refused = "" if last else self._spent()
                if refused:
                    return Ticket(0, refused)
                wait, why = self._wait(self.clock())
                if wait > LONGEST and wait != inf:
                    return Ticket(0, f"the service asks to wait {wait:.0f} s for {why}")
                if wait <= 0:
                    number = next(self._numbers)
                    self._under_way[number] = self.clock()
                    self.sent += 1
                    return Ticket(number)
                self._sleep(wait, why)

    def give(self, number: int, status: int, headers: Mapping[str, str]) -> None:
        """A request has ended; its status, 0 where there was no answer, and what its headers said of the limits."""
        with self._bell:
            if self._under_way.pop(number, None) is not None:
                self._ended.append(self.clock())
            said = Headers(tuple(headers.items()))
            self._heed_rest(said)
            if status in _TIED:
                self._heed_refusal(status, said)
            self._bell.notify_all()

    def stop(self, why: str) -> None:
        """Hand out no more tickets, except for cleaning up."""
        with self._bell:
            self.stopped = self.stopped or why
            self._bell.notify_all()

    def settle(self, seconds: float) -> None:
        """Wait until no request is under way any more, but no longer than that."""
        with self._bell:
            self._bell.wait_for(lambda: not self._under_way, seconds)

    def _spent(self) -> str:
        """Why no case may send anything any more; empty while one may."""
        if self.stopped:
            return self.stopped
        if self.sent >= self.pace.run - self.pace.kept:
            kept = f", less {self.pace.kept} kept for cleaning up" if self.pace.kept else ""
            self.stopped = f"the {self.pace.run} requests that the profile gives a run{kept} are used up"
        elif self.day_left is not None and self.day_left <= self.pace.kept:
            self.stopped = f"the service has {self.day_left} requests left for today, kept for cleaning up"
        return self.stopped

    def _wait(self, now: float) -> tuple[float, str]:
        """How long the next request has to wait, and for what."""
        for number, started in list(self._under_way.items()):
            if started + self.pace.lease < now:
                del self._under_way[number]
                self._ended.append(now)
        while self._ended and self._ended[0] <= now - self.pace.window:
            self._ended.popleft()
        until, why = self._pause
        if until > now:
            return until - now, why
        if len(self._under_way) >= self.limits.concurrent.most:
            return inf, "requests under way"
        return self._minute(now)

    def _minute(self, now: float) -> tuple[float, str]:
        mine = len(self._ended) + len(self._under_way)
        strangers = self._strangers[0] if self._strangers[1] > now else 0
        over = max(mine - self.pace.minute, mine + strangers - self.limits.minute.most) + 1
        if over <= 0:
            return 0.0, ""
        free = [each + self.pace.window - now for each in self._ended]
        free += [self._strangers[1] - now] * strangers if mine < self.pace.minute else []
        free.sort()
        return (free[over - 1] if over <= len(free) else inf), "the minute limit"

    def _sleep(self, wait: float, why: str) -> None:
        """Wait for a second at most: then it is time to look again, and to say how long it still is."""
        self.told(wait, why)
        if not self._waiting:
            self._since = self.clock()
        self._waiting += 1
        try:
            self._bell.wait(min(wait, 1.0))
        finally:
            self._waiting -= 1
            if not self._waiting:
                self.waited += self.clock() - self._since

    def _heed_rest(self, said: Headers) -> None:
        """What the service says is left. What it counts beyond our own was sent by others, who have had it till now."""
        now = self.clock()
        left = _number(said.first(self.limits.minute.left))
        if left is not None:
            others = self.limits.minute.most - left - len(self._ended) - len(self._under_way)
            self._strangers = (max(others, 0), now + self.pace.window)
        day = _number(said.first(self.limits.day.left))
        self.day_left = self.day_left if day is None else day
        if _number(said.first(self.limits.app.left)) == 0:
            self._pause = (max(self._pause[0], now + self.pace.window), "the app's minute limit")

    def _heed_refusal(self, status: int, said: Headers) -> None:
        over = self.limits.over(said.first(self.limits.problem)) if status == self.limits.status else "service"
        asked = _number(said.first(self.limits.wait))
        wait = float(asked) if asked is not None else _PLAIN
        why = f"the {over} limit" if status == self.limits.status else "a service that is busy"
        if wait > LONGEST or over == "day":
            self.stopped = self.stopped or f"the service answered {status} for {why} and asks to wait {wait:.0f} s"
        until = self.clock() + wait
        if until > self._pause[0]:
            self._pause = (until, why)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
