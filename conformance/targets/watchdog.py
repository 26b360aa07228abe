"""A hard end for reads that never end.

A socket's own time-out starts anew with every byte, so a peer that sends one byte at a time is never late by it.
Here a thread shuts the socket down when the time of the whole exchange is up.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from threading import Condition, Thread
from time import monotonic


@dataclass(eq=False, slots=True)
class Watch:
    """One socket under watch; ``cut`` says that it was shut down."""

    sock: socket.socket
    deadline: float
    cut: bool = False


@dataclass(eq=False, slots=True)
class Watchdog:
    """One thread for any number of watches. It starts with the first, and ends when it wakes and finds none.

    It is woken only by a watch that is due before all others: with like time-outs, once in the length of one.
    """

    _bell: Condition = field(default_factory=Condition)
    _watches: set[Watch] = field(default_factory=set)
    _asleep: bool = False
    _wakes: float = inf

    def watch(self, sock: socket.socket, deadline: float) -> Watch:
        """Shut ``sock`` down at ``deadline``, unless the watch is released before."""
        watch = Watch(sock, deadline)
        with self._bell:
            self._watches.add(watch)
            if not self._asleep:
                self._asleep, self._wakes = True, deadline
                Thread(target=self._run, name="watchdog", daemon=True).start()
            elif deadline < self._wakes:
                self._bell.notify()
        return watch

    def release(self, watch: Watch) -> None:
        """After this the socket is left alone."""
        with self._bell:
            self._watches.discard(watch)

    def _run(self) -> None:
        with self._bell:
            while self._watches:
                now = monotonic()
                for each in [each for each in self._watches if each.deadline <= now]:
                    self._cut(each)
                self._wakes = min((each.deadline for each in self._watches), default=now)
                self._bell.wait(self._wakes - now)
            self._asleep = False

    def _cut(self, watch: Watch) -> None:
        self._watches.discard(watch)
        watch.cut = True
        # The base method: that of a TLS socket would first take the TLS state away from under the reading thread.
        with suppress(OSError):
            socket.socket.shutdown(watch.sock, socket.SHUT_RDWR)
