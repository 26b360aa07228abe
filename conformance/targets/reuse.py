"""Whether a connection left open may carry another request."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from select import select

_MOMENT = 0.02
_PROVED = 12


@dataclass
class Reuse:
    """A server that closes without a word may do so a moment after its answer.

    A write is never sent twice, so until twelve connections of a target have lasted, that moment is waited for before
    one of them carries a write. A target that has closed one unannounced gets a connection of its own each time.
    """

    lasted: int = 0
    given_up: bool = False

    def safe(self, sock: socket.socket, *, writes: bool) -> bool:
        """Whether nothing has come, not even the end, since the last answer."""
        if self.given_up:
            return False
        wait = _MOMENT if writes and self.lasted < _PROVED else 0.0
        try:
            self.given_up = bool(select([sock], [], [], wait)[0])
        except (OSError, ValueError):
            return False
        self.lasted += not self.given_up
        return not self.given_up
