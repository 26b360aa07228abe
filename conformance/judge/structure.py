"""One member of a body against its field: kinds in any body, and in requests limits, choices and names as well.

An answer is not held to the limits of requests: the API itself returns longer texts than it takes, other choices than
it names, and members that were added later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from conformance.compare import say
from conformance.contract.model import Field, Kind
from conformance.document import Value
from conformance.rules.kind import Finding
from conformance.wire import scalar
from conformance.wire.scalar import guid
from conformance.wire.spelling import Held

CLAUSE = "structure"
"""What stands for a clause in findings about structure, which no clause repeats from the schema."""

LONGEST_SENTENCE = 400
"""The most characters of a value, or of what a foreign program says, that a sentence repeats."""

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_POSITION = re.compile(r"^\[[0-9]+\]\.|\[[0-9]+\]")
_XML_BOOLEANS = ("true", "false", "1", "0")
_TYPES: Mapping[Kind, type] = {Kind.TEXT: str, Kind.BOOLEAN: bool, Kind.NUMBER: Decimal, Kind.MOMENT: datetime}


def finding(code: str, sentence: str, path: str = "") -> Finding:
    """A finding about structure, with its sentence cut where it repeats too much."""
    short = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"
    return Finding(clause=CLAUSE, sentence=short, path=path, code=code)


def in_answer(format_name: str, held: Held) -> Iterator[Finding]:
    """Whether the member is of its kind."""
    field = held.field
    if field is not None and held.raw is not None and not _fits(field, format_name, held.raw):
        code, sentence = _misfit(field, format_name, held.raw)
        yield _about(held, code, sentence)


def in_request(format_name: str, held: Held) -> Iterator[Finding]:
    """The same, and whether the member keeps its limits."""
    yield from in_answer(format_name, held)
    field, raw = held.field, held.raw
    if field is None:
        return
    if isinstance(raw, str) and field.max_length is not None and len(raw) > field.max_length:
        yield _about(held, "too-long", f"has {len(raw)} characters; {field.max_length} are the limit")
    if isinstance(raw, str) and raw and field.choices and raw not in field.choices:
        yield _about(held, "not-a-choice", f"is {_short(raw)}, which is none of {', '.join(field.choices)}")
    if isinstance(raw, tuple) and field.max_items is not None and len(raw) > field.max_items:
        yield _about(held, "too-many", f"holds {len(raw)} items; {field.max_items} are the limit")


def unexpected(held: Held) -> Iterator[Finding]:
    """Whether the member is an element that is unknown, or stands a second time: XML requests are refused for both."""
    if held.field is None:
        yield _about(held, "unknown-element", "is no element of the contract")
    elif held.again:
        yield _about(held, "repeated-element", "stands more than once")


def _about(held: Held, code: str, sentence: str) -> Finding:
    name = _POSITION.sub("", held.path)
    return finding(f"{code}:{name}", f"{name} {sentence}", held.path)


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
        return f"{noun.lower()}-as-text", f"is the text {_short(raw)}, where a {noun} belongs"
    return f"not-{noun.lower()}", f"is {_short(raw)}, which is no {noun}"


def _short(raw: Value) -> str:
    """The value as a sentence repeats it; the members of an object are not spelt."""
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, tuple):
        return "a list"
    return say(raw[: LONGEST_SENTENCE // 4]) if isinstance(raw, str) else say(raw)
