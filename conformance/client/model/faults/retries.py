"""Requests that are sent again too early, or at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from conformance.client.model.behaviour import Attempt, Behaviour, Call
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Role
from conformance.exchange import Headers, Request

Again = Callable[[Call, Attempt], float | None]


def _on(*statuses: int | None, seconds: float = 0.0) -> Again:
    def again(_call: Call, attempt: Attempt) -> float | None:
        status = None if attempt.response is None else attempt.response.status
        return seconds if attempt.number == 0 and status in statuses else None

    return again


def _writes_twice(call: Call, attempt: Attempt) -> float | None:
    writes = call.role not in (Role.LIST, Role.READ)
    return 0.0 if writes and attempt.number == 0 and attempt.response is not None else None


def _keyless(call: Call, request: Request) -> Request:
    header = call.contract.operations[call.role].repeats.header.lower()
    return replace(request, headers=Headers(tuple(each for each in request.headers if each[0].lower() != header)))


_ROWS: tuple[tuple[str, str, str, Callable[[], Behaviour], str], ...] = (
    (
        "impatient-429",
        "retries.wait",
        "After a 429 it asks again at once.",
        partial(Behaviour, again=_on(429)),
        "429, get",
    ),
    (
        "impatient-503",
        "retries.wait",
        "After a 503 it asks again at once.",
        partial(Behaviour, again=_on(503)),
        "503, get",
    ),
    (
        "half-patient",
        "retries.wait",
        "It waits for half as long.",
        partial(Behaviour, again=_on(429, 503, seconds=1.0)),
        "429, upsert",
    ),
    (
        "half-patient-503",
        "retries.wait",
        "It waits for half as long.",
        partial(Behaviour, again=_on(503, seconds=1.0)),
        "503, upsert",
    ),
    (
        "impatient-date",
        "retries.wait-until",
        "A date to come back at is passed over.",
        partial(Behaviour, again=_on(503)),
        "upsert",
    ),
    ("stubborn", "retries.refused", "What was refused is sent again.", partial(Behaviour, again=_on(400, 500)), ""),
    (
        "creates-again",
        "retries.not-doubled",
        "A create whose answer was lost is sent again without a key.",
        partial(Behaviour, again=_on(None), leaving=_keyless),
        "",
    ),
    (
        "writes-twice",
        "requests.sent-once",
        "Every write is sent twice.",
        partial(Behaviour, again=_writes_twice),
        "create",
    ),
    (
        "upserts-twice",
        "requests.sent-once",
        "Every write is sent twice.",
        partial(Behaviour, again=_writes_twice),
        "upsert",
    ),
    (
        "updates-twice",
        "requests.sent-once",
        "Every write is sent twice.",
        partial(Behaviour, again=_writes_twice),
        "update",
    ),
)

FAULTS = tuple(
    ClientFault(name=name, clause=clause, sentence=text, make=make, parameter=parameter)
    for name, clause, text, make, parameter in _ROWS
)
