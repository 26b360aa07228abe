"""HAR 1.2, as browsers and proxies write it: entries into recordings, each with what is missing in it."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.cassettes.body import unpacked
from conformance.errors import Garbled
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.recordings.recording import BODY, BYTES, Recording


def entries(document: Mapping[str, Any]) -> list[Any] | None:
    """The entries of a HAR document; None for any other."""
    log = document.get("log")
    found = log.get("entries") if isinstance(log, Mapping) else None
    return found if isinstance(found, list) else None


def recordings(file: str, found: list[Any]) -> Iterator[Recording]:
    """Each entry as a recording; one that makes no sense says so in its ``trouble``."""
    for number, entry in enumerate(found, 1):
        yield _recording(file, number, entry if isinstance(entry, Mapping) else {})


def _recording(file: str, number: int, entry: Mapping[str, Any]) -> Recording:
    request = _request(entry.get("request"))
    if request is None:
        return Recording(file=file, number=number, trouble="the entry has no request with a method and an address")
    moment = _text(entry.get("startedDateTime"))
    response = entry.get("response")
    status = response.get("status") if isinstance(response, Mapping) else None
    if not isinstance(response, Mapping) or not isinstance(status, int) or not 100 <= status <= 999:
        failed = Exchange(request=request, failure="the entry has no answer")
        return Recording(file=file, number=number, exchange=failed, moment=moment)
    content = response.get("content")
    content = content if isinstance(content, Mapping) else {}
    headers = _called(_headers(response.get("headers")), _text(content.get("mimeType")))
    try:
        body, lacks = _content(content, status)
        headers, body = unpacked(headers, body)
    except Garbled as error:
        failed = Exchange(request=request, failure=str(error))
        return Recording(file=file, number=number, exchange=failed, moment=moment)
    answer = Response(status=status, headers=headers, body=body)
    exchange = Exchange(request=request, response=answer)
    return Recording(file=file, number=number, exchange=exchange, lacks=lacks, moment=moment)


def _request(value: Any) -> Request | None:
    method, url = (value.get("method"), value.get("url")) if isinstance(value, Mapping) else (None, None)
    if not isinstance(method, str) or not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    posted = value.get("postData")
    body = _text(posted.get("text")) if isinstance(posted, Mapping) else ""
    return Request(
        method=method.upper(),
        path=unquote(parts.path) or "/",
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=_headers(value.get("headers")),
        body=body.encode("utf-8", "surrogatepass"),
    )


def _headers(value: Any) -> Headers:
    fields = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    return Headers(tuple((_text(each.get("name")), _text(each.get("value"))) for each in fields))


def _called(headers: Headers, kind: str) -> Headers:
    """The headers with the type of the content, where only the content names it; a browser may not know it."""
    unknown = not kind or kind.startswith("x-unknown") or "Content-Type" in headers
    return headers if unknown else headers.with_field("Content-Type", kind)


def _content(content: Mapping[str, Any], status: int) -> tuple[bytes, frozenset[str]]:
    """The body, and what is missing of it. Raises Garbled."""
    text, size = content.get("text"), content.get("size")
    if not isinstance(text, str):
        empty = status == 204 or (isinstance(size, int) and size == 0)
        return b"", frozenset() if empty else frozenset({BODY})
    if content.get("encoding") != "base64":
        return text.encode("utf-8", "surrogatepass"), frozenset({BYTES})
    try:
        return b64decode(text), frozenset()
    except (binascii.Error, ValueError) as error:
        raise Garbled("the content of the entry is not base64, as it says it is") from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
