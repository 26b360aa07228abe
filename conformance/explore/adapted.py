"""Our OpenAPI document as a generator of requests is to read it: what the API is free to do is no finding."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.contract import openapi
from conformance.contract.model import Contract, Mutability, Resource

SUFFIXES = (".yaml", ".yml", ".json")


def described(contract: Contract) -> bool:
    """Whether an OpenAPI document describes this generation."""
    return contract.schema.suffix in SUFFIXES


def adapted(contract: Contract, formats: Sequence[str]) -> dict[str, Any]:
    """The document for requests in these formats.

    Any answer of 4xx is allowed, for nobody knows what every bad request is answered with. Members that a client sets
    are not looked at in answers, for a target may store what it should have refused and then shows it. Access is left
    out, for it is shown on the way; and of an answer in XML only status and type count, for the schema speaks JSON.
    """
    document = copy.deepcopy(dict(openapi.read(contract.schema).data))
    document.pop("security", None)
    parts = document["components"]
    for body in parts.get("requestBodies", {}).values():
        body["content"] = _bodies(contract, formats, body["content"], parts["schemas"])
    for answer in parts.get("responses", {}).values():
        answer["content"] = _answers(contract, _renamed(answer.get("content", {})))
    parts["schemas"].update(_answered(contract.resource, parts["schemas"]))
    for item in document["paths"].values():
        item["parameters"] = [each for each in item.get("parameters", ()) if not _shown_by_us(contract, parts, each)]
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation.pop("security", None)
                operation["responses"]["4XX"] = {"description": "The request is not acceptable"}
    return document


def _bodies(
    contract: Contract, formats: Sequence[str], content: Mapping[str, Any], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    """The same schema for every format; of those that are joined, XML takes the first, whose name its root has."""
    schema: Mapping[str, Any] = next((each["schema"] for each in content.values() if "schema" in each), {})
    joined = schema if "$ref" not in schema else schemas[schema["$ref"].rpartition("/")[2]]
    first = next(iter(joined.get("anyOf", ())), schema)
    kinds = {each: contract.formats[each].media_type for each in formats}
    return {kind: {"schema": first if name == "xml" else schema} for name, kind in kinds.items()}


def _answers(contract: Contract, content: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {each.media_type: each.answer_type.partition(";")[0] for each in contract.formats.values()}
    kept = {name: each if name.endswith("json") else {} for name, each in content.items()}
    return {**kept, **{kinds[name]: each for name, each in kept.items() if name in kinds}}


_PREFIX = "Answered"
_REFERENCE = "#/components/schemas/"

_VALUES = {
    "format",
    "maxLength",
    "minLength",
    "pattern",
    "enum",
    "maxItems",
    "minimum",
    "maximum",
    "examples",
    "example",
}
"""Keywords about values: a target may repeat what it was sent, however wrong it was."""


def _renamed(node: Any) -> Any:
    """The same with every schema that is referred to replaced by its lenient copy."""
    if isinstance(node, list):
        return [_renamed(each) for each in node]
    if not isinstance(node, dict):
        return node
    told = {name: _renamed(each) for name, each in node.items()}
    if isinstance(told.get("$ref"), str) and told["$ref"].startswith(_REFERENCE):
        told["$ref"] = told["$ref"].replace(_REFERENCE, f"{_REFERENCE}{_PREFIX}")
    return told


def _answered(resource: Resource, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Lenient copies, by the names under which answers refer to them."""
    theirs = frozenset(each.name for each in resource.fields if each.mutability is not Mutability.READ_ONLY)
    # A refused record is repeated as it was sent, and with it the identifier.
    refused = theirs | {resource.identity}
    copies = {}
    for name, each in schemas.items():
        own = theirs if resource.name in each.get("properties", ()) else refused
        copies[f"{_PREFIX}{name}"] = _lenient(each, own)
    return copies


def _lenient(schema: Mapping[str, Any], theirs: frozenset[str]) -> dict[str, Any]:
    """A schema without what a client decides: neither the members that are theirs, nor any limits of values."""
    told = {name: each for name, each in schema.items() if name not in _VALUES}
    members = {name: each for name, each in schema.get("properties", {}).items() if name not in theirs}
    plain = {name: {key: one for key, one in each.items() if key not in _VALUES} for name, each in members.items()}
    return dict(_renamed({**told, "properties": plain} if members else told))


def _shown_by_us(contract: Contract, parts: Mapping[str, Any], parameter: Mapping[str, Any]) -> bool:
    """Whether it is one of those that tell who is calling."""
    found = parts["parameters"][parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
    return str(found["name"]).lower() == contract.access.tenant_header.lower()
