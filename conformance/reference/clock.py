"""Time and identifiers for a server, real ones or the same ones every time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from conformance.contract import values

Clock = Callable[[], datetime]
Identifiers = Callable[[], str]


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def fresh() -> str:
    """A random GUID."""
    return str(uuid.uuid4())


def ticking(start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> Clock:
    """A clock that moves on by a second each time it is looked at."""
    ticks = count()
    return lambda: start + timedelta(seconds=next(ticks))


def counting(seed: str) -> Identifiers:
    """GUIDs that are the same for the same seed."""
    numbers = count()
    return lambda: values.guid(seed, str(next(numbers)))
