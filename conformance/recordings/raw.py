"""A body that stands alone in a file: an answer of which only the bytes are known, or what the command line adds."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exchange import Exchange, Headers, Request, Response
from conformance.recordings.recording import HEADERS, REQUEST, STATUS, Recording

_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command line says of bodies that stand alone; nothing and 0 where it says nothing."""

    status: int = 0
    content_type: str = ""
    #: what the request was for
    operation: str = ""
    generation: str = ""


def recording(file: str, body: bytes, told: Told) -> Recording:
    """The body as an answer to a request that nobody knows."""
    headers = Headers((("Content-Type", told.content_type),)) if told.content_type else Headers()
    lacks = {REQUEST, *([] if told.status else [STATUS]), *([] if told.content_type else [HEADERS])}
    response = Response(status=told.status or _OK, headers=headers, body=body)
    exchange = Exchange(request=Request(method="", path=""), response=response)
    return Recording(file=file, number=1, exchange=exchange, lacks=frozenset(lacks))
