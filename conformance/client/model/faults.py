"""Every way in which the model client can be told to be wrong, with the duty that it breaks by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.client.model.behaviour import Behaviour, Call, Refused
from conformance.document import Record
from conformance.exchange import Headers, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFault:
    """One named way to be wrong. ``parameter`` is that of the case that must notice; empty when any may."""

    name: str
    clause: str
    sentence: str
    behaviour: Behaviour
    parameter: str = ""
    #: the only formats in which it shows; empty for all
    formats: tuple[str, ...] = ()


def _untyped(_call: Call, request: Request) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0] != "Content-Type")
    return Request(
        method=request.method, path=request.path, query=request.query, headers=Headers(kept), body=request.body
    )


def _lower(call: Call, record: Record) -> Record:
    name = call.contract.resource.name
    return {**record, name: str(record[name]).lower()} if name in record else record


def _deaf(_call: Call, refused: Refused) -> Refused | None:
    return None if refused.status == 404 else refused


_ALL = (
    ClientFault(
        name="untyped",
        clause="requests.media-type",
        sentence="Writes have no Content-Type.",
        behaviour=Behaviour(leaving=_untyped),
    ),
    ClientFault(
        name="lower-case-names",
        clause="round-trip.create",
        sentence="Names are sent in lower case.",
        behaviour=Behaviour(outgoing=_lower),
        parameter="Name",
    ),
    ClientFault(
        name="not-found-is-nothing",
        clause="answers.error-told",
        sentence="A 404 is handed to the caller as nothing at all.",
        behaviour=Behaviour(told=_deaf),
        parameter="not-found",
    ),
)

FAULTS: Mapping[str, ClientFault] = {each.name: each for each in _ALL}
