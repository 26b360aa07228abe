"""A made-up document as large as that of a whole accounting service: operations, schemas in circles, examples.

``document()`` is the document, ``changed()`` a later revision of it with so many small changes; both are the same on
every machine.
"""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

NOUNS = [
    "Account",
    "Allocation",
    "Attachment",
    "Balance",
    "Bank",
    "Batch",
    "Bill",
    "Branding",
    "Budget",
    "Category",
    "Contact",
    "Credit",
    "Currency",
    "Employee",
    "Entry",
    "Expense",
    "Group",
    "History",
    "Invoice",
    "Item",
    "Journal",
    "Line",
    "Linked",
    "Manual",
    "Note",
    "Option",
    "Order",
    "Organisation",
    "Overpayment",
    "Payment",
    "Person",
    "Prepayment",
    "Purchase",
    "Quote",
    "Receipt",
    "Reminder",
    "Repeating",
    "Report",
    "Row",
    "Schedule",
    "Setup",
    "Tax",
    "Tracking",
    "Transfer",
    "User",
]
SCHEMAS, RESOURCES = 130, 40
SEED = 2026


def document() -> dict[str, Any]:
    draw = random.Random(SEED)
    names = _names(draw)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Made-up Accounting API", "version": "7.3.1"},
        "servers": [{"url": "https://api.example/accounting/2.0", "description": "the one server"}],
        "paths": _paths(names[:RESOURCES], draw),
        "components": {
            "parameters": _parameters(),
            "schemas": {name: _schema(name, names, draw) for name in names},
            "responses": {"Refused": {"description": "refused", "content": _content(names[0])}},
            "securitySchemes": {"oauth": {"type": "oauth2", "flows": {"clientCredentials": _flow(names)}}},
        },
    }


def changed(changes: int) -> dict[str, Any]:
    later = deepcopy(document())
    draw = random.Random(SEED + 1)
    schemas = later["components"]["schemas"]
    for number in range(changes):
        schema = schemas[draw.choice(sorted(schemas))]
        name = draw.choice(sorted(schema["properties"]))
        if number % 4 == 0:
            schema["properties"].pop(name)
        elif number % 4 == 1:
            schema["properties"][f"Added{number}"] = {"type": "string", "maxLength": 50}
        else:
            schema["properties"][name] = {"type": "string", "maxLength": number, "readOnly": number % 3 == 0}
    return later


def yaml(value: Any, indent: int = 0) -> str:
    """Block-style YAML, as people write such documents."""
    gap = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{gap}{_key(key)}:{_after(each, indent)}" for key, each in value.items())
    return "".join(f"{gap}-{_after(each, indent)}" for each in value)


def _key(key: str) -> str:
    return json.dumps(key) if not key.replace("_", "").replace("-", "").isalpha() else key


def _after(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return "\n" + yaml(value, indent + 1)
    return f" {value if isinstance(value, str) and value.isalpha() else json.dumps(value)}\n"


def _names(draw: random.Random) -> list[str]:
    pairs = [one + other for one in NOUNS for other in NOUNS if one != other]
    return [*NOUNS, *draw.sample(pairs, SCHEMAS - len(NOUNS))]


def _schema(name: str, names: list[str], draw: random.Random) -> dict[str, Any]:
    properties: dict[str, Any] = {f"{name}ID": {"type": "string", "format": "uuid", "readOnly": True}}
    for number in range(draw.randint(10, 34)):
        properties[f"{draw.choice(NOUNS)}{number}"] = _property(names, draw)
    properties["ValidationErrors"] = {"type": "array", "items": {"$ref": f"#/components/schemas/{names[1]}"}}
    return {"type": "object", "externalDocs": {"url": f"https://docs.example/{name}"}, "properties": properties}


def _property(names: list[str], draw: random.Random) -> dict[str, Any]:
    target = {"$ref": f"#/components/schemas/{draw.choice(names)}"}
    words = f"The {draw.choice(NOUNS).lower()} of the {draw.choice(NOUNS).lower()}, as it stands in the books"
    kinds: list[dict[str, Any]] = [
        target,
        {"type": "array", "items": target, "description": words},
        {"type": "string", "description": words, "maxLength": draw.choice((50, 255, 500)), "example": "some text"},
        {"type": "number", "format": "double", "x-is-money": True, "description": words},
        {"type": "string", "enum": sorted({draw.choice(NOUNS).upper() for _ in range(6)}), "description": words},
        {"type": "boolean", "description": words, "example": "false"},
    ]
    return draw.choice(kinds)


def _paths(names: list[str], draw: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        one = {"name": f"{name}ID", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        found[f"/{name}s"] = {each: _call(each, name, f"{name}s", draw) for each in ("get", "put", "post")}
        found[f"/{name}s/{{{name}ID}}"] = {
            "parameters": [one],
            **{each: _call(each, name, name, draw) for each in ("get", "post", "delete")},
        }
    return found


def _call(method: str, name: str, what: str, draw: random.Random) -> dict[str, Any]:
    call: dict[str, Any] = {
        "operationId": f"{method}{what}",
        "tags": ["Accounting"],
        "summary": f"What {method} does with {what}",
        "security": [{"oauth": [name.lower()]}],
        "parameters": [{"$ref": f"#/components/parameters/{each}"} for each in draw.sample(sorted(_parameters()), 2)],
        "responses": {
            "200": {
                "description": "done",
                "content": {"application/json": {**_media(name), "example": _example(draw)}},
            },
            "400": {"$ref": "#/components/responses/Refused"},
        },
    }
    if method in ("put", "post"):
        body = {"application/json": {**_media(name), "example": _example(draw)}}
        call["requestBody"] = {"required": True, "content": body}
    return call


def _media(name: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _content(name: str) -> dict[str, Any]:
    return {"application/json": _media(name)}


def _example(draw: random.Random) -> dict[str, Any]:
    return {f"{draw.choice(NOUNS)}{number}": "0d4c3d3f-3fbd-4a3e-8f4f-a8c9ee5f0d5a" for number in range(24)}


def _parameters() -> dict[str, Any]:
    plain = {
        f"{name.lower()}Filter": {"in": "query", "name": name, "schema": {"type": "string"}} for name in NOUNS[:20]
    }
    return {"tenant": {"in": "header", "name": "tenant-id", "required": True, "schema": {"type": "string"}}, **plain}


def _flow(names: list[str]) -> dict[str, Any]:
    return {"tokenUrl": "https://id.example/token", "scopes": {name.lower(): f"all of {name}" for name in names}}


if __name__ == "__main__":
    made = yaml(document())
    print(f"a made-up document: {made.count(chr(10)):,} lines, {len(made):,} bytes")
