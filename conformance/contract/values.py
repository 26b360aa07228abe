"""A deterministic value for any field: same field, token and turn, same value, on any machine."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from conformance.contract.model import Field, Kind, Resource
from conformance.document import Record, Value

_LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def token(*parts: str) -> str:
    """Ten hexadecimal digits that stand for these parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:10]


def value(field: Field, seed: str, turn: int = 0) -> Value:
    """A legal value of ``field``. Another ``turn`` gives another value wherever the field has more than one."""
    if field.kind is Kind.LIST:
        return _items(field, seed, turn)
    if field.kind is Kind.OBJECT:
        # Members of one shape differ, so that two of them cannot be swapped unseen.
        return {each.name: value(each, seed, turn + place) for place, each in enumerate(field.members)}
    known = field.examples or field.choices
    if known:
        return _typed(field, known[turn % len(known)])
    return _scalar(field, seed, turn)


def _typed(field: Field, text: str) -> Value:
    return Decimal(text) if field.kind is Kind.NUMBER else text


def _scalar(field: Field, seed: str, turn: int) -> Value:
    if field.kind is Kind.BOOLEAN:
        return turn % 2 == 0
    if field.kind is Kind.NUMBER:
        return Decimal(12 + turn)
    if field.kind is Kind.MOMENT:
        return _LONG_AGO + timedelta(days=turn)
    if field.kind is Kind.GUID:
        return guid(seed, field.name, str(turn))
    return _text(field, seed, turn)


def _text(field: Field, seed: str, turn: int) -> str:
    mark = token(seed, field.name, str(turn))
    if field.format == "email":
        return f"{mark}@mail.example"
    if field.max_length is not None and field.max_length < len(field.name) + 11:
        return mark[: field.max_length]
    return f"{field.name} {mark}"


def _items(field: Field, seed: str, turn: int) -> tuple[Value, ...]:
    """For a keyed list one item a key, as many as it may hold; otherwise two items."""
    key = next((each for each in field.members if each.name == field.keyed_by), None)
    if key is None:
        return tuple(_item(field, token(seed, str(number)), turn + number) for number in range(2))
    keys = (key.choices or key.examples)[: field.max_items]
    # Items differ from each other also where values come from a list, so that two of them cannot be mixed up unseen.
    return tuple({**_item(field, token(seed, each), turn + place), key.name: each} for place, each in enumerate(keys))


def _item(field: Field, seed: str, turn: int) -> dict[str, Value]:
    return {each.name: value(each, seed, turn) for each in field.members if each.writable}


def guid(*parts: str) -> str:
    """A random-looking GUID that stands for these parts."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()[:16]
    return str(uuid.UUID(bytes=digest, version=4))


def name(resource: Resource, seed: str, label: str) -> str:
    """A name that no other record of any run has."""
    return f"Conformance {token(seed, resource.name, label)} {label}".strip()


def number(resource: Resource, seed: str, label: str) -> str:
    """A client-chosen identifier that no other record of any run has."""
    return f"CT-{token(seed, resource.number, label)}"


def specimen(resource: Resource, seed: str, *fields: str, label: str = "", turn: int = 0) -> Record:
    """A new record: a name and a number of its own, what a create requires, and the fields asked for."""
    wanted = {*fields, *resource.sent_always, *(each.name for each in resource.fields if each.required)}
    wanted |= {other for each in resource.fields if each.name in fields for other in each.along}
    record: dict[str, Value] = {}
    for each in resource.fields:
        if each.name == resource.name:
            record[each.name] = name(resource, seed, label)
        elif each.name == resource.number:
            record[each.name] = number(resource, seed, label)
        elif each.name == resource.status and each.name in wanted:
            record[each.name] = resource.active
        elif each.name in wanted:
            record[each.name] = value(each, f"{seed}{label}", turn)
    return record
