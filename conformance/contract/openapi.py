"""Structure out of an OpenAPI 3.1 document: the fields of a schema, and the operations.

The standard keywords say most of it; what they cannot say stands in extensions, listed at the head of the document:
``x-role``, ``x-identifiers``, ``x-narrows``, ``x-write``, ``x-shown``, ``x-moment``, ``x-formats``, ``x-keyed-by``,
``x-along`` and ``x-required-on-create``. References are local; what stands beside a ``$ref`` wins over what it leads
to.

An erratum about such a document stands in the file already (``applies = "file"``). Its ``at`` is one JSON pointer, or
several with white space between them, each straight at a value, so its ``attribute`` is empty; ``published`` and
``instead`` are JSON text, where an empty text says that nothing stands there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conformance.contract.located import ABSENT, Document, Place, pointer
from conformance.contract.model import Erratum, Field, Kind, Mutability, Operation, Role, Shown
from conformance.contract.wiring import Repeats
from conformance.errors import BadSpec

_METHODS = ("get", "put", "post", "delete", "patch")

_KINDS = {
    "string": Kind.TEXT,
    "boolean": Kind.BOOLEAN,
    "number": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "array": Kind.LIST,
    "object": Kind.OBJECT,
}


def fields(path: Path, schema: str) -> tuple[Field, ...]:
    """The members of the schema called ``schema``. Raises BadSpec for a document that cannot be understood."""
    document = read(path)
    return _members(_follow(document, _Node(at=("components", "schemas", schema))))


def operations(path: Path) -> dict[Role, Operation]:
    """The operations that have a role. Raises BadSpec for a document that cannot be understood."""
    document = read(path)
    found: dict[Role, Operation] = {}
    for route, item in (document.data.get("paths") or {}).items():
        for method in filter(item.__contains__, _METHODS):
            at = ("paths", route, method)
            if "x-role" in item[method]:
                operation = _operation(document, at)
                found[operation.role] = operation
    return found


def verify(path: Path, errata: Iterable[Erratum]) -> None:
    """Raises BadSpec unless the document holds what each erratum about it says that it holds."""
    document = read(path)
    for erratum in errata:
        if erratum.file == path.name:
            for place in erratum.at.split():
                _verify(document, erratum, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A place in the document, and the places whose references led to it."""

    at: Place
    trail: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Schema:
    """A schema whose reference is resolved, and where each of its keywords stands."""

    document: Document
    keywords: Mapping[str, Any]
    places: Mapping[str, Place]
    node: _Node

    def get(self, keyword: str, default: Any = None) -> Any:
        return self.keywords.get(keyword, default)

    def inner(self, *steps: str) -> _Schema:
        """The schema under one of the keywords."""
        return _follow(self.document, _Node(at=(*self.places[steps[0]], *steps[1:]), trail=self.node.trail))

    def bad(self, keyword: str, problem: str, remedy: str) -> BadSpec:
        return self.document.bad(self.places.get(keyword, self.node.at), problem, remedy)


def read(path: Path) -> Document:
    """The document in the file. Raises BadSpec, with the line, for what is no YAML mapping."""
    loader = yaml.CSafeLoader(path.read_text(encoding="utf-8"))
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadSpec(file=path, line=line, problem=f"not YAML: {error.problem}", remedy="mend the syntax") from error
    if not isinstance(data, dict):
        raise BadSpec(file=path, line=1, problem="not an OpenAPI document", remedy="write a mapping at the top")
    return Document(path=path, data=data, lines=dict(_lines(root, ())))


