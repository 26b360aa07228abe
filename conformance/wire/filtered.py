"""What a filter expression means for a record; compiled first, so that wrong types show without any record."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from conformance.contract.model import Field, Kind
from conformance.document import Record, Value
from conformance.wire import dates
from conformance.wire.filter import BadExpression, Node, Part, parse
from conformance.wire.scalar import guid

Test: TypeAlias = Callable[[Record], bool]

_TYPES = {
    Kind.TEXT: "String",
    Kind.GUID: "Guid",
    Kind.BOOLEAN: "Boolean",
    Kind.NUMBER: "Decimal",
    Kind.MOMENT: "DateTime",
}
_WORDS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SAME = ("==", "=", "!=", "<>")
_METHODS: Mapping[str, tuple[int, str, Callable[..., Any]]] = {
    "contains": (1, "Boolean", lambda text, part: part in text),
    "startswith": (1, "Boolean", lambda text, part: text.startswith(part)),
    "endswith": (1, "Boolean", lambda text, part: text.endswith(part)),
    "tolower": (0, "String", lambda text: text.lower()),
    "toupper": (0, "String", lambda text: text.upper()),
    "replace": (2, "String", lambda text, old, new: text.replace(old, new) if old else text),
    "tostring": (0, "String", str),
}


@dataclass(frozen=True, slots=True)
class _Typed:
    """A step that gives a value of a type, for any record."""

    type: str
    of: Callable[[Record], Any]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The members that a name may mean, and what the record is called in errors."""

    one: str
    fields: Sequence[Field]

    def field(self, name: str) -> Field:
        found = next((each for each in self.fields if each.name.lower() == name.lower()), None)
        if found is None:
            raise BadExpression(f"No property or field '{name}' exists in type '{self.one}'")
        return found


def selecting(one: str, fields: Sequence[Field], text: str) -> Test:
    """Whether a record is meant. Raises BadExpression for an expression that means nothing for these fields."""
    made = _made(_Scope(one, fields), parse(text))
    if made.type != "Boolean":
        raise BadExpression("Expression of type 'Boolean' expected")
    return lambda record: made.of(record) is True


def _made(scope: _Scope, node: Part) -> _Typed:
    if isinstance(node, str):
        raise BadExpression("Syntax error")
    return _KINDS[node.kind](scope, node)


def _either(scope: _Scope, node: Node) -> _Typed:
    parts = [_flag(scope, each) for each in node.parts]
    return _Typed("Boolean", lambda record: any(each(record) is True for each in parts))


def _both(scope: _Scope, node: Node) -> _Typed:
    parts = [_flag(scope, each) for each in node.parts]
    return _Typed("Boolean", lambda record: all(each(record) is True for each in parts))


def _flag(scope: _Scope, node: Part) -> Callable[[Record], Any]:
    made = _made(scope, node)
    if made.type != "Boolean":
        raise BadExpression("Expression of type 'Boolean' expected")
    return made.of


def _negate(scope: _Scope, node: Node) -> _Typed:
    inner = _flag(scope, node.parts[0])
    return _Typed("Boolean", lambda record: inner(record) is not True)


def _compared(scope: _Scope, node: Node) -> _Typed:
    left, sign, right = _made(scope, node.parts[0]), str(node.parts[1]), _made(scope, node.parts[2])
    types = {left.type, right.type} - {"null"}
    if len(types) > 1 or (types <= {"Boolean", "Guid"} and sign not in _SAME):
        message = f"Operator '{sign}' incompatible with operand types '{left.type}' and '{right.type}'"
        raise BadExpression(message)

    def test(record: Record) -> bool:
        one, other = _folded(left.of(record)), _folded(right.of(record))
        if sign not in _SAME and (one is None or other is None):
            return False
        return _COMPARE[sign](one, other)

    return _Typed("Boolean", test)


