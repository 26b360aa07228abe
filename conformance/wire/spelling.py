"""A body member by member as it is spelt, before any reading has been lenient about it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.contract.model import Contract, Field, Kind, Resource
from conformance.document import Record, Value
from conformance.wire import json, xml


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One member where it stands. ``raw`` is text for whatever XML spells; what is inside objects is held apart."""

    path: str
    #: None for an element that the contract does not know
    field: Field | None
    raw: Value = None
    #: whether an element of the same name stands before it
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A body: what stands around its records, which are the root's name in XML and all members in JSON."""

    format: str
    around: frozenset[str]
    count: int
    members: tuple[Held, ...]


def within(path: str) -> str:
    """The member of the record in which a member stands, itself where it stands in none."""
    return path.partition("].")[2].partition(".")[0].partition("[")[0]


def shown_format(body: bytes) -> str:
    """The format that an answer's bytes show, whatever they are called."""
    return "json" if body.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[") else "xml"


def spelt(contract: Contract, format_name: str, body: bytes) -> Spelling:
    """The members of every record in a body. Raises Unreadable."""
    return _spelt_xml(contract.resource, body) if format_name == "xml" else _spelt_json(contract.resource, body)


def _spelt_json(resource: Resource, body: bytes) -> Spelling:
    value = json.read(body)
    around = frozenset(value) if isinstance(value, Mapping) else frozenset()
    held = value.get(resource.many, value) if isinstance(value, Mapping) else None
    records = [each for each in (held if isinstance(held, tuple) else (held,)) if isinstance(each, Mapping)]
    members = [each for at, record in enumerate(records) for each in _in_object(resource.fields, record, f"[{at}]")]
    return Spelling(format="json", around=around, count=len(records), members=tuple(members))


def _in_object(fields: Sequence[Field], record: Record, path: str) -> Iterator[Held]:
    for field in fields:
        if field.name in record:
            raw, at = record[field.name], f"{path}.{field.name}"
            yield Held(path=at, field=field, raw=raw)
            items = enumerate(raw) if isinstance(raw, tuple) else ()
            inner = [(raw, at), *((item, f"{at}[{number}]") for number, item in items)]
            for each, place in inner if field.members else ():
                yield from _in_object(field.members, each, place) if isinstance(each, Mapping) else ()


def _spelt_xml(resource: Resource, body: bytes) -> Spelling:
    root = xml.read(body)
    wrapper = root if root.name == resource.many else root.child(resource.many) or root
    records = [each for each in wrapper.children if each.name == resource.one]
    records = [root] if root.name == resource.one else records
    members = [each for at, record in enumerate(records) for each in _in_element(resource.fields, record, f"[{at}]")]
    return Spelling(format="xml", around=frozenset([root.name]), count=len(records), members=tuple(members))


def _in_element(fields: Sequence[Field], element: xml.Element, path: str) -> Iterator[Held]:
    known = {field.name: field for field in fields}
    seen: set[str] = set()
    for child in element.children:
        at = f"{path}.{child.name}"
        field = known.get(child.name)
        yield Held(path=at, field=field, raw=_raw(field, child), again=child.name in seen)
        seen.add(child.name)
        if field is not None and field.members:
            yield from _items(field, child, at) if field.kind is Kind.LIST else _in_element(field.members, child, at)


def _items(field: Field, element: xml.Element, path: str) -> Iterator[Held]:
    for number, child in enumerate(element.children):
        if field.item and child.name != field.item:
            yield Held(path=f"{path}.{child.name}", field=None)
        else:
            yield from _in_element(field.members, child, f"{path}[{number}]")


def _raw(field: Field | None, element: xml.Element) -> Value:
    """The text of an element, or what holds its children: a tuple for a list, and an empty object for anything else."""
    if element.null:
        return None
    if field is None or field.scalar:
        return {} if element.children else element.text
    if field.kind is Kind.LIST and (element.children or not element.text.strip()):
        return tuple([_object(each) for each in element.children])
    return _object(element)


def _object(element: xml.Element) -> Value:
    blank = element.children or not element.text.strip()
    return None if element.null else {} if blank else element.text
