"""A cassette file into frozen exchanges: vcrpy's, in YAML or JSON, and those of its cousins in Ruby and PHP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.cassettes.body import unpacked, written
from conformance.cassettes.safe import LARGEST, line, plain
from conformance.cassettes.wrong import Place, Wrong
from conformance.errors import BadCassette, Garbled
from conformance.exchange import Exchange, Headers, Request, Response

_REMEDY = "record it anew, or leave the file out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One recorded exchange. ``failed`` names the kind of failure where there was no answer."""

    exchange: Exchange
    uri: str
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cassette:
    """What one file holds. ``head`` says where a recording of ours comes from; others have none."""

    path: Path
    interactions: tuple[Interaction, ...]
    head: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was said, in the order in which it was recorded."""
        return tuple(each.exchange for each in self.interactions)


def read(path: Path) -> Cassette:
    """The cassette in a file. Raises BadCassette, with the line, for anything else; nothing in it is executed."""
    text = _text(path)
    try:
        return _cassette(path, plain(text))
    except Wrong as error:
        at = error.line or line(text, error.at)
        raise BadCassette(file=path, line=at, problem=error.problem, remedy=_REMEDY) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            problem = f"larger than {LARGEST // 1024 // 1024} MiB"
            raise BadCassette(file=path, line=1, problem=problem, remedy=_REMEDY)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise BadCassette(file=path, line=1, problem=problem, remedy="name another file") from error
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise BadCassette(file=path, line=at, problem="not UTF-8", remedy=_REMEDY) from error


def _cassette(path: Path, data: Any) -> Cassette:
    head: Any = {}
    at: Place = ()
    if isinstance(data, Mapping):
        name = "http_interactions" if "http_interactions" in data else "interactions"
        # YAML without any interaction holds nothing at all there.
        head, data, at = data.get("conformance"), data.get(name, ...) or [], (name,)
    if not isinstance(data, list):
        raise Wrong("not a cassette: there is no list of interactions", at=at)
    found = tuple(_interaction(each, (*at, place)) for place, each in enumerate(data))
    return Cassette(path=path, interactions=found, head=head if isinstance(head, Mapping) else {})


def _interaction(value: Any, at: Place) -> Interaction:
    sides = _mapping(value, at)
    request, response = _mapping(sides.get("request"), at, "request"), sides.get("response")
    asked, uri = _request(request, (*at, "request"))
    said = _mapping(response, at, "response")
    failed = said.get("failure")
    if isinstance(failed, Mapping):
        exchange = Exchange(request=asked, failure=str(failed.get("reason", "")))
        return Interaction(exchange=exchange, uri=uri, failed=str(failed.get("kind", "")))
    try:
        answer = _response(said, (*at, "response"))
    except Garbled as error:
        return Interaction(exchange=Exchange(request=asked, failure=str(error)), uri=uri, failed="garbled")
    return Interaction(exchange=Exchange(request=asked, response=answer), uri=uri)


def _mapping(value: Any, at: Place, name: str = "") -> Mapping[Any, Any]:
    if isinstance(value, Mapping):
        return value
    raise Wrong(f"there is no {name}" if name else "an interaction is a mapping", at=(*at, name) if name else at)


def _request(value: Mapping[Any, Any], at: Place) -> tuple[Request, str]:
    method, uri = value.get("method"), value.get("uri", value.get("url"))
    if not isinstance(method, str) or not isinstance(uri, str):
        raise Wrong("a request has a method and a uri", at=at)
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise Wrong(f"{uri[:80]!r} is no address", at=(*at, "uri")) from error
    request = Request(
        method=method.upper(),
        path=unquote(parts.path) or "/",
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=_headers(value, at),
        body=_body(value.get("body"), at),
    )
    return request, uri


def _response(value: Mapping[Any, Any], at: Place) -> Response:
    # What vcrpy 5 and 6 wrote of httpx has a `content` and no `body`.
    body = value["content"] if "content" in value and "body" not in value else value.get("body")
    headers, plain_body = unpacked(_headers(value, at), _body(body, at))
    return Response(status=_status(value, at), headers=headers, body=plain_body)


def _status(value: Mapping[Any, Any], at: Place) -> int:
    status = value.get("status", value.get("status_code"))
    code = status.get("code") if isinstance(status, Mapping) else status
    if isinstance(code, str) and code.isascii() and code.isdecimal() and len(code) == 3:
        code = int(code)
    if not isinstance(code, int) or isinstance(code, bool) or not 100 <= code <= 999:
        raise Wrong("a response has a status with a code", at=(*at, "status"))
    return code


def _headers(value: Mapping[Any, Any], at: Place) -> Headers:
    found = value.get("headers")
    if not isinstance(found, Mapping | None):
        raise Wrong("headers are a mapping", at=(*at, "headers"))
    return Headers(tuple(_fields(found or {})))


def _fields(headers: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                yield _word(name), _word(each)


def _word(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(value: Any, at: Place) -> bytes:
    try:
        return written(value)
    except Wrong as error:
        raise Wrong(error.problem, at=(*at, "body", *error.at)) from error