def _folded(value: Any) -> Any:
    """Texts are compared without case and accents, as the documents say of names, numbers and addresses."""
    return _plain_letters(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _plain_letters(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold())
    return plain if plain.isascii() else "".join([each for each in plain if not unicodedata.combining(each)])


def _named(scope: _Scope, node: Node) -> _Typed:
    name = str(node.parts[0])
    if name.lower() in _WORDS:
        word = _WORDS[name.lower()]
        return _Typed("null" if word is None else "Boolean", lambda _record: word)
    field = scope.field(name)
    return _Typed(_TYPES.get(field.kind, "Object"), lambda record: _plain(record.get(field.name)))


def _plain(value: Value) -> Value:
    return value if value != "" else None


def _inner(scope: _Scope, node: Node) -> _Typed:
    """A member of a member: only objects have any."""
    owner = node.parts[0]
    if not isinstance(owner, Node) or owner.kind != "name":
        raise BadExpression("Syntax error")
    field = scope.field(str(owner.parts[0]))
    inner = _Scope(field.name, field.members).field(str(node.parts[1]))

    def of(record: Record) -> Any:
        held = record.get(field.name)
        return held.get(inner.name) if isinstance(held, Mapping) else None

    return _Typed(_TYPES.get(inner.kind, "Object"), of)


def _text(_scope: _Scope, node: Node) -> _Typed:
    text = str(node.parts[0])[1:-1].replace('""', '"')
    return _Typed("String", lambda _record: text)


def _number(_scope: _Scope, node: Node) -> _Typed:
    number = Decimal(str(node.parts[0]))
    return _Typed("Decimal", lambda _record: number)


def _arguments(scope: _Scope, node: Part) -> list[_Typed]:
    return [_made(scope, each) for each in node.parts] if isinstance(node, Node) else []


def _moment(value: datetime | None, text: str) -> _Typed:
    if value is None:
        raise BadExpression(f"'{text}' is not a date")
    return _Typed("DateTime", lambda _record: value)


def _maker(scope: _Scope, node: Node) -> _Typed:
    """``Guid("...")`` and ``DateTime(year, month, day, ...)``."""
    name, given = str(node.parts[0]), [each.of({}) for each in _arguments(scope, node.parts[1])]
    if name.lower() == "guid" and len(given) == 1 and isinstance(given[0], str):
        wanted = guid(given[0])
        return _Typed("Guid", lambda _record: wanted)
    if name.lower() == "datetime" and all(isinstance(each, Decimal) for each in given):
        year, month, day, hour, minute, second = (*(int(each) for each in given), *[0] * 6)[:6]
        text = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        return _moment(dates.read(text) if len(given) >= 3 else None, name)
    raise BadExpression(f"No property or field '{name}' exists in type '{scope.one}'")


def _called(scope: _Scope, node: Node) -> _Typed:
    owner, name, given = node.parts[0], str(node.parts[1]).lower(), _arguments(scope, node.parts[2])
    if isinstance(owner, Node) and owner.kind == "name" and str(owner.parts[0]).lower() == "datetime":
        text = str(given[0].of({})) if given else ""
        return _moment(dates.read(text) or dates.read(f"{text}T00:00:00"), text)
    if name not in _METHODS or _METHODS[name][0] != len(given):
        raise BadExpression(f"No applicable method '{node.parts[1]}' exists in type 'String'")
    held, (_, gives, act) = _made(scope, owner), _METHODS[name]
    if name != "tostring" and {held.type, *(each.type for each in given)} != {"String"}:
        raise BadExpression(f"No applicable method '{node.parts[1]}' exists in type '{held.type}'")

    def of(record: Record) -> Any:
        value = held.of(record)
        return None if value is None else act(value, *(each.of(record) for each in given))

    return _Typed(gives, of)


_KINDS: Mapping[str, Callable[[_Scope, Node], _Typed]] = {
    "either": _either,
    "both": _both,
    "compare": _compared,
    "negate": _negate,
    "name": _named,
    "inner": _inner,
    "text": _text,
    "number": _number,
    "make": _maker,
    "call": _called,
}
