"""What the second run calls the things of the first: identifiers the server gave, and names that came from a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conformance.document import Value
from conformance.wire import dates
from conformance.wire.scalar import ZERO_GUID, guid

GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
TOKEN = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{10}(?![0-9a-fA-F])")
ATOM = re.compile(f"{GUID.pattern}|{TOKEN.pattern}")

_MOMENT = re.compile(
    r"/Date\(-?[0-9]{1,18}(?:[+-][0-9]{4})?\)/|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
    r"|DateTime\([0-9, ]+\)"
)

_TELLING = 6
"""Characters of a text by which it is known inside another."""


def masked(text: str, *, names: bool) -> str:
    """The text without what differs from run to run; ``names``: without what comes from the seed either."""
    plain = GUID.sub("{id}", _MOMENT.sub("{moment}", text))
    return TOKEN.sub("{name}", plain) if names else plain


class Notation(str):
    """A value that is another one each time, by how it is written."""

    __slots__ = ()


class Identifier(str):
    """An identifier in its normal form."""

    __slots__ = ()


def notation(value: Value) -> Notation | None:
    """How a moment is written; None for what is none."""
    text = value.isoformat() if isinstance(value, datetime) else value
    if not isinstance(text, str) or dates.read(text) is None:
        return None
    whole = re.sub(r"\.[0-9]+", "", text.strip())
    return Notation("a moment like /Date(0)/" if "Date(" in whole else f"a moment like {re.sub('[0-9]', '0', whole)}")


@dataclass
class Names:
    """The names that have been learnt so far, of one conversation; each stands for one other.

    ``tokens`` come from the seeds, so that they are the same in all conversations.
    """

    tokens: Mapping[str, str] = field(default_factory=dict)
    _there: dict[str, str] = field(default_factory=dict)
    #: texts without a token, as they are
    _wholes: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def learn(self, before: str, after: str) -> None:
        """Both stand for the same thing, unless one of them stands for another already."""
        one, other = before.lower(), after.lower()
        if other not in self._there and one not in self._taken:
            self._there[other] = one
            self._taken.add(one)

    def learn_text(self, before: str, after: str, *, whole: bool) -> None:
        """What two texts at one place say of each other; ``whole``: also where no part of them tells."""
        couples = list(atoms(before, after))
        for one, other in couples:
            self.learn(one, other)
        if whole and before and after and before != after and not couples:
            self._wholes.setdefault(after, before)

    def known(self, after: str) -> str:
        """What an identifier stands for; empty when nobody has learnt it."""
        return self._there.get(after.lower(), "")

    def text(self, after: str) -> str:
        """A text of the second run in the words of the first."""
        if after in self._wholes:
            return self._wholes[after]
        text = ATOM.sub(self._atom, after)
        for other, one in self._wholes.items():
            text = text.replace(other, one) if len(other) >= _TELLING and other in text else text
        return text

    def _atom(self, found: re.Match[str]) -> str:
        text = found[0]
        known = self._there.get(text.lower()) or self.tokens.get(text.lower())
        if known is None or known == text.lower():
            return text
        return known.upper() if text.isupper() else known.capitalize() if text[0].isupper() else known

    def value(self, after: Value) -> Value:
        """A value of the second run in the words of the first."""
        if isinstance(after, str):
            return self.text(after)
        if isinstance(after, Mapping):
            return {name: self.value(each) for name, each in after.items()}
        return tuple([self.value(each) for each in after]) if isinstance(after, tuple) else after


def atoms(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The identifiers and tokens that stand at the same places in two texts, which are the same but for these."""
    first, second = ATOM.findall(before), ATOM.findall(after)
    if len(first) == len(second) and ATOM.sub("", before).lower() == ATOM.sub("", after).lower():
        yield from zip(first, second, strict=True)


def pairs(before: Value, after: Value) -> Iterator[tuple[str, str]]:
    """The texts that stand at the same places in two values."""
    if isinstance(before, str) and isinstance(after, str):
        yield before, after
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name, each in before.items():
            yield from pairs(each, after[name]) if name in after else ()
    elif isinstance(before, tuple) and isinstance(after, tuple):
        for one, other in zip(before, after, strict=False):
            yield from pairs(one, other)


def texts(value: Value) -> Iterator[str]:
    """Every text in a value."""
    return (each for each, _ in pairs(value, value))


def identifier(value: Value) -> str:
    """The identifier that a value is, in its normal form; empty for what is none."""
    found = guid(value) if isinstance(value, str) else ""
    return found if GUID.fullmatch(found) and found != ZERO_GUID else ""
