"""The normal form of a record, in which two readings of it are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from conformance.contract.model import Field, Kind
from conformance.document import Record, Value, empty
from conformance.wire.scalar import ZERO_GUID, guid

# The default context rounds to 28 digits and gives up beyond an exponent of a million; this one changes nothing.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_LONGEST_PLAIN = 28
_MILLISECOND = 1000
_ONE = Decimal(1)


def canonical(fields: Sequence[Field], record: Record) -> dict[str, Value]:
    """The known members that say something.

    Nothing, in any spelling, is left out, and inside lists and objects a false as well: no format tells the two apart.
    A list whose items have a key is an object by that key in upper case, for its order means nothing; any other list
    is sorted. Texts lose the line end that some answers add; moments lose what ``/Date(ms)/`` cannot say.
    """
    return _members(fields, record)


def _members(fields: Sequence[Field], record: Record, without: str = "") -> dict[str, Value]:
    members: dict[str, Value] = {}
    for field in fields:
        if field.name in record and field.name != without:
            value = _normal(field, record[field.name])
            if not _nothing(value):
                members[field.name] = value
    return members


def _nested(fields: Sequence[Field], record: Record, without: str = "") -> dict[str, Value]:
    return {name: value for name, value in _members(fields, record, without).items() if value is not False}


def _nothing(value: Value) -> bool:
    return value == ZERO_GUID or empty(value)


def _normal(field: Field, value: Value) -> Value:
    if isinstance(value, str):
        return guid(_text(value)) if field.kind is Kind.GUID else _text(value)
    if isinstance(value, Mapping):
        return _object(field, value)
    if isinstance(value, tuple):
        return _keyed(field, value) if field.keyed_by else _sorted(field, value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // _MILLISECOND * _MILLISECOND)
    return value


def _object(field: Field, value: Record, without: str = "") -> dict[str, Value]:
    if field.members:
        return _nested(field.members, value, without)
    undescribed = tuple(Field(name=name, kind=Kind.TEXT) for name in sorted(value))
    return _nested(undescribed, value, without)


def _keyed(field: Field, items: tuple[Value, ...]) -> dict[str, Value]:
    """The items by key. Where a key comes twice the items are numbered: one of them must not hide the other."""
    found: dict[str, list[Value]] = {}
    for each in items:
        key = str(each.get(field.keyed_by) or "").upper() if isinstance(each, Mapping) else ""
        value = _object(field, each, field.keyed_by) if isinstance(each, Mapping) else _normal(field, each)
        if not _nothing(value):
            found.setdefault(key, []).append(value)
    return {
        f"{key} ({number})" if number > 1 else key: value
        for key, values in sorted(found.items())
        for number, value in enumerate(sorted(values, key=repr) if len(values) > 1 else values, 1)
    }


def _sorted(field: Field, items: tuple[Value, ...]) -> tuple[Value, ...]:
    values = (_normal(field, each) for each in items)
    return tuple(sorted((each for each in values if not _nothing(each)), key=repr))


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").removesuffix("\n") if "\n" in text else text


def _number(value: Decimal) -> Decimal:
    """The shortest spelling of a number, with an exponent only where it would be long without."""
    if not value:
        return Decimal(0)
    short = value.normalize(_EXACT)
    whole = short == short.to_integral_value()
    return short.quantize(_ONE) if whole and short.adjusted() < _LONGEST_PLAIN else short
