"""The server that a client under test talks to: the reference server on loopback, every exchange written down.

It answers faithfully until it is given a twist: an answer that is legal but rare, an error, or no answer at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic
from types import TracebackType
from typing import TypeAlias

from conformance.client.socket import Listener
from conformance.contract.model import Contract
from conformance.exchange import Exchange, Request, Response

Handler: TypeAlias = Callable[[Request], Response]

MOST = 50_000
"""Exchanges that are looked at; a client that never stops is answered, and not written down any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """No answer, or half of one. ``seconds`` is how long the connection is held before it ends."""

    #: what is sent of this answer before the connection is reset; nothing when it is None
    half_of: Response | None = None
    seconds: float = 0.0


Said: TypeAlias = Response | Cut

Twist: TypeAlias = Callable[[Request, Handler], Said]
"""What is answered instead. It is given the request, and the server that would have answered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request as it came, with what was answered to it."""

    request: Request
    #: path and query as they stood on the request line
    target: str
    said: Said
    #: seconds on a clock that only goes forward
    came: float
    went: float

    @property
    def exchange(self) -> Exchange:
        """The same, as reports show it."""
        milliseconds = (self.went - self.came) * 1000
        if isinstance(self.said, Response):
            return Exchange(request=self.request, response=self.said, milliseconds=milliseconds)
        failure = "the connection was cut before the end of the answer" if self.said.half_of else "nothing was answered"
        return Exchange(request=self.request, failure=failure, milliseconds=milliseconds)


@dataclass(eq=False)
class Counterpart:
    """One server for a whole run. ``fresh`` makes it forget everything: records, twists and what it has heard."""

    contract: Contract
    make: Callable[[], Handler]
    heard: list[Heard] = field(default_factory=list)
    twist: Twist | None = None
    handler: Handler = field(init=False)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.handler = self.make()

    def __enter__(self) -> str:
        self._listener = Listener(self._answer)
        Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self._listener.url

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def fresh(self) -> None:
        """Begin anew, with an empty server."""
        with self._lock:
            self.handler, self.twist, self.heard = self.make(), None, []

    def _answer(self, request: Request, target: str) -> Said:
        came = monotonic()
        request = based(self.contract, request)
        with self._lock:
            heard, twist, handler = self.heard, self.twist, self.handler
        said = handler(request) if twist is None else twist(request, handler)
        if len(heard) < MOST:
            heard.append(Heard(request=request, target=target, said=said, came=came, went=monotonic()))
        return said


def based(contract: Contract, request: Request) -> Request:
    """The request with the base path of the generation once: clients differ in whether an address includes it."""
    path, base = request.path, contract.base.rstrip("/")
    while path.lower().startswith(f"{base}{base}/".lower()):
        path = path[len(base) :]
    if not path.lower().startswith(base.lower()):
        path = f"{base}/{path.lstrip('/')}"
    if path == request.path:
        return request
    return Request(method=request.method, path=path, query=request.query, headers=request.headers, body=request.body)
