"""What has come through: every exchange with both of its sides, as long as there is room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

from conformance.client.counterpart import MOST, Heard
from conformance.contract.model import Contract
from conformance.exchange import Exchange
from conformance.session.secrets import secrets

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One exchange: as the client lived it, from the base path of the API on; and as the server did, unpacked."""

    heard: Heard
    exchange: Exchange
    #: the kind of failure where the server gave no answer, as cassettes name it
    failed: str = ""


@dataclass(eq=False)
class Traffic:
    """All that has come through; what comes when there is no room is counted, and not kept."""

    passed: list[Passed] = field(default_factory=list)
    unkept: int = 0
    _size: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(self, passed: Passed) -> None:
        """Keep one more."""
        response = passed.exchange.response
        size = len(passed.exchange.request.body) + (len(response.body) if response else 0)
        with self._lock:
            if len(self.passed) >= MOST or self._size + size > _LARGEST:
                self.unkept += 1
                return
            self._size += size
            self.passed.append(passed)


def hidden(passed: Iterable[Passed], contract: Contract) -> tuple[str, ...]:
    """Every value that must not be shown, the longest first."""
    found = {each for one in passed for each in secrets(one.exchange, (contract,))}
    return tuple(sorted(found, key=lambda each: (-len(each), each)))
