"""Records that carry what nobody set."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conformance.client.model.behaviour import Behaviour, Call
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Kind, Mutability, Role
from conformance.document import Record, Value


def _with_flags(call: Call, record: Record) -> Record:
    """The flags that the server keeps, as a client sends them whose objects always have them."""
    flags = [
        each.name
        for each in call.contract.resource.fields
        if each.mutability is Mutability.READ_ONLY and each.kind is Kind.BOOLEAN
    ]
    return {**record, **dict.fromkeys(flags, False)}


def _with_moment(call: Call, record: Record) -> Record:
    name = call.contract.resource.modified
    return {**record, name: "2026-01-01T00:00:00"} if name else {**record, "Balances": "1"}


def _filled(what: Value, role: Role | None = None) -> Callable[[Call, Record], Record]:
    """Every plain text that the caller did not set is sent as well."""

    def outgoing(call: Call, record: Record) -> Record:
        if role is not None and call.role is not role:
            return record
        resource = call.contract.resource
        kept = {resource.status, resource.number, resource.name, resource.identity}
        plain = [each.name for each in resource.fields if each.writable and each.kind is Kind.TEXT]
        return {**dict.fromkeys((each for each in plain if each not in kept), what), **record}

    return outgoing


def _empty_lists(call: Call, record: Record) -> Record:
    lists = [each.name for each in call.contract.resource.fields if each.writable and each.kind is Kind.LIST]
    return {**dict.fromkeys(lists, ()), **record}


def _data(call: Call, record: Record) -> Record:
    resource = call.contract.resource
    taken = {resource.name, resource.number, resource.status, *resource.sent_always, *record}
    name = next(
        each.name for each in resource.fields if each.writable and each.kind is Kind.TEXT and each.name not in taken
    )
    return {**record, name: "x"}


def _stranger(_call: Call, record: Record) -> Record:
    return {**record, "SdkVersion": "1.0"}


def _too_long(call: Call, record: Record) -> Record:
    name = call.contract.resource.name
    return {**record, name: str(record.get(name, "x")).ljust(9000, "x")}


def _no_choice(call: Call, record: Record) -> Record:
    return {**record, call.contract.resource.status: "PERHAPS"}


_RECORDS: tuple[tuple[str, str, str, Callable[[Call, Record], Record], str], ...] = (
    ("sends-flags", "requests.read-only-unsent", "Writes carry the flags that the server keeps.", _with_flags, ""),
    ("sends-moment", "requests.read-only-unsent", "Writes carry the moment of the last change.", _with_moment, ""),
    ("none-as-text", "requests.no-placeholders", "What is unset is sent as the text None.", _filled("None"), ""),
    ("null-as-text", "requests.no-placeholders", "What is unset is sent as the text null.", _filled("null"), ""),
    (
        "undefined-as-text",
        "requests.no-placeholders",
        "What is unset is sent as the text undefined.",
        _filled("undefined"),
        "",
    ),
    (
        "blanks-on-create",
        "requests.full-creates",
        "A create sends what is unset as empty texts.",
        _filled("", Role.CREATE),
        "",
    ),
    (
        "empties-on-create",
        "requests.no-empties",
        "A create sends what is unset as empty texts.",
        _filled("", Role.CREATE),
        "create",
    ),
    (
        "empties-on-upsert",
        "requests.no-empties",
        "An upsert sends what is unset as empty texts.",
        _filled("", Role.UPSERT),
        "upsert",
    ),
    (
        "empties-on-update",
        "requests.no-empties",
        "An update sends what is unset as empty texts.",
        _filled(""),
        "update",
    ),
    ("empty-lists", "requests.no-empties", "Lists that are unset are sent empty.", _empty_lists, ""),
    ("nulls", "requests.no-empties", "What is unset is sent as null.", _filled(None), ""),
    ("adds-data", "requests.nothing-added", "A member is sent that nobody set.", _data, ""),
    ("unknown-element", "requests.known-elements", "Records carry an element that no contract has.", _stranger, ""),
    ("not-a-choice", "requests.limits", "The life-cycle member has a value that is none.", _no_choice, ""),
    ("too-long", "requests.limits", "Names are filled up beyond their limit.", _too_long, ""),
)

FAULTS = tuple(
    ClientFault(name=name, clause=clause, sentence=text, make=partial(Behaviour, outgoing=change), parameter=parameter)
    for name, clause, text, change, parameter in _RECORDS
)
