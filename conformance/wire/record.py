"""Records out of JSON and XML, member by member as the fields of the contract say, and back.

Reading never fails and loses nothing: members that the contract does not know, and values that do not fit their field,
stay as they were sent. Writing adds nothing, and leaves out only what an answer of its format leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from conformance.contract.model import Field, Format, Kind
from conformance.document import Record, Value, empty
from conformance.wire import scalar
from conformance.wire.normal import canonical
from conformance.wire.xml import Element

__all__ = ["canonical", "from_json", "from_xml", "to_json", "to_xml"]

_NIL = (("nil", "true"),)


def from_json(fields: Sequence[Field], value: Record) -> dict[str, Value]:
    """The record in a JSON object."""
    record = {field.name: _from_json(field, value[field.name]) for field in fields if field.name in value}
    return record if len(record) == len(value) else {**record, **_unknown(value, record)}


def _unknown(value: Record, known: Record) -> dict[str, Value]:
    return {name: each for name, each in value.items() if name not in known}


def _from_json(field: Field, value: Value) -> Value:
    kind = field.kind
    if kind is Kind.LIST:
        return tuple([_member(field, each) for each in value]) if isinstance(value, tuple) else value
    return _member(field, value) if kind is Kind.OBJECT else scalar.from_json(kind, value)


def _member(field: Field, value: Value) -> Value:
    return from_json(field.members, value) if isinstance(value, Mapping) else value


def from_xml(fields: Sequence[Field], element: Element) -> dict[str, Value]:
    """The record in an element. Of several children with one name the last is taken."""
    children = {each.name: each for each in element.children}
    record = {field.name: _from_xml(field, children[field.name]) for field in fields if field.name in children}
    if len(record) < len(children):
        record.update({name: plain(each) for name, each in children.items() if name not in record})
    return record


def _from_xml(field: Field, element: Element) -> Value:
    if element.attributes and element.null:
        return None
    kind = field.kind
    if kind is Kind.LIST:
        if element.children or not element.text.strip():
            return tuple([_object(field, each) for each in element.children])
        return element.text
    if kind is Kind.OBJECT:
        return _object(field, element)
    return plain(element) if element.children else scalar.from_xml(kind, element.text)


def _object(field: Field, element: Element) -> Value:
    if not field.members or (element.attributes and element.null):
        return plain(element)
    return from_xml(field.members, element) if element.children or not element.text.strip() else element.text


def plain(element: Element) -> Value:
    """What an element holds that no field describes: a text, or an object; children of one name make a list."""
    if not element.children:
        return None if element.null else element.text
    members: dict[str, list[Value]] = {}
    for each in element.children:
        members.setdefault(each.name, []).append(plain(each))
    return {name: found[0] if len(found) == 1 else tuple(found) for name, found in members.items()}


def to_json(fields: Sequence[Field], record: Record, facts: Format, *, answer: bool = False) -> dict[str, Value]:
    """The JSON object that holds a record; ``answer`` leaves out what an answer in this format leaves out."""
    return {
        name: _to_json(field, value, facts, answer)
        for name, value, field in _ordered(fields, record)
        if not answer or _shown(field, value, facts)
    }


def _ordered(fields: Sequence[Field], record: Record) -> Iterable[tuple[str, Value, Field | None]]:
    """The members in the order of the fields, then the unknown ones."""
    known = 0
    for field in fields:
        if field.name in record:
            known += 1
            yield field.name, record[field.name], field
    if known < len(record):
        names = {field.name for field in fields}
        yield from ((name, value, None) for name, value in record.items() if name not in names)


def _shown(field: Field | None, value: Value, facts: Format) -> bool:
    if field is not None and field.formats and facts.name not in field.formats:
        return False
    return facts.empty == "shown" or not empty(value)


def _to_json(field: Field | None, value: Value, facts: Format, answer: bool) -> Value:
    if isinstance(value, Mapping):
        return to_json(field.members if field else (), value, facts, answer=answer)
    if isinstance(value, tuple):
        return tuple([_to_json(field, each, facts, answer) for each in value])
    return scalar.to_json(value, facts.moments)


def to_xml(name: str, fields: Sequence[Field], record: Record, facts: Format, *, answer: bool = False) -> Element:
    """The element that holds a record; ``answer`` leaves out what an answer in this format leaves out."""
    children: list[Element] = []
    for each, value, field in _ordered(fields, record):
        if not answer or _shown(field, value, facts):
            children.extend(_to_xml(each, field, value, facts, answer))
    return Element(name, "", tuple(children))


def _to_xml(name: str, field: Field | None, value: Value, facts: Format, answer: bool) -> tuple[Element, ...]:
    if isinstance(value, tuple) and field is not None and field.kind is Kind.LIST:
        item = field.item or field.name
        return (Element(name, "", tuple([_item(item, field, each, facts, answer) for each in value])),)
    if isinstance(value, tuple) and value:
        # A list that no field describes has no name for its items: they are repeated, as `plain` reads them.
        return tuple([_item(name, field, each, facts, answer) for each in value])
    return (_item(name, field, value, facts, answer),)


def _item(name: str, field: Field | None, value: Value, facts: Format, answer: bool) -> Element:
    if value is None:
        return Element(name, attributes=_NIL)
    if isinstance(value, Mapping):
        return to_xml(name, field.members if field else (), value, facts, answer=answer)
    if isinstance(value, tuple):
        return Element(name, "", tuple([_item(name, None, each, facts, answer) for each in value]))
    return Element(name, scalar.to_xml(value, facts.moments))