def _lines(node: yaml.Node | None, at: Place) -> Iterator[tuple[Place, int]]:
    """Every place under a node with its line, from 1. A member begins at its key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*at, key.value), key.start_mark.line + 1
            yield from _lines(value, (*at, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*at, str(index)), value.start_mark.line + 1
            yield from _lines(value, (*at, str(index)))


def _follow(document: Document, node: _Node) -> _Schema:
    """The schema at a place, with its reference resolved."""
    found = document.value(node.at)
    if not isinstance(found, dict):
        raise document.bad(node.at, f"no schema at /{'/'.join(node.at)}", "write the schema, or mend its name")
    places = {keyword: (*node.at, keyword) for keyword in found}
    if "$ref" not in found:
        return _Schema(document=document, keywords=found, places=places, node=node)
    target = _target(document, node, found["$ref"])
    keywords = {**target.keywords, **{name: value for name, value in found.items() if name != "$ref"}}
    return _Schema(document=document, keywords=keywords, places={**target.places, **places}, node=target.node)


def _target(document: Document, node: _Node, reference: str) -> _Schema:
    at, place = pointer(reference), (*node.at, "$ref")
    if not reference.startswith("#/") or not isinstance(document.value(at), dict):
        raise document.bad(
            place, f"{reference!r} leads nowhere", "refer to a schema of this document: '#/components/…'"
        )
    if at in node.trail:
        raise document.bad(place, f"{reference!r} leads back to itself", "leave the member out of the inner schema")
    return _follow(document, _Node(at=at, trail=(*node.trail, at)))


def _members(schema: _Schema) -> tuple[Field, ...]:
    return tuple(_field(name, schema.inner("properties", name)) for name in schema.get("properties", {}))


def _field(name: str, schema: _Schema) -> Field:
    kind = _kind(schema)
    inner = schema.inner("items") if kind is Kind.LIST else schema
    return Field(
        name=name,
        kind=kind,
        max_length=schema.get("maxLength"),
        choices=tuple(schema.get("enum", ())),
        format=schema.get("format", "") if kind is Kind.TEXT else "",
        required=schema.get("x-required-on-create", False),
        mutability=_mutability(schema),
        shown=_shown(schema),
        formats=tuple(schema.get("x-formats", ())),
        members=_members(inner),
        item=inner.get("xml", {}).get("name", "") if kind is Kind.LIST else "",
        keyed_by=schema.get("x-keyed-by", ""),
        max_items=schema.get("maxItems"),
        examples=tuple(str(each) for each in schema.get("examples", ())),
        along=tuple(schema.get("x-along", ())),
    )


def _kind(schema: _Schema) -> Kind:
    declared = schema.get("type")
    name = next((each for each in declared if each != "null"), None) if isinstance(declared, list) else declared
    if name not in _KINDS:
        raise schema.bad("type", f"type {declared!r} is not known", f"use one of {', '.join(_KINDS)}")
    if schema.get("x-moment"):
        return Kind.MOMENT
    return Kind.GUID if schema.get("format") == "uuid" else _KINDS[name]


def _mutability(schema: _Schema) -> Mutability:
    """Who sets the member. A key finds a record and is never set by a client, so it counts as read-only."""
    write = schema.get("x-write", "")
    if write not in ("", "key", "uncertain"):
        raise schema.bad("x-write", f"x-write {write!r} is not known", "use key or uncertain, or readOnly: true")
    if write == "uncertain":
        return Mutability.UNCERTAIN
    return Mutability.READ_ONLY if write or schema.get("readOnly") else Mutability.WRITABLE


def _shown(schema: _Schema) -> Shown:
    shown = schema.get("x-shown", Shown.ALWAYS.value)
    if shown not in tuple(Shown):
        raise schema.bad("x-shown", f"x-shown {shown!r} is not known", f"use one of {', '.join(Shown)}")
    return Shown(shown)


def _operation(document: Document, at: Place) -> Operation:
    _, route, method = at
    call = document.value(at)
    if call["x-role"] not in tuple(Role):
        raise document.bad((*at, "x-role"), f"x-role {call['x-role']!r} is not known", f"use one of {', '.join(Role)}")
    role = Role(call["x-role"])
    return Operation(
        role=role,
        method=method.upper(),
        path=route,
        identifiers=dict.fromkeys(call.get("x-identifiers", ()), "path"),
        narrowing=_narrowing(_parameters(document, (*at, "parameters")), "query"),
        since=_narrowing(_parameters(document, (*at, "parameters")), "header").get("since", ""),
        many=role not in (Role.READ, Role.UPDATE),
        success=_success(document, at),
        repeats=_repeats(_parameters(document, (*at, "parameters"))),
    )


def _parameters(document: Document, at: Place) -> list[_Schema]:
    listed = document.value(at)
    count = len(listed) if isinstance(listed, list) else 0
    return [_follow(document, _Node(at=(*at, str(index)))) for index in range(count)]


def _repeats(parameters: list[_Schema]) -> Repeats:
    found = next((each for each in parameters if each.get("x-repeats")), None)
    longest = 0 if found is None else found.get("schema", {}).get("maxLength", 0)
    return Repeats() if found is None else Repeats(header=found.get("name"), longest=longest)


def _narrowing(parameters: list[_Schema], where: str) -> dict[str, str]:
    told = [each for each in parameters if each.get("x-narrows") and each.get("in") == where]
    return {each.get("x-narrows"): each.get("name") for each in told}


def _success(document: Document, at: Place) -> int:
    codes = [int(code) for code in document.value(at).get("responses", {}) if str(code).startswith("2")]
    if not codes:
        raise document.bad(at, "no answer of success", "declare the 2xx answer under responses")
    return min(codes)


def _verify(document: Document, erratum: Erratum, place: str) -> None:
    at = pointer(place)
    value = document.value(at)
    text = "" if value is ABSENT else json.dumps(value)
    if text != erratum.instead:
        problem = f"erratum {erratum.id}: {place} holds {text or 'nothing'}, not {erratum.instead or 'nothing'}"
        raise document.bad(at, problem, "mend the file, or its errata.toml")
