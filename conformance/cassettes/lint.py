"""What should not be in a recording: secrets, persons, and files that are too large, too old or nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from conformance.cassettes.library import Kept, files, labelled
from conformance.cassettes.read import Cassette, read
from conformance.errors import BadCassette
from conformance.exchange import Exchange, Headers

KINDS = ("unreadable", "secret", "personal", "size", "age", "stale", "orphan")

_DAY = 86_400.0
_HEADERS = re.compile(r"authorization|cookie|token|secret|passw|api-?key|session|credential|assertion", re.IGNORECASE)
_MASKED = re.compile(r"^(?:[A-Za-z]+ )?\[[\w ]+\]$|invalid-[0-9a-f]+$")
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_SECRETS = {
    "a JSON web token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*"),
    "a bearer token": re.compile(r"\bbearer\s+(?=[\w~+/.-]*\d)[\w~+/.-]{12,}=*", re.IGNORECASE),
    "an OAuth value": re.compile(
        r"\b(?:(?:access|refresh|id|session|oauth)[_-]?token|(?:client|consumer|oauth)[_-]?secret|client_assertion"
        r"|code_verifier|passw(?:or)?d)[\\\"']*\s*(?:[:=>]|%3D)\s*[\\\"']*(?!\[)[\w~+/.%-]{4,}",
        re.IGNORECASE,
    ),
    "a name and password in an address": re.compile(r"://[^/\s\"'<>@?#:]{1,200}:[^/\s\"'<>@?#]{1,200}@"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}
_KEY = re.compile(r"(?<![\w+/=.-])[A-Za-z0-9+_-]{32,}(?![\w+-])")

_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+'-]{1,64}@([\w-]+(?:\.[\w-]+)+)")
_PHONE = re.compile(r"(?<![\w.+(])\+\d{1,3}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that should not be there; what it says never shows a secret whole."""

    kind: str
    file: Path
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a recording is held against: names of cases, digests of contracts, credentials' places, size and age."""

    cases: frozenset[str]
    contracts: dict[str, str]
    keys: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    largest: int = 1_000_000
    oldest: float | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def lint(folder: Path, bounds: Bounds) -> Iterator[Found]:
    """Everything that should not be in a folder of cassettes, file by file. Raises BadOption when there is none."""
    sent = _sent(folder)
    for path in files(folder):
        size = path.stat().st_size
        if size > bounds.largest:
            yield Found(kind="size", file=path, what=f"{size / 1e6:.1f} MB, and {bounds.largest / 1e6:.1f} are allowed")
        try:
            cassette = read(path)
            yield from _nobodys(cassette, bounds)
        except BadCassette as error:
            yield Found(kind="unreadable", file=path, what=f"line {error.line}: {error.problem}")
            continue
        for number, exchange in enumerate(cassette.exchanges, 1):
            for kind, what in dict.fromkeys(_of(exchange, bounds, sent)):
                yield Found(kind=kind, file=path, what=f"{what}, in exchange {number}")


def _sent(folder: Path) -> frozenset[str]:
    """What the suite itself has sent and looks like a person: that is made up, and comes back in answers."""
    found: set[str] = set()
    for path in files(folder):
        try:
            cassette = read(path)
        except BadCassette:
            continue
        for each in cassette.exchanges if cassette.head else ():
            texts = (each.request.body.decode("utf-8", "replace"), *(value for _, value in each.request.query))
            found.update(said for text in texts for said, _ in _persons(text))
    return frozenset(found)


def _nobodys(cassette: Cassette, bounds: Bounds) -> Iterator[Found]:
    if not cassette.head:
        yield Found(kind="orphan", file=cassette.path, what="no recording of this suite: it has no head")
        return
    kept = labelled(cassette)
    case = cassette.head.get("case")
    if case is not None and case not in bounds.cases:
        yield Found(kind="orphan", file=cassette.path, what=f"no case is called {str(case)[:120]}")
    if bounds.contracts.get(kept.origin.generation) != kept.origin.contract:
        what = f"recorded against another contract of {kept.origin.generation} than today's"
        yield Found(kind="stale", file=cassette.path, what=what)
    yield from _aged(kept, bounds)


def _aged(kept: Kept, bounds: Bounds) -> Iterator[Found]:
    days = (bounds.now - kept.origin.moment).total_seconds() / _DAY
    if bounds.oldest is not None and days > bounds.oldest:
        yield Found(kind="age", file=kept.cassette.path, what=f"recorded {days:.0f} days ago")


def _of(exchange: Exchange, bounds: Bounds, sent: frozenset[str]) -> Iterator[tuple[str, str]]:
    request, response = exchange.request, exchange.response
    for name, value in request.query:
        if name.lower() in bounds.keys and not _MASKED.search(value):
            yield "secret", f"the parameter {name} holds {_hint(value)}"
    yield from _headers(request.headers, bounds)
    texts = [request.path, *(value for _, value in request.query), request.body.decode("utf-8", "replace")]
    if response is not None:
        yield from _headers(response.headers, bounds)
        texts.append(response.body.decode("utf-8", "replace"))
        texts += [value for name, value in response.headers if not _HEADERS.search(name)]
    for each in (*texts, exchange.failure):
        yield from _secrets(each)
        yield from (("personal", what) for said, what in _persons(each) if said not in sent)


def _headers(headers: Headers, bounds: Bounds) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        private = _HEADERS.search(name) or name.lower() in bounds.tenants
        if private and value and not _MASKED.search(value):
            yield "secret", f"the header {name} holds {_hint(value)}"


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    for name, pattern in _SECRETS.items():
        for each in pattern.finditer(text):
            yield "secret", f"{name}, {_hint(each[0])}"
    for each in _KEY.finditer(text):
        if _random(each[0]):
            yield "secret", f"what looks like a key, {_hint(each[0])}"


def _random(text: str) -> bool:
    """Whether a long word has letters of both cases, digits, and hardly any repetition; a GUID is no key."""
    mixed = all(any(test(each) for each in text) for test in (str.islower, str.isupper, str.isdigit))
    return mixed and len(set(text)) >= 20 and not _GUID.search(text)


def _persons(text: str) -> Iterator[tuple[str, str]]:
    for each in _MAIL.finditer(text):
        if not _RESERVED.search(each[1]):
            yield each[0], f"an e-mail address outside the reserved domains, {_hint(each[0])}"
    for each in _PHONE.finditer(text):
        if "555" not in each[0]:
            yield each[0], f"what looks like a telephone number, {_hint(each[0])}"


def _hint(value: str) -> str:
    """Enough to find it, and not enough to use it."""
    return f"{value[:4]!r} and {max(len(value) - 4, 0)} more characters"
