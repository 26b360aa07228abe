"""Bodies as documents with their values as they are written: lenient reading would hide what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract.model import Contract, Field, Kind
from conformance.document import Value
from conformance.errors import Unreadable
from conformance.wire import json, scalar, xml
from conformance.wire.spelling import shown_format


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A body: its format, ``json``, ``xml``, ``text`` or ``none``, and its value; or why it cannot be read."""

    format: str
    value: Value = None
    trouble: str = ""


def document(contract: Contract, body: str) -> Document:
    """The document in a body."""
    if not body.strip():
        return Document(format="none")
    start, raw = body.lstrip("\ufeff \t\r\n")[:1], body.encode("utf-8", "replace")
    if start not in ("{", "[", "<"):
        return Document(format="text", value=body)
    name = shown_format(raw)
    try:
        return Document(format=name, value=json.read(raw) if name == "json" else _xml(contract, raw))
    except Unreadable as error:
        html = "<html" in body[:1000].lower() or "<!doctype" in body[:1000].lower()
        return Document(format="text", value=body) if html else Document(format=name, trouble=str(error))


def _xml(contract: Contract, body: bytes) -> Value:
    root = xml.read(body)
    return {root.name: _element(contract, root, _described(contract, root.name))}


def _described(contract: Contract, name: str) -> Field | None:
    """The field as which an element is read that stands around records, or is one."""
    resource, names = contract.resource, contract.errors
    record = Field(name=resource.one, kind=Kind.OBJECT, members=resource.fields)
    if name in (resource.one, names.element):
        return record
    if name in (resource.many, names.elements):
        return Field(name=name, kind=Kind.LIST, members=resource.fields, item=resource.one)
    listed = (names.validation_errors, names.errors)
    return Field(name=name, kind=Kind.LIST) if name in listed and name else None


def _element(contract: Contract, element: xml.Element, field: Field | None) -> Value:
    if element.null:
        return None
    if field is not None and field.scalar:
        return _members(contract, element, None) if element.children else _scalar(field, element.text)
    if field is not None and field.kind is Kind.LIST and (element.children or not element.text.strip()):
        item = Field(name=field.item, kind=Kind.OBJECT, members=field.members)
        return tuple([_element(contract, each, item) for each in element.children])
    attributes = {f"@{name}": value for name, value in element.attributes if name != "type"}
    if not element.children and not attributes:
        return element.text
    return {**attributes, **_members(contract, element, field)}


def _scalar(field: Field, text: str) -> Value:
    """Moments and identifiers stay texts, since they have several notations."""
    return scalar.from_xml(field.kind, text) if field.kind in (Kind.BOOLEAN, Kind.NUMBER) else text


def _members(contract: Contract, element: xml.Element, field: Field | None) -> Mapping[str, Value]:
    known = {each.name: each for each in field.members} if field is not None else {}
    found: dict[str, list[Value]] = {"@text": [element.text]} if element.text.strip() else {}
    for each in element.children:
        found.setdefault(each.name, []).append(
            _element(contract, each, known.get(each.name) or _described(contract, each.name))
        )
    return {name: held[0] if len(held) == 1 else tuple(held) for name, held in found.items()}
