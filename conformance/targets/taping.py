"""A target with a tape running: every conversation is kept, and handed over when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from threading import Lock

from conformance.cassettes.read import Interaction
from conformance.errors import Garbled, Interrupted, NoAnswer
from conformance.exchange import Exchange, Request, Response
from conformance.targets.target import Taped, Target


@dataclass(eq=False)
class Taping:
    """Any target, recorded. ``keep`` takes what was said in a conversation so far, each time that it ends.

    Requests that were under way together have no order of their own; they are kept in that of their bytes.
    """

    target: Target
    keep: Callable[[str, Sequence[Interaction]], None]
    _open: list[str] = field(default_factory=list)
    _said: dict[str, list[tuple[int, Interaction]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _under_way: int = 0
    _burst: int = 0

    @property
    def at_once(self) -> bool:
        """Whether the target takes requests at the same moment."""
        return not isinstance(self.target, Taped) or self.target.at_once

    def send(self, request: Request) -> Response:
        """The target's answer. Raises NoAnswer as the target does."""
        with self._lock:
            self._under_way += 1
        failed, exchange = "", Exchange(request=request)
        try:
            response = self.target.send(request)
            exchange = Exchange(request=request, response=response)
        except NoAnswer as error:
            failed, exchange = _kind(error), Exchange(request=request, failure=str(error))
            raise
        finally:
            self._heard(Interaction(exchange=exchange, uri=request.url, failed=failed))
        return response

    def _heard(self, interaction: Interaction) -> None:
        with self._lock:
            if self._open:
                self._said[self._open[-1]].append((self._burst, interaction))
            self._under_way -= 1
            self._burst += not self._under_way

    @contextmanager
    def tape(self, name: str) -> Iterator[list[str]]:
        """Around a conversation; one that is told again is kept as a whole."""
        said = self._said.setdefault(name, [])
        self._open.append(name)
        try:
            with self.target.tape(name) if isinstance(self.target, Taped) else nullcontext():
                yield []
        finally:
            self._open.pop()
            if said:
                self.keep(name, [each for _, each in sorted(said, key=_place)])

    def read(self, name: str) -> None:
        """The open conversation speaks of another from now on."""
        if isinstance(self.target, Taped):
            self.target.read(name)


def _place(one: tuple[int, Interaction]) -> tuple[int, str, str, bytes]:
    burst, each = one
    return burst, each.exchange.request.method, each.uri, each.exchange.request.body


def _kind(error: NoAnswer) -> str:
    if isinstance(error, Interrupted):
        return "interrupted"
    return "garbled" if isinstance(error, Garbled) else "no-answer"
