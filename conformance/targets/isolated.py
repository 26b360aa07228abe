"""The reference server, anew for each conversation: then nothing depends on which of them is told first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from conformance.contract.model import Resource
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.reference import clock
from conformance.reference.server import ReferenceServer
from conformance.reference.store import Store
from conformance.rules.stages import CHANGED

_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class _Clock:
    """A clock that moves on by a second each time it is looked at."""

    moment: datetime = _START

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(eq=False)
class _Room:
    """One conversation: the others that it may speak of, and the server that is made once something is asked."""

    name: str
    read: list[str] = field(default_factory=list)
    clock: _Clock = field(default_factory=_Clock)
    server: ReferenceServer | None = None


@dataclass(eq=False)
class Isolated:
    """A server for each conversation, made by ``build``; who reads of another gets its records, and its time."""

    build: Callable[[], ReferenceServer]
    at_once: bool = False
    _open: list[_Room] = field(default_factory=lambda: [_Room("")])
    _rooms: dict[str, _Room] = field(default_factory=dict)

    def send(self, request: Request) -> Response:
        """The answer of the server of the open conversation."""
        return self._server(self._open[-1])(request)

    @contextmanager
    def tape(self, name: str) -> Iterator[list[str]]:
        """Around a conversation. What one that is told inside another speaks of, it reads itself."""
        room = self._rooms[name] = _Room(name)
        self._open.append(room)
        try:
            yield []
        finally:
            self._open.pop()

    def read(self, name: str) -> None:
        """The records of a conversation that has ended are there in the open one as well."""
        here = self._open[-1]
        if name in self._rooms and name not in here.read:
            here.read.append(name)
            if here.server is not None:
                self._joined(here.server, here.clock, self._rooms[name])

    def _server(self, room: _Room) -> ReferenceServer:
        if room.server is None:
            room.server = self.build()
            room.server.now = room.clock
            room.server.identifier = clock.counting(f"{room.server.contract.generation} {room.name}")
            for each in room.read:
                self._joined(room.server, room.clock, self._rooms[each])
        return room.server

    def _joined(self, server: ReferenceServer, time: _Clock, other: _Room) -> None:
        time.moment = max(time.moment, other.clock.moment)
        for each in other.read:
            self._joined(server, time, self._rooms[each])
        for tenant, store in (other.server.tenants if other.server else {}).items():
            known = server.tenants.setdefault(tenant, Store(store.resource))
            for record in store.records():
                if _newer(store.resource, record, known):
                    known.put(record)


def _newer(resource: Resource, record: Record, known: Store) -> bool:
    """Whether a store lacks the record, or has it as it was before."""
    changed = resource.modified or CHANGED
    held = known.find(resource.identity, str(record[resource.identity]))
    return held is None or str(held.get(changed)) < str(record.get(changed))
