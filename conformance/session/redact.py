"""Secrets are taken out of every text before it is written anywhere."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "[redacted]"

SHORTEST = 4
"""Characters that a secret has at least: to mask every "a" would hide the report, not the secret."""

# Header fields whose values are secrets whoever set them.
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


def _spellings(secret: str) -> Iterator[str]:
    """The secret as it is, and as URLs, HTML, JSON and Python spell it."""
    yield secret
    for each in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield from (each, each.lower())
    yield html.escape(secret)
    yield json.dumps(secret)[1:-1]
    yield repr(secret)[1:-1]


@lru_cache(maxsize=16)
def _longest_first(secrets: tuple[str, ...]) -> tuple[str, ...]:
    found = {spelling for each in secrets if len(each) >= SHORTEST for spelling in _spellings(each)}
    return tuple(sorted(found, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces known secrets, however they are spelt."""

    spellings: tuple[str, ...]

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Redactor:
        """A redactor for these values; the longest are replaced first, so that none leaves a part behind."""
        return cls(_longest_first(tuple(secrets)))

    def text(self, text: str) -> str:
        """The text without any secret in it."""
        for each in self.spellings:
            text = text.replace(each, MASK)
        return text

    def header(self, name: str, value: str) -> str:
        """The value of a header field without secrets; a scheme before a token stays."""
        if name.lower() not in _HEADERS:
            return self.text(value)
        scheme, gap, _ = value.partition(" ")
        return f"{scheme} {MASK}" if gap else MASK
