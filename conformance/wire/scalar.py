"""Single values of a record as JSON and XML write them.

What cannot be read as its kind stays as it was sent, so that whoever judges the record sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from conformance.contract.model import Kind
from conformance.document import Value
from conformance.wire import dates

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
"""The identifier of nothing."""

_GUID = re.compile(r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_WORDS = {"true": True, "false": False}
_LONGEST_PLAIN = 40


def guid(text: str) -> str:
    """A GUID in lower case with dashes; any other text as it is."""
    bare = text.strip().lower()
    found = _GUID.fullmatch(bare[1:-1] if bare[:1] == "{" and bare[-1:] == "}" else bare)
    return "-".join(found.groups()) if found else text


def _number(text: str) -> Value:
    stripped = text.strip()
    return Decimal(stripped) if _NUMBER.fullmatch(stripped) else text


def _moment(text: str) -> Value:
    return dates.read(text) or text


def _boolean(text: str) -> Value:
    return _BOOLEANS.get(text.strip().lower(), text)


def _word(text: str) -> Value:
    return _WORDS.get(text.strip().lower(), text)


_FROM_TEXT: dict[Kind, Callable[[str], Value]] = {
    Kind.TEXT: str,
    Kind.BOOLEAN: _boolean,
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    # As the server spells it: whoever asks for the record again must not have to guess. See `normal.canonical`.
    Kind.GUID: str,
}
_FROM_JSON: dict[Kind, Callable[[str], Value]] = {**_FROM_TEXT, Kind.BOOLEAN: _word}


def from_xml(kind: Kind, text: str) -> Value:
    """The value of an element's text. White space alone is a value only where the field holds text."""
    if kind is Kind.TEXT:
        return text
    return "" if not text or text.isspace() else _FROM_TEXT[kind](text)


def from_json(kind: Kind, value: Value) -> Value:
    """The value of a JSON member."""
    if isinstance(value, str):
        return _FROM_JSON[kind](value)
    if kind is Kind.TEXT and isinstance(value, bool | Decimal):
        return _text(value)
    return value


def to_json(value: Value, moments: str) -> Value:
    """The value as JSON holds it."""
    return dates.write(value, moments) if isinstance(value, datetime) else value


def to_xml(value: Value, moments: str) -> str:
    """The value as the text of an element."""
    if isinstance(value, str):
        return value
    return dates.write(value, moments) if isinstance(value, datetime) else _text(value)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and -_LONGEST_PLAIN < value.adjusted() < _LONGEST_PLAIN:
        # XML Schema's decimals have no exponent; beyond this size one is kept, or it would be a gigabyte of zeros.
        return f"{value:f}"
    return str(value)
