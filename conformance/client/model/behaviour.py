"""The stages of a client, each of which a fault may replace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.contract.model import Contract, Role
from conformance.document import Record, Value
from conformance.exchange import Request, Response


@dataclass(eq=False)
class Refused(Exception):
    """What this client raises to its caller."""

    message: str
    status: int | None = None
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a caller asked for, as the stages see it."""

    contract: Contract
    role: Role
    format: str
    #: how many calls there were before this one
    number: int = 0
    #: the members that the caller set, of each record
    asked: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to get an answer: its place, from 0, and what came of it; None when the connection broke."""

    number: int
    request: Request
    response: Response | None
    #: whether there was none because the server was silent for too long
    late: bool = False


def _wait(_call: Call, attempt: Attempt) -> float | None:
    """Once more after a refusal for now, as its Retry-After says; reads also after a broken connection."""
    if attempt.number:
        return None
    if attempt.response is None:
        return 0.0 if attempt.request.method == "GET" and not attempt.late else None
    asked = attempt.response.headers.first("Retry-After")
    if attempt.response.status not in (429, 503) or not asked.isdigit():
        return None
    return float(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a client does at each stage. As it stands, it is right."""

    #: the record that is sent for what the caller gave
    outgoing: Callable[[Call, Record], Record] = field(default=lambda _call, record: record)
    #: the request as it leaves
    leaving: Callable[[Call, Request], Request] = field(default=lambda _call, request: request)
    #: the seconds after which the request is sent again; None for never
    again: Callable[[Call, Attempt], float | None] = _wait
    #: the answer as it is read
    arriving: Callable[[Call, Response], Response] = field(default=lambda _call, response: response)
    #: the record that the caller is handed for the one that was read
    handed: Callable[[Call, Record], Record] = field(default=lambda _call, record: record)
    #: the error that the caller is told; None swallows it
    told: Callable[[Call, Refused], Refused | None] = field(default=lambda _call, refused: refused)
    #: the places of the records that the caller is told were refused
    failed: Callable[[tuple[Value, ...]], tuple[Value, ...]] = field(default=lambda failed: failed)
    #: the records of a list that the caller is handed
    listed: Callable[[Call, tuple[Record, ...]], tuple[Record, ...]] = field(default=lambda _call, records: records)
    #: the longest page that is asked for, and whether there is another
    more: Callable[[Call, int, int], bool] = field(default=lambda _call, _page, count: count > 0)
