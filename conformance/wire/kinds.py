"""Whether the value of a member is of its field's kind, as the format spells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from conformance.compare import say
from conformance.contract.model import Field, Format, Kind
from conformance.document import Value
from conformance.wire import dates, scalar
from conformance.wire.scalar import guid

LONGEST_TEXT = 100
"""The most characters of a text that a sentence repeats."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_XML_BOOLEANS = ("true", "false", "1", "0")
_TYPES: Mapping[Kind, type] = {Kind.TEXT: str, Kind.BOOLEAN: bool, Kind.NUMBER: Decimal, Kind.MOMENT: datetime}


def misfit(field: Field, format_name: str, raw: Value) -> tuple[str, str] | None:
    """Why a value is not of its field's kind: a code, and the rest of a sentence about it; None when it is, or is none.

    In JSON it may be the right value inside a text.
    """
    return None if raw is None or _fits(field, format_name, raw) else _misfit(field, format_name, raw)


def misspelt(field: Field, facts: Format, raw: Value) -> tuple[str, str] | None:
    """Why a value of the right kind is not spelt as the format spells that kind; None when it is."""
    if not isinstance(raw, str) or not raw.strip():
        return None
    if field.kind is Kind.MOMENT and dates.notation(raw) != dates.notation_of(facts.moments):
        return "moment-in-other-notation", f"is {short(raw)}, which is not how {facts.name} writes a moment"
    if field.kind is Kind.GUID and not _GUID.fullmatch(raw.strip().lower()):
        return "guid-in-other-notation", f"is {short(raw)}, which is not a GUID as it is written: digits and dashes"
    return None


def _fits(field: Field, format_name: str, raw: Value) -> bool:
    if field.kind is Kind.OBJECT:
        return isinstance(raw, Mapping)
    if field.kind is Kind.LIST:
        objects = not field.members or not isinstance(raw, tuple) or all(_object(each) for each in raw)
        return isinstance(raw, tuple) and objects
    return _fits_xml(field.kind, raw) if format_name == "xml" else _fits_json(field.kind, raw)


def _object(value: Value) -> bool:
    return value is None or isinstance(value, Mapping)


def _fits_xml(kind: Kind, raw: Value) -> bool:
    """Whether a text is of this kind; an element without one says nothing, whatever its kind."""
    if not isinstance(raw, str) or kind is Kind.TEXT or not raw.strip():
        return isinstance(raw, str)
    if kind is Kind.BOOLEAN:
        return raw.strip() in _XML_BOOLEANS
    return _is(kind, scalar.from_xml(kind, raw))


def _fits_json(kind: Kind, raw: Value) -> bool:
    """Whether a value is of this kind. JSON has notations of its own for booleans and numbers alone."""
    if isinstance(raw, str) is (kind in (Kind.BOOLEAN, Kind.NUMBER)):
        return False
    return _is(kind, scalar.from_json(kind, raw))


def _is(kind: Kind, value: Value) -> bool:
    if kind is Kind.GUID:
        return isinstance(value, str) and bool(_GUID.fullmatch(guid(value)))
    return isinstance(value, _TYPES[kind])


def _misfit(field: Field, format_name: str, raw: Value) -> tuple[str, str]:
    """Code and sentence for a value of another kind, which in JSON may be the right one inside a text."""
    if field.kind is Kind.LIST and isinstance(raw, tuple):
        return "not-objects", "holds something that is no object"
    noun = "GUID" if field.kind is Kind.GUID else field.kind.value
    told = format_name == "json" and isinstance(raw, str) and field.scalar
    if told and _is(field.kind, scalar.from_json(field.kind, raw)):
        return f"{noun.lower()}-as-text", f"is the text {short(raw)}, where a {noun} belongs"
    return f"not-{noun.lower()}", f"is {short(raw)}, which is no {noun}"


def short(raw: Value) -> str:
    """The value as a sentence repeats it; the members of an object are not spelt."""
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, tuple):
        return "a list"
    return say(raw[:LONGEST_TEXT]) if isinstance(raw, str) else say(raw)
