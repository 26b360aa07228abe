"""Moments as text, in the two notations of the wire: ISO 8601 and ``/Date(milliseconds)/``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# An offset after the milliseconds says where the server stands; the milliseconds count from the epoch all the same.
_TICKS = re.compile(r"/Date\((-?[0-9]{1,18})(?:[+-][0-9]{4})?\)/")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,64})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def read(text: str) -> datetime | None:
    """The moment, in UTC; None for a text that is not one. A text without a zone means UTC."""
    stripped = text.strip()
    try:
        ticks = _TICKS.fullmatch(stripped)
        if ticks:
            return _EPOCH + int(ticks[1]) * _MILLISECOND
        if not _ISO.fullmatch(stripped):
            return None
        moment = datetime.fromisoformat(stripped)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        # The shape of a date, but no such day, or one that the calendar of the standard library cannot hold.
        return None


def write(moment: datetime, style: str) -> str:
    """The moment in a style: ``iso``, ``iso-z``, ``ms`` or ``ms-plain``. Raises ValueError for another.

    ``iso`` names no zone and cuts the zeros at the end of a fraction; ``ms`` has an offset, ``ms-plain`` none.
    """
    if style in ("ms", "ms-plain"):
        return f"/Date({(moment - _EPOCH) // _MILLISECOND}{'+0000' if style == 'ms' else ''})/"
    if style not in ("iso", "iso-z"):
        raise ValueError(f"no style of moments is called {style!r}")
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    short = text.rstrip("0") if "." in text else text
    return f"{short}Z" if style == "iso-z" else short


def notation(text: str) -> str:
    """The notation of a text that is a moment: ``iso`` or ``ms``; empty for another text."""
    if read(text) is None:
        return ""
    return "ms" if _TICKS.fullmatch(text.strip()) else "iso"


def notation_of(style: str) -> str:
    """The notation to which a style belongs."""
    return style.partition("-")[0]
