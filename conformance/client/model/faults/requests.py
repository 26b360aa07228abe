"""Requests that are wrong: their headers, their address, what they carry beside what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import quote, quote_plus

from conformance.client.model.behaviour import Behaviour, Call
from conformance.client.model.faults.kind import ClientFault
from conformance.client.rules.since_spelling import moment
from conformance.contract.model import Role
from conformance.exchange import Headers, Request

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"

Leaving = Callable[[Call, Request], Request]


def _without(name: str) -> Leaving:
    def leaving(call: Call, request: Request) -> Request:
        access, since = call.contract.access, call.contract.operations[Role.LIST].since
        wanted = {"token": access.token_header, "tenant": access.tenant_header, "since": since}
        header = wanted.get(name, name).lower()
        return replace(request, headers=Headers(tuple(each for each in request.headers if each[0].lower() != header)))

    return leaving


def _keyless(call: Call, request: Request) -> Request:
    return replace(request, query=tuple(each for each in request.query if each[0] != call.contract.access.keys[-1]))


def _other_type(call: Call, request: Request) -> Request:
    other = "text/xml" if call.format == "json" else "application/json"
    return replace(request, headers=request.headers.with_field("Content-Type", other)) if request.body else request


def _body_on_read(_call: Call, request: Request) -> Request:
    return request if request.body else replace(request, body=b"{}")


def _byte_lost(_call: Call, request: Request) -> Request:
    return replace(request, body=request.body[:-1])


def _upserts(call: Call, request: Request) -> Request:
    upsert = call.contract.operations[Role.UPSERT]
    return replace(request, method=upsert.method) if call.role is Role.CREATE else request


def _again(call: Call, request: Request) -> Request:
    """The path or the query, encoded once more."""
    if call.role is Role.READ:
        before, _, last = request.path.rpartition("/")
        return replace(request, path=f"{before}/{quote(last, safe='')}", query=_values(request, quote))
    return replace(request, query=_values(request, quote))


def _plus(call: Call, request: Request) -> Request:
    """Spaces as forms have them, inside of a path."""
    before, _, last = request.path.rpartition("/")
    path = f"{before}/{quote_plus(last, safe='&=%#?ä')}" if call.role is Role.READ else request.path
    return replace(request, path=path, query=_values(request, lambda text: text.replace(" ", "+")))


def _values(request: Request, change: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, change(value)) for name, value in request.query)


def _cut_at(mark: str) -> Leaving:
    def leaving(_call: Call, request: Request) -> Request:
        query = _values(request, lambda text: text.split(mark)[0])
        return replace(request, path=request.path.split(mark)[0], query=query)

    return leaving


def _since(change: Callable[[str], str]) -> Leaving:
    def leaving(call: Call, request: Request) -> Request:
        header = call.contract.operations[Role.LIST].since
        if not header or header not in request.headers:
            return request
        return replace(request, headers=request.headers.with_field(header, change(request.headers.first(header))))

    return leaving


def _local(text: str) -> str:
    found = moment(text)
    return text if found is None else (found + timedelta(hours=13)).strftime(_HTTP_DATE)


def _spaced(text: str) -> str:
    found = moment(text)
    return text if found is None else found.strftime("%d/%m/%Y %H:%M:%S")


def _same_key(call: Call, request: Request) -> Request:
    header = call.contract.operations[call.role].repeats.header
    return replace(request, headers=request.headers.with_field(header, "always-the-same")) if header else request


def _long_key(call: Call, request: Request) -> Request:
    header = call.contract.operations[call.role].repeats.header
    return replace(request, headers=request.headers.with_field(header, "k" * 300)) if header else request


_ROWS: tuple[tuple[str, str, str, Leaving, str], ...] = (
    ("untyped", "requests.media-type", "Writes have no Content-Type.", _without("Content-Type"), ""),
    ("typed-otherwise", "requests.media-type", "Writes name another format than that of their body.", _other_type, ""),
    ("no-token", "requests.caller-shown", "No token is shown.", _without("token"), ""),
    ("no-tenant", "requests.caller-shown", "No tenant is named.", _without("tenant"), ""),
    ("body-on-read", "requests.bodiless-reads", "Reads have a body.", _body_on_read, ""),
    ("byte-lost", "requests.readable", "The last byte of a body is left out.", _byte_lost, ""),
    ("creates-by-upsert", "requests.create-refuses", "A create is sent as an upsert.", _upserts, ""),
    (
        "since-local",
        "requests.since-spelling",
        "A moment is sent in local time and called GMT.",
        _since(_local),
        "instant",
    ),
    ("since-of-a-form", "requests.since-spelling", "A moment is spelt as a form spells it.", _since(_spaced), ""),
    ("since-unsent", "requests.since-spelling", "The moment is not sent.", _without("since"), "instant"),
    ("encoded-twice", "requests.path-encoded", "An identifier is percent-encoded twice.", _again, "space"),
    ("filter-encoded-twice", "requests.filter-encoded", "A filter is percent-encoded twice.", _again, "space"),
    ("path-as-a-form", "requests.path-encoded", "An identifier in a path is encoded as in a form.", _plus, "space"),
    ("filter-plus-twice", "requests.filter-encoded", "Spaces of a filter arrive as plus signs.", _plus, "space"),
    ("path-cut-at-hash", "requests.path-encoded", "A path ends where a # stands.", _cut_at("#"), "hash-and-question"),
    (
        "filter-cut-at-hash",
        "requests.filter-encoded",
        "A filter ends where a # stands.",
        _cut_at("#"),
        "hash-and-question",
    ),
    ("path-cut-at-ampersand", "requests.path-encoded", "A path ends where an & stands.", _cut_at("&"), "ampersand"),
    (
        "filter-cut-at-ampersand",
        "requests.filter-encoded",
        "A filter ends where an & stands.",
        _cut_at("&"),
        "ampersand",
    ),
    ("filter-cut-at-plus", "requests.filter-encoded", "A filter ends where a plus stands.", _cut_at("+"), "plus"),
    ("filter-cut-at-comma", "requests.filter-encoded", "A filter ends where a comma stands.", _cut_at(","), "comma"),
    (
        "filter-cut-at-quote",
        "requests.filter-encoded",
        "A filter ends where an apostrophe stands.",
        _cut_at("'"),
        "single-quote",
    ),
    ("one-key-for-all", "requests.repeat-key", "All writes have one and the same key for repeats.", _same_key, ""),
    ("long-key", "requests.repeat-key", "The key for repeats is longer than allowed.", _long_key, ""),
)

FAULTS = (
    ClientFault(
        name="one-key",
        clause="requests.caller-shown",
        sentence="One of the two keys is left out.",
        make=partial(Behaviour, leaving=_keyless),
    ),
    *(
        ClientFault(
            name=name, clause=clause, sentence=text, make=partial(Behaviour, leaving=leaving), parameter=parameter
        )
        for name, clause, text, leaving, parameter in _ROWS
    ),
)
