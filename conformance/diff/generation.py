"""A contract of ours in the form of an OpenAPI document, so that generations of any schema language can be compared.

What OpenAPI has no word for stands in the extensions that our own documents use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.contract.model import Access, Contract, Field, Kind, Mutability, Operation, Role, Shown
from conformance.diff.builder import Tree
from conformance.diff.source import Source

_TYPES: Mapping[Kind, Mapping[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.NUMBER: {"type": "number"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.GUID: {"type": "string", "format": "uuid"},
    Kind.LIST: {"type": "array"},
    Kind.OBJECT: {"type": "object"},
}
_SCHEMAS = "#/components/schemas/"
_WRITES = (Role.CREATE, Role.UPSERT, Role.UPDATE)


def generation(contract: Contract) -> Source:
    """The contract as one side of a comparison."""
    return Source(name=contract.generation, tree=Tree(name=contract.generation, data=_document(contract)), ours=True)


def _document(contract: Contract) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in contract.operations.values():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _call(contract, operation)
    resource = contract.resource
    told = [each for operation in contract.operations.values() for each in _parameters(contract, operation)]
    # What stands around the records differs in ways that the wire facts tell; here it is the same for all.
    records = {"type": "array", "items": {"$ref": _SCHEMAS + resource.one}}
    return {
        "openapi": "3.1.0",
        "paths": paths,
        "components": {
            "schemas": {
                resource.one: _members(resource.fields),
                resource.many: {"type": "object", "properties": {resource.many: records}},
            },
            "parameters": {f"{each['in']} {each['name']}": each for each in told},
            "securitySchemes": _schemes(contract.access),
        },
        "security": [{name: [] for name in _schemes(contract.access)}],
    }


def _call(contract: Contract, operation: Operation) -> dict[str, Any]:
    call: dict[str, Any] = {
        "operationId": operation.role.value,
        "parameters": [
            {"$ref": f"#/components/parameters/{each['in']} {each['name']}"}
            for each in _parameters(contract, operation)
        ],
        "responses": {str(operation.success): {"content": _content(contract, "answer_type", operation)}},
    }
    if operation.role in _WRITES:
        call["requestBody"] = {"required": True, "content": _content(contract, "media_type", operation)}
        if contract.form is not None:
            call["requestBody"]["content"][contract.form.media_type] = {"schema": {"type": "object"}}
    return call


def _content(contract: Contract, which: str, operation: Operation) -> dict[str, Any]:
    if which == "answer_type" and not operation.shows:
        return {}
    schema = {"$ref": _SCHEMAS + contract.resource.many}
    return {getattr(each, which): {"schema": schema} for each in contract.formats.values()}


def _parameters(contract: Contract, operation: Operation) -> list[dict[str, Any]]:
    gap = operation.path.partition("{")[2].partition("}")[0]
    told = [("path", gap, "identifier", True)] if gap else []
    told += [("query", place, field, False) for field, place in operation.identifiers.items() if place != "path"]
    told += [("query", name, does, False) for does, name in operation.narrowing.items()]
    told += [("header", operation.since, "since", False)] if operation.since else []
    tenant = contract.access.tenant_header
    told += [("header", tenant, "tenant", True)] if tenant else []
    described = [_parameter(*each) for each in told]
    if operation.repeats.header:
        schema = {"type": "string", "maxLength": operation.repeats.longest}
        described.append({**_parameter("header", operation.repeats.header, "repeats", False), "schema": schema})
    return described


def _parameter(where: str, name: str, does: str, required: bool) -> dict[str, Any]:
    return {
        "in": where,
        "name": name,
        "required": required,
        # What it does is what tells it again under another name.
        "schema": {"description": f"the parameter for {does}"},
    }


def _members(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": {each.name: _schema(each) for each in fields}}


def _schema(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {**_TYPES[field.kind]}
    if field.kind is Kind.LIST:
        found["items"] = _members(field.members) if field.members else {"type": "string"}
    elif field.kind is Kind.OBJECT:
        found |= _members(field.members)
    told = {
        "format": field.format or None,
        "maxLength": field.max_length,
        "maxItems": field.max_items,
        "enum": list(field.choices) or None,
        "readOnly": field.mutability is Mutability.READ_ONLY or None,
        "x-write": "uncertain" if field.mutability is Mutability.UNCERTAIN else None,
        "x-required-on-create": field.required or None,
        "x-shown": field.shown.value if field.shown is not Shown.ALWAYS else None,
        "x-keyed-by": field.keyed_by or None,
        "x-formats": list(field.formats) or None,
    }
    return found | {keyword: value for keyword, value in told.items() if value is not None}


def _schemes(access: Access) -> dict[str, Any]:
    if access.token_header:
        return {"token": {"type": "http", "scheme": access.token_scheme.lower(), "in": access.token_header}}
    return {name: {"type": "apiKey", "in": "query", "name": name} for name in access.keys}
