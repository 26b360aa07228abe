"""The desk for other processes of the same run: a socket on this machine that only they have the key to.

Messages are JSON; what holds the token travels over this socket, and nowhere else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from threading import Thread
from typing import Any

from conformance.errors import ConformanceError, NoAnswer
from conformance.live.desk import Desk, Permit

_LARGEST = 64 * 1024 * 1024


class Wicket:
    """Serves a desk to whoever has the key, until it is closed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = os.urandom(32)
        self._listener = Listener(authkey=self._key)
        self._open = True
        Thread(target=self._serve, name="wicket", daemon=True).start()

    @property
    def address(self) -> dict[str, Any]:
        """Where it is, with the key; this is for the processes of the run alone."""
        return {"at": self._listener.address, "key": self._key.hex()}

    def close(self) -> None:
        """Nobody is served any more."""
        self._open = False
        with suppress(OSError):
            # Whoever waits in accept is woken by a caller.
            Client(self._listener.address).close()
        self._listener.close()

    def _serve(self) -> None:
        while self._open:
            # A stranger without the key is turned away, and so is one who hangs up.
            with suppress(AuthenticationError, EOFError, OSError):
                caller = self._listener.accept()
                Thread(target=self._attend, args=(caller,), daemon=True).start()

    def _attend(self, caller: Connection) -> None:
        with caller, suppress(EOFError, OSError):
            name, *given = json.loads(caller.recv_bytes(_LARGEST))
            caller.send_bytes(json.dumps(self._answer(name, given)).encode())

    def _answer(self, name: str, given: Sequence[Any]) -> Any:
        if name == "admit":
            try:
                return asdict(self._desk.admit(given[0], last=given[1]))
            except ConformanceError as error:
                return asdict(Permit(refused=str(error)))
        if name == "renew":
            return self._desk.renew(given[0])
        self._desk.report(*given)
        return None


@dataclass(frozen=True, slots=True)
class Visitor:
    """The same desk, from another process."""

    at: Any
    key: bytes

    @classmethod
    def of(cls, address: Mapping[str, Any]) -> Visitor:
        """The desk at the address that a wicket gave."""
        at = address["at"]
        return cls(tuple(at) if isinstance(at, list) else at, bytes.fromhex(address["key"]))

    def admit(self, entry: Mapping[str, Any] | None, *, last: bool = False) -> Permit:
        """Asked over the socket."""
        return Permit(**self._ask("admit", entry, last))

    def report(self, ticket: int, status: int, headers: Mapping[str, str], ids: Sequence[str]) -> None:
        """Told over the socket."""
        self._ask("report", ticket, status, dict(headers), list(ids))

    def renew(self, number: int) -> bool:
        """Asked over the socket."""
        return bool(self._ask("renew", number))

    def _ask(self, *words: Any) -> Any:
        """A connection for each question: one may wait long, and must not hold up another."""
        try:
            with Client(self.at, authkey=self.key) as desk:
                desk.send_bytes(json.dumps(words).encode())
                return json.loads(desk.recv_bytes(_LARGEST))
        except (OSError, EOFError, AuthenticationError) as error:
            raise NoAnswer("the run has ended") from error
