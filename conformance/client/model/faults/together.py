"""Records that are mixed up in one call, misread, or made up; and lists of something else than was asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from conformance.client.model.behaviour import Behaviour, Call
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Kind, Role
from conformance.document import Record, Value
from conformance.exchange import Request


def _bare_second(call: Call, record: Record) -> Record:
    """The second of a batch loses every text that is no key."""
    resource = call.contract.resource
    if len(call.asked) < 2 or record != call.asked[1]:
        return record
    kept = {resource.identity, resource.number, resource.name, *resource.sent_always}
    return {name: value for name, value in record.items() if name in kept or not isinstance(value, str)}


def _one_name(call: Call, record: Record) -> Record:
    """All of a batch get the name of the first."""
    name = call.contract.resource.name
    return {**record, name: call.asked[0][name]} if len(call.asked) > 1 and name in record else record


def _one_identity() -> Behaviour:
    """All that a write returns get the identifier of the first."""
    first: dict[int, Value] = {}

    def handed(call: Call, record: Record) -> Record:
        identity = call.contract.resource.identity
        if identity not in record or call.role in (Role.READ, Role.LIST):
            return record
        return {**record, identity: first.setdefault(call.number, record[identity])}

    return Behaviour(handed=handed)


def _small_letters(call: Call, record: Record) -> Record:
    name = call.contract.resource.name
    reads = call.role in (Role.READ, Role.LIST) and name in record
    return {**record, name: str(record[name]).lower()} if reads else record


def _elsewhere(_call: Call, record: Record) -> Record:
    """Moments are read as those of a place far from Greenwich."""
    return {
        name: value - timedelta(hours=13) if isinstance(value, datetime) else value for name, value in record.items()
    }


def _all_active(call: Call, record: Record) -> Record:
    resource = call.contract.resource
    return {**record, resource.status: resource.active} if resource.status in record else record


def _made_up(call: Call, record: Record) -> Record:
    """Texts that are not set are handed on as a word."""
    resource = call.contract.resource
    texts = [each.name for each in resource.fields if each.writable and each.kind is Kind.TEXT]
    made: dict[str, Value] = {name: "unknown" for name in texts if name not in (resource.status, resource.number)}
    return {**made, **{name: value for name, value in record.items() if value}}


def _asks(way: str, change: Callable[[str], str]) -> Callable[[], Behaviour]:
    """A list that is narrowed by something else; by nothing where nothing is left to narrow it by."""

    def leaving(call: Call, request: Request) -> Request:
        if call.role is not Role.LIST:
            return request
        mine = call.contract.operations[Role.LIST].narrowing.get(way, "")
        query = tuple((name, change(value) if name == mine else value) for name, value in request.query)
        return replace(request, query=tuple(pair for pair in query if pair[1]))

    return partial(Behaviour, leaving=leaving)


def _unsent(_value: str) -> str:
    return ""


_ROWS: tuple[tuple[str, str, str, Callable[[], Behaviour], str], ...] = (
    ("bare-second", "batch", "The second of a batch loses texts.", partial(Behaviour, outgoing=_bare_second), "upsert"),
    ("one-name", "batch", "All of a batch are sent under one name.", partial(Behaviour, outgoing=_one_name), "known"),
    ("one-identity", "batch", "All of a batch are handed on with one identifier.", _one_identity, "create"),
    ("reads-small", "read", "Names are handed on in small letters.", partial(Behaviour, handed=_small_letters), "find"),
    ("reads-elsewhere", "read", "Moments are read as local ones.", partial(Behaviour, handed=_elsewhere), "get"),
    ("all-active", "read", "What is archived is shown as active.", partial(Behaviour, handed=_all_active), "archived"),
    ("made-up", "read", "What is not set is handed on as a word.", partial(Behaviour, handed=_made_up), "bare"),
    ("order-unsent", "asked", "The order is not sent.", _asks("order", _unsent), "order"),
    (
        "only-upwards",
        "asked",
        "Whatever the direction, a list is sorted upwards.",
        _asks("order", lambda value: value.split(" ")[0]),
        "order, descending",
    ),
    (
        "backslashes-quotes",
        "asked",
        "Quotes within a filter are written with a backslash.",
        _asks("where", lambda value: value.replace('""', '\\"')),
        "where with quotes",
    ),
    ("one-id", "asked", "Of several identifiers one is sent.", _asks("ids", lambda value: value.split(",")[0]), "ids"),
    ("archived-unsent", "asked", "Archived ones are not asked for.", _asks("archived", _unsent), "archived"),
    ("search-unsent", "asked", "The words to search for are not sent.", _asks("search", _unsent), "search"),
    ("page-unsent", "asked", "The page is not sent.", _asks("page", _unsent), "page"),
)


def _second_bare(call: Call, record: Record) -> Record:
    """Of several changes one is sent."""
    resource = call.contract.resource
    kept = (resource.identity, *resource.sent_always)
    changed = [name for name in record if name not in kept]
    return {name: value for name, value in record.items() if name in kept or name in changed[:1]}


def _carried() -> Behaviour:
    """A change is made to the next record as well."""
    left: dict[str, Value] = {}

    def outgoing(call: Call, record: Record) -> Record:
        resource = call.contract.resource
        if resource.identity not in record:
            return record
        sent = {**left, **record}
        left.update({name: value for name, value in record.items() if name == resource.name})
        return sent

    return Behaviour(outgoing=outgoing)


def _narrow(call: Call, record: Record) -> Record:
    """Names lose what is beyond ASCII, but only in what exists."""
    resource = call.contract.resource
    if resource.identity not in record or resource.name not in record:
        return record
    return {**record, resource.name: str(record[resource.name]).encode("ascii", "ignore").decode()}


def _awake(call: Call, record: Record) -> Record:
    """Whatever is written is active."""
    resource = call.contract.resource
    return {**record, resource.status: resource.active} if resource.identity in record else record


def _numeric(call: Call, request: Request) -> Request:
    """A name goes out as a number."""
    name = call.contract.resource.name.encode()
    return replace(request, body=re.sub(rb'("%s":\s*)"[^"]*"' % name, rb"\g<1>7", request.body))


_CHANGES: tuple[tuple[str, str, str, Callable[[], Behaviour], str], ...] = (
    (
        "one-change",
        "update",
        "Of several changes one is sent.",
        partial(Behaviour, outgoing=_second_bare),
        "several members",
    ),
    ("carries-changes", "update", "A change is made to the next as well.", _carried, "one after another"),
    (
        "narrow-update",
        "update",
        "An update loses what is beyond ASCII.",
        partial(Behaviour, outgoing=_narrow),
        "awkward text",
    ),
    (
        "narrow-edit",
        "edit",
        "An update loses what is beyond ASCII.",
        partial(Behaviour, outgoing=_narrow),
        "awkward text",
    ),
    ("awakes", "edit", "Whatever is written back is active.", partial(Behaviour, outgoing=_awake), "archived"),
)

FAULTS = (
    *(
        ClientFault(name=name, clause=f"round-trip.{slug}", sentence=text, make=make, parameter=parameter)
        for name, slug, text, make, parameter in (*_ROWS, *_CHANGES)
    ),
    ClientFault(
        name="names-as-numbers",
        clause="requests.kinds",
        sentence="A text is sent as a number.",
        make=partial(Behaviour, leaving=_numeric),
        formats=("json",),
    ),
)
