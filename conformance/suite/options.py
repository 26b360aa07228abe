"""The words of the command line, and what those of them mean that need no contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.errors import BadOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The words of the command line, unread."""

    target: str
    generations: Sequence[str] = ()
    formats: Sequence[str] = ()
    profile: str = ""
    only: Sequence[str] = ()
    seed: str = ""
    lacks: Sequence[str] = ()
    headers: Sequence[str] = ()
    token: str = ""
    tenants: Sequence[str] = ()
    api_key: str = ""
    xero_key: str = ""
    timeout: str = "10"
    exhaustive: bool = False
    organisation: str = ""
    #: when a recording began, and the folder that it is made in
    record: str = ""
    lenient: bool = False
    max_age: str = ""
    stale: str = "warn"
    #: the file of the deviations that are known
    expect: str = ""

    @property
    def seconds(self) -> float:
        """How long one exchange may take. Raises BadOption."""
        try:
            seconds = float(self.timeout)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 3600:
            raise BadOption(f"{self.timeout!r} is not a number of seconds", "give a number above 0, as in --timeout 10")
        return seconds

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The header fields that go with every request. Raises BadOption."""
        found = []
        for each in self.headers:
            name, colon, value = each.partition(":")
            if not colon or not name.strip():
                raise BadOption("a header is not of the form 'Name: value'", "as in --header 'X-Env: test'")
            found.append((name.strip(), value.strip()))
        return tuple(found)


_UNITS = {"d": 1.0, "h": 1 / 24, "m": 1 / 1440, "s": 1 / 86_400}


def aged(text: str) -> float:
    """The days that an age comes to. Raises BadOption."""
    try:
        return float(text[:-1]) * _UNITS[text[-1:]]
    except (ValueError, KeyError) as error:
        raise BadOption(f"{text!r} is not an age", "write it like 30d or 12h") from error
