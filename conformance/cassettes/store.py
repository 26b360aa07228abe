"""The door to vcrpy: its file format for what is recorded, its cassette and its matching for what is played."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from vcr.cassette import Cassette as Store
from vcr.errors import UnhandledHTTPRequestError
from vcr.record_mode import RecordMode
from vcr.request import Request as Asked
from vcr.serialize import serialize
from vcr.serializers import yamlserializer

from conformance.cassettes.normal import document
from conformance.cassettes.read import Cassette, Interaction
from conformance.exchange import Exchange, Headers, Request

# What JSON may hold as it is and YAML may not, or reads as a line end.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
# A list of one text, which needs no lines of its own. In JSON a line end is never part of a text.
_ALONE = re.compile(r'\[\n *("(?:[^"\\]|\\.)*")\n *\]')


# ---------------------------------------------------------------- written


def written(head: Mapping[str, Any], interactions: Sequence[Interaction]) -> bytes:
    """A cassette that vcrpy reads. It is JSON, which YAML includes and which loads faster, unless bytes forbid."""
    requests = [_asked(each) for each in interactions]
    responses = [_said(each) for each in interactions]
    text: str = serialize({"requests": requests, "responses": responses}, _Serializer(head))
    return text.encode()


def _asked(each: Interaction) -> Asked:
    request = each.exchange.request
    return Asked(request.method, each.uri, request.body or None, _listed(request.headers))


def _said(each: Interaction) -> dict[str, Any]:
    response = each.exchange.response
    if response is None:
        failure = {"kind": each.failed, "reason": each.exchange.failure}
        status = {"code": 0, "message": "no answer"}
        return {"status": status, "headers": {}, "body": {"string": ""}, "failure": failure}
    known = response.status in HTTPStatus.__members__.values()
    status = {"code": response.status, "message": HTTPStatus(response.status).phrase if known else ""}
    return {"status": status, "headers": _listed(response.headers), "body": {"string": response.body}}


def _listed(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


class _Serializer:
    """One of vcrpy's serializers, which puts a head above the interactions."""

    def __init__(self, head: Mapping[str, Any]) -> None:
        self._head = head

    def serialize(self, data: dict[str, Any]) -> str:
        """The text of a file."""
        whole = {"conformance": dict(self._head), **data}
        try:
            text = _ALONE.sub(r"[\1]", json.dumps(whole, indent=1, ensure_ascii=False))
        except TypeError:
            # Bodies that are no text are bytes by now, for which JSON has no notation.
            return str(yamlserializer.serialize(whole))
        return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


# ---------------------------------------------------------------- played


class _Played(Asked):
    """A request as it is matched: what it says is worked out once."""

    def __init__(self, request: Request, uri: str) -> None:
        super().__init__(request.method, uri, request.body, {})
        self.told = request
        self.sorted = sorted(request.query)
        self.document = document(request.body)


def method(one: _Played, other: _Played) -> bool:
    """Whether the methods are the same."""
    return one.told.method == other.told.method


def path(one: _Played, other: _Played) -> bool:
    """Whether the paths are the same."""
    return one.told.path == other.told.path


def query(one: _Played, other: _Played) -> bool:
    """Whether the parameters are the same, in any order."""
    return bool(one.sorted == other.sorted)


def body(one: _Played, other: _Played) -> bool:
    """Whether the bodies say the same."""
    return bool(one.document == other.document)


def letters(one: _Played, other: _Played) -> bool:
    """Whether bodies and headers are the same letter by letter: then nothing else is preferred."""
    return one.told.body == other.told.body and _fields(one) == _fields(other)


def _fields(one: _Played) -> list[tuple[str, str]]:
    return sorted((name.lower(), value) for name, value in one.told.headers)


_MATCHERS: tuple[Callable[[_Played, _Played], bool], ...] = (method, path, query, body)


class _Held:
    """One of vcrpy's persisters, for a file that has been read already."""

    def __init__(self, cassette: Cassette) -> None:
        self._cassette = cassette

    def load_cassette(self, _path: str, serializer: object) -> tuple[list[_Played], list[dict[str, int]]]:
        """The requests, and in place of each response its number."""
        del serializer
        found = self._cassette.interactions
        return [_Played(each.exchange.request, each.uri) for each in found], [{"number": n} for n in range(len(found))]


class Player:
    """A cassette as it is played: each interaction once, the like ones in the order in which they were recorded."""

    def __init__(self, cassette: Cassette) -> None:
        self.cassette = cassette
        # Among like requests the one whose headers and spelling fit as well is played first.
        self._exact = self._store((*_MATCHERS, letters))
        self._any = self._store(_MATCHERS)
        self._any.play_counts = self._exact.play_counts

    def _store(self, match_on: tuple[Callable[[_Played, _Played], bool], ...]) -> Store:
        name, held = str(self.cassette.path), _Held(self.cassette)
        return Store.load(path=name, persister=held, record_mode=RecordMode.NONE, match_on=match_on)

    def play(self, request: Request) -> Interaction | None:
        """The interaction that was recorded of a request, unless there is none that has not been played."""
        asked = _Played(request, request.url)
        for store in (self._exact, self._any):
            try:
                number: int = store.play_response(asked)["number"]
            except UnhandledHTTPRequestError:
                continue
            return self.cassette.interactions[number]
        return None

    @property
    def unplayed(self) -> tuple[Exchange, ...]:
        """What was recorded and has not been played."""
        counts = self._any.play_counts
        return tuple(each for number, each in enumerate(self.cassette.exchanges) if not counts[number])

    def like(self, request: Request) -> int:
        """How often a request was recorded."""
        asked = _Played(request, request.url)
        return sum(all(each(asked, one) for each in _MATCHERS) for one in self._any.requests)

    def nearest(self, request: Request) -> Exchange | None:
        """The recorded exchange whose request is most like this one; of several, one that has not been played."""
        found = self._any.find_requests_with_most_matches(_Played(request, request.url))
        near = [next(n for n, each in enumerate(self._any.requests) if each is one) for one, *_ in found]
        near.sort(key=lambda number: self._any.play_counts[number])
        return self.cassette.exchanges[near[0]] if near else None
