"""The gate before a server on a socket: how many requests a caller may send, counted as the service says it does.

A request that is turned away counts for nothing. The minute rolls; the day is as long as the server lives.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from conformance.contract.model import Contract
from conformance.contract.service import Limits
from conformance.exchange import Headers, Request, Response


@dataclass
class _Caller:
    """What one tenant has been asked."""

    minute: deque[float] = field(default_factory=deque)
    day: int = 0
    under_way: int = 0


@dataclass(eq=False)
class Gate:
    """Lets requests through, or turns them away; what it did is kept in ``passed``, ``most_at_once`` and ``turned``."""

    contract: Contract
    limits: Limits
    #: seconds that the minute has, and seconds that each answer is held back
    window: float = 60.0
    latency: float = 0.0
    clock: Callable[[], float] = monotonic
    passed: int = 0
    most_at_once: int = 0
    turned: Counter[str] = field(default_factory=Counter)
    _callers: dict[str, _Caller] = field(default_factory=dict)
    _app: deque[float] = field(default_factory=deque)

    def enter(self, request: Request) -> Response | None:
        """None when the request may pass, and has to `leave` again; otherwise the answer that turns it away."""
        caller, now = self._caller(request), self.clock()
        for each in (caller.minute, self._app):
            while each and each[0] <= now - self.window:
                each.popleft()
        over = self._over(caller)
        if over:
            return self._away(caller, over, now)
        caller.minute.append(now)
        self._app.append(now)
        caller.day += 1
        caller.under_way += 1
        self.passed += 1
        self.most_at_once = max(self.most_at_once, caller.under_way)
        return None

    def leave(self, request: Request, response: Response) -> Response:
        """The answer with what is left in its headers."""
        caller = self._caller(request)
        caller.under_way -= 1
        return self._marked(response, caller)

    def _caller(self, request: Request) -> _Caller:
        return self._callers.setdefault(request.headers.first(self.contract.access.tenant_header), _Caller())

    def _over(self, caller: _Caller) -> str:
        """The name of the limit that one request more would be over."""
        counts = {
            "concurrent": caller.under_way,
            "day": caller.day,
            "minute": len(caller.minute),
            "app": len(self._app),
        }
        most = {name: limit.most for name, limit in self.limits.each}
        return next((name for name, count in counts.items() if count >= most[name]), "")

    def _away(self, caller: _Caller, over: str, now: float) -> Response:
        self.turned[over] += 1
        word = dict(self.limits.each)[over].word
        waits = {
            "minute": caller.minute[0] + self.window - now if caller.minute else 0.0,
            "app": self._app[0] + self.window - now if self._app else 0.0,
            "day": 24 * 3600.0,
        }
        headers = Headers(((self.limits.problem, word),))
        if over in waits:
            headers = headers.with_field(self.limits.wait, str(ceil(waits[over])))
        return self._marked(Response(status=self.limits.status, headers=headers), caller)

    def _marked(self, response: Response, caller: _Caller) -> Response:
        used = {"minute": len(caller.minute), "day": caller.day, "app": len(self._app)}
        headers = response.headers
        for name, limit in self.limits.each:
            if limit.left:
                headers = headers.with_field(limit.left, str(limit.most - used[name]))
        return Response(status=response.status, headers=headers, body=response.body)
