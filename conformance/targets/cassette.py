"""A target that was recorded: it answers as it did, without a socket, and says what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from conformance.cassettes import names
from conformance.cassettes.missed import line, missed
from conformance.cassettes.read import Cassette, Interaction
from conformance.cassettes.store import Player
from conformance.errors import Garbled, Interrupted, NoAnswer, NotRecorded
from conformance.exchange import Request, Response

_FAILURES: Mapping[str, type[NoAnswer]] = {"interrupted": Interrupted, "garbled": Garbled}


@dataclass(eq=False)
class Recorded:
    """The cassettes of one generation, by the names of their conversations; ``mask`` is what they were kept under."""

    cassettes: Mapping[str, Cassette]
    mask: Callable[[Request], Request]
    at_once: bool = False
    _open: list[str] = field(default_factory=list)
    _players: dict[str, Player] = field(default_factory=dict)

    def send(self, request: Request) -> Response:
        """The answer that was recorded. Raises NotRecorded, or the failure that was recorded."""
        found = self._play(self.mask(request))
        if found.exchange.response is None:
            raise _FAILURES.get(found.failed, NoAnswer)(found.exchange.failure)
        return found.exchange.response

    def _play(self, request: Request) -> Interaction:
        name = self._open[-1] if self._open else ""
        if name not in self._players:
            raise NotRecorded(f"there is no cassette of {names.told(name) or 'this'}, which asked {line(request)}")
        found = self._players[name].play(request)
        if found is None:
            raise NotRecorded(missed(name, self._players[name], request))
        return found

    @contextmanager
    def tape(self, name: str) -> Iterator[list[str]]:
        """Around a conversation. Told a second time it goes on where it broke off, or begins anew when it had ended."""
        known, remarks = self._players.get(name), list[str]()
        if name in self.cassettes and (known is None or not known.unplayed):
            self._players[name] = Player(self.cassettes[name])
        self._open.append(name)
        try:
            yield remarks
        finally:
            self._open.pop()
        remarks += self._left(name)

    def read(self, name: str) -> None:
        """What came of a conversation is known without its cassette."""

    def _left(self, name: str) -> list[str]:
        left = self._players[name].unplayed if name in self._players else ()
        if not left:
            return []
        count = "1 recorded exchange" if len(left) == 1 else f"{len(left)} recorded exchanges"
        return [f"{count} of {names.told(name)} never played, the first is {line(left[0].request)}"]
