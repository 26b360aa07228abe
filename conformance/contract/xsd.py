"""Structure out of an XSD: the fields of a record, and the compiled schema, with the errata applied.

XSD says names, types, lengths and how often an element may stand; attributes in the namespace ``urn:conformance:field``
say the rest: ``write``, ``shown``, ``required``, ``format``, ``keyedBy``, ``choices`` and ``examples``.

An erratum finds its places, one or several, by an XPath (prefixes ``xs`` and ``f``). Its attribute is one of the
elements found there; ``name()`` is the element's own name, and an empty text an attribute that is not there. With
``applies = "load"`` each place must hold ``published`` and is corrected here; with ``file`` it must hold ``instead``.

Reading a schema is not reading the wire: this is the second door to lxml, beside ``wire/xml.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lxml import etree

from conformance.contract.model import Erratum, Field, Kind, Mutability, Shown
from conformance.errors import BadSpec

_Words = TypeVar("_Words", Mutability, Shown)

_XS = "http://www.w3.org/2001/XMLSchema"
_FIELD = "urn:conformance:field"

_PREFIXES = {"xs": _XS, "f": _FIELD}
_TYPES = (f"{{{_XS}}}complexType", f"{{{_XS}}}simpleType")
_GROUPS = (f"{{{_XS}}}sequence", f"{{{_XS}}}all", f"{{{_XS}}}choice")
_NUMBERS = ("decimal", "double", "integer", "long", "int", "short", "byte")
_UNSIGNED = ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte")
_KINDS = {
    "string": Kind.TEXT,
    "boolean": Kind.BOOLEAN,
    "dateTime": Kind.MOMENT,
    **dict.fromkeys((*_NUMBERS, *_UNSIGNED), Kind.NUMBER),
}


def fields(path: Path, root: str, errata: tuple[Erratum, ...] = ()) -> tuple[Field, ...]:
    """The members of the element called ``root``, at any depth. Raises BadSpec for what cannot be understood."""
    source = _Source(path=path, tree=_corrected(path, errata))
    found = (each for each in source.tree.iter(f"{{{_XS}}}element") if each.get("name") == root)
    element = next((each for each in found if _type(source, each).members), None)
    if element is None:
        raise source.bad(source.tree, f"no element {root!r} with members", "declare it, or mend its name")
    return _members(source, element, ())


def schema(path: Path, errata: tuple[Erratum, ...] = ()) -> etree.XMLSchema:
    """The schema, ready to validate. Raises BadSpec for a file that is none, or that an erratum does not fit."""
    tree = _corrected(path, errata)
    try:
        return etree.XMLSchema(tree)
    except etree.XMLSchemaParseError as error:
        line = error.error_log[0].line if len(error.error_log) else 1
        raise BadSpec(file=path, line=line, problem=f"not an XSD: {error}", remedy="mend the schema") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A parsed file, which errors name."""

    path: Path
    tree: etree._Element

    def bad(self, element: etree._Element, problem: str, remedy: str) -> BadSpec:
        return BadSpec(file=self.path, line=element.sourceline or 1, problem=problem, remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """What an element may hold: a built-in type under limits, or members."""

    builtin: str = ""
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    members: tuple[etree._Element, ...] = ()


def _corrected(path: Path, errata: Iterable[Erratum]) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        tree = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise BadSpec(file=path, line=line, problem=f"not XML: {error.msg}", remedy="mend the syntax") from error
    source = _Source(path=path, tree=tree)
    for erratum in errata:
        if erratum.file == path.name:
            _correct(source, erratum)
    return tree


def _correct(source: _Source, erratum: Erratum) -> None:
    """Checks the places of an erratum and, where the file stands as published, corrects them."""
    expected = erratum.published if erratum.applies == "load" else erratum.instead
    for element in _places(source, erratum):
        held = _held(element, erratum.attribute)
        if held != expected:
            problem = f"erratum {erratum.id}: {erratum.attribute} is {held!r} here, not {expected!r}"
            raise source.bad(element, problem, "mend the file, or its errata.toml")
        if erratum.applies == "load":
            _replace(element, erratum.attribute, erratum.instead)


def _places(source: _Source, erratum: Erratum) -> list[etree._Element]:
    try:
        found = source.tree.getroottree().xpath(erratum.at, namespaces=_PREFIXES)
    except etree.XPathError as error:
        raise source.bad(source.tree, f"erratum {erratum.id}: {error}", "mend the XPath in errata.toml") from error
    places = [each for each in found if etree.iselement(each)] if isinstance(found, list) else []
    if not places:
        raise source.bad(source.tree, f"erratum {erratum.id}: {erratum.at} finds no element", "mend its errata.toml")
    return places


def _name(attribute: str) -> str:
    """An attribute as lxml spells it."""
    return attribute.replace("f:", f"{{{_FIELD}}}")


def _held(element: etree._Element, attribute: str) -> str:
    if attribute == "name()":
        return etree.QName(element).localname
    return element.get(_name(attribute)) or ""


def _replace(element: etree._Element, attribute: str, value: str) -> None:
    if attribute == "name()":
        element.tag = f"{{{_XS}}}{value}"
    elif value:
        element.set(_name(attribute), value)
    else:
        del element.attrib[_name(attribute)]


def _said(element: etree._Element, name: str) -> str:
    """What an attribute of ours says."""
    return element.get(f"{{{_FIELD}}}{name}") or ""


def _members(source: _Source, element: etree._Element, trail: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(_field(source, each, trail) for each in _type(source, element).members)


def _field(source: _Source, element: etree._Element, trail: tuple[str, ...]) -> Field:
    name = element.get("name") or ""
    if name in trail:
        raise source.bad(element, f"{name} holds itself", "leave the member out of the inner type")
    declared = _type(source, element)
    item = _item(element, declared)
    inner = element if item is None else item
    return Field(
        name=name,
        kind=_kind(source, element, declared, item),
        max_length=declared.max_length,
        choices=tuple(_said(element, "choices").split()) or declared.choices,
        format=_said(element, "format") if _said(element, "format") != "guid" else "",
        # A new record needs what says so, and what the schema lets no record do without.
        required=_said(element, "required") == "on-create" or element.get("minOccurs") != "0",
        mutability=_mutability(source, element),
        shown=_one_of(source, element, "shown", Shown),
        members=_members(source, inner, (*trail, name)),
        item="" if item is None else item.get("name") or "",
        keyed_by=_said(element, "keyedBy"),
        max_items=None if item is None else _most(item),
        examples=tuple(_said(element, "examples").split()),
    )


def _item(element: etree._Element, declared: _Type) -> etree._Element | None:
    """The one element that a list repeats. A list that lets a single item through is known by its key."""
    if len(declared.members) != 1:
        return None
    only = declared.members[0]
    return only if _most(only) != 1 or _said(element, "keyedBy") else None


def _most(element: etree._Element) -> int | None:
    most = element.get("maxOccurs", "1")
    return None if most == "unbounded" else int(most)


def _kind(source: _Source, element: etree._Element, declared: _Type, item: etree._Element | None) -> Kind:
    if declared.members:
        return Kind.OBJECT if item is None else Kind.LIST
    if declared.builtin not in _KINDS:
        problem = f"type {declared.builtin!r} is not known"
        raise source.bad(element, problem, f"use members, or one of {', '.join(sorted(_KINDS))}")
    return Kind.GUID if _said(element, "format") == "guid" else _KINDS[declared.builtin]


def _mutability(source: _Source, element: etree._Element) -> Mutability:
    """Who sets the member. A key finds a record and is never set by a client, so it counts as read-only."""
    return Mutability.READ_ONLY if _said(element, "write") == "key" else _one_of(source, element, "write", Mutability)


def _one_of(source: _Source, element: etree._Element, name: str, words: type[_Words]) -> _Words:
    """The word that an attribute of ours says; the first of all words where it says nothing."""
    said = _said(element, name) or next(iter(words)).value
    if said not in tuple(words):
        raise source.bad(element, f"f:{name} {said!r} is not known", f"use one of {', '.join(words)}")
    return words(said)


def _type(source: _Source, element: etree._Element) -> _Type:
    """The type of an element, or of a simple type's base: built in, named, or written inside it."""
    name = element.get("type") or element.get("base") or ""
    prefix, _, local = name.rpartition(":")
    if name and element.nsmap.get(prefix or None) == _XS:
        return _Type(builtin=local)
    inner = _named(source, element, local) if name else next(iter(element.iterchildren(f"{{{_XS}}}*")), None)
    if inner is None:
        return _Type()
    if etree.QName(inner).localname == "complexType":
        return _Type(members=tuple(_elements(inner)))
    return _simple(source, inner)


def _named(source: _Source, element: etree._Element, name: str) -> etree._Element:
    found = next((each for each in source.tree.iterchildren(*_TYPES) if each.get("name") == name), None)
    if found is None:
        raise source.bad(element, f"type {name!r} leads nowhere", "declare the type at the top of the schema")
    return found


def _simple(source: _Source, simple: etree._Element) -> _Type:
    restriction = simple.find(f"{{{_XS}}}restriction")
    if restriction is None:
        return _Type()
    length = restriction.find(f"{{{_XS}}}maxLength")
    return _Type(
        builtin=_type(source, restriction).builtin,
        max_length=None if length is None else int(length.get("value") or 0),
        choices=tuple(each.get("value") or "" for each in restriction.iterchildren(f"{{{_XS}}}enumeration")),
    )


def _elements(complex_type: etree._Element) -> Iterator[etree._Element]:
    """The elements of a complex type, through its groups but not into the elements themselves."""
    for child in complex_type:
        if child.tag in _GROUPS:
            yield from _elements(child)
        elif child.tag == f"{{{_XS}}}element":
            yield child
