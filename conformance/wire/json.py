"""JSON bytes into values and back. Numbers stay what was written: they are never floats."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from conformance.document import Value
from conformance.errors import Unreadable
from conformance.wire.limits import DEEPEST, check_size, refuse_depth

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_quoted = json.encoder.encode_basestring


def read(body: bytes) -> Value:
    """The value that a body holds. Raises Unreadable."""
    check_size(body)
    try:
        text = body.decode("utf-8-sig")
        value = _DECODER.decode(text)
        if _SURROGATE.search(text):
            _refuse_halves(value)
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8: byte {error.start} fits no character") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON: {error.msg[:100]}, line {error.lineno} column {error.colno}") from error
    except InvalidOperation as error:
        raise Unreadable("a number is too large or too small") from error
    except RecursionError:
        refuse_depth()
    return _frozen(value, DEEPEST)


def write(value: Value) -> bytes:
    """The body that holds a value. Raises TypeError for what JSON cannot hold: a moment must be text by now."""
    # Half a surrogate pair has no UTF-8 bytes; the escape that takes its place is the one that JSON has for it.
    return _written(value).encode("utf-8", "backslashreplace")


def _refuse_constant(name: str) -> NoReturn:
    raise Unreadable(f"not JSON: {name} is no number")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)


def _refuse_halves(value: Any) -> None:
    """Refuses half of a surrogate pair, which no text that leaves the program could hold."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise Unreadable("an escape is half of a surrogate pair") from error


def _frozen(value: Any, depth: int) -> Value:
    """The value with tuples for its lists."""
    kind = type(value)
    if kind is not dict and kind is not list:
        plain: Value = value
        return plain
    if not depth:
        refuse_depth()
    if kind is list:
        return tuple([_frozen(each, depth - 1) for each in value])
    for name, each in value.items():
        if type(each) is dict or type(each) is list:
            value[name] = _frozen(each, depth - 1)
    members: dict[str, Value] = value
    return members


def _written(value: Value) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{_quoted(name)}:{_written(each)}" for name, each in value.items()]) + "}"
    if isinstance(value, tuple):
        return "[" + ",".join([_written(each) for each in value]) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    raise TypeError(f"JSON has no notation for {value!r}")
