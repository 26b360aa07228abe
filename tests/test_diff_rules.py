"""Every change rule, found by a pair of documents that differ in that alone, and the rule of the way back."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from conformance.diff.comparison import Comparison, compare
from conformance.diff.rulebook import rules
from conformance.diff.source import Source
from conformance.diff.tree import grown

GONE = object()

THING = "/components/schemas/Thing"
NAME = f"{THING}/properties/Name"
LIST = "/paths/~1things/get"
POST = "/paths/~1things/post"
BODY = f"{POST}/requestBody"
FINE = f"{LIST}/responses/200"
PAGE = f"{LIST}/parameters/0"
OAUTH = "/components/securitySchemes/oauth"
CODE = f"{OAUTH}/flows/authorizationCode"

_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
BASE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.2.3"},
    "servers": [{"url": "https://api.example/v1"}],
    "security": [{"oauth": ["read"]}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "tags": ["Things"],
                "parameters": [{"in": "query", "name": "page", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {"content": _JSON, "headers": {"X-Count": {"schema": {"type": "integer"}}}},
                    "400": {},
                },
            },
            "post": {
                "operationId": "saveThing",
                "requestBody": {"content": _JSON},
                "responses": {"200": {"content": _JSON}},
            },
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "ID": {"type": "string", "format": "uuid", "readOnly": True},
                    "Name": {"type": "string"},
                    "Lines": {"type": "array", "items": {"type": "string"}},
                    "Inner": {"type": "object", "properties": {"A": {"type": "string"}}},
                },
            },
            "Kind": {"type": "string"},
            "Sort": {"type": "number"},
        },
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {"authorizationCode": {"tokenUrl": "https://id.example/token", "scopes": {"read": "reads"}}},
            }
        },
    },
}

KIND, SORT = {"$ref": "#/components/schemas/Kind"}, {"$ref": "#/components/schemas/Sort"}
OTHER = {"$ref": "#/components/schemas/Other"}
TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def held(name: str) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": "string"}}}


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", **more}


def page(**more: Any) -> dict[str, Any]:
    return {"in": "query", "name": "page", "schema": {"type": "integer"}, **more}


def query(name: str, **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": {"type": "boolean"}, **more}


def union(kind: str, *branches: Any) -> dict[str, Any]:
    return {kind: list(branches)}


def told(**more: Any) -> dict[str, Any]:
    return {"oneOf": [KIND, SORT], "discriminator": more}


#: a place, what stands there before and after, the rule of the way there, and the rule of the way back
PAIRS: list[tuple[str, Any, Any, str, str]] = [
    (f"{LIST}/deprecated", GONE, True, "operation-deprecated", "operation-reactivated"),
    (f"{LIST}/x-sunset", GONE, "2030-01-01", "sunset-added", "sunset-removed"),
    (f"{LIST}/x-sunset", "2030-01-01", "2029-01-01", "sunset-changed", "sunset-changed"),
    (f"{PAGE}/x-sunset", GONE, "2030-01-01", "sunset-added", "sunset-removed"),
    (f"{LIST}/operationId", "listThings", "allThings", "operation-id-changed", "operation-id-changed"),
    (f"{LIST}/operationId", GONE, "listThings", "operation-id-added", "operation-id-removed"),
    (f"{LIST}/tags", ["Things"], ["Things", "More"], "tag-added", "tag-removed"),
    (f"{POST}/callbacks", GONE, {"done": {}}, "callback-added", "callback-removed"),
    (f"{POST}/callbacks", {"done": {}}, {"done": {"{$url}": {}}}, "callback-changed", "callback-changed"),
    ("/webhooks", GONE, {"made": {}}, "webhook-added", "webhook-removed"),
    ("/webhooks", {"made": {}}, {"made": {"post": {}}}, "webhook-changed", "webhook-changed"),
    (f"{LIST}/x-stability-level", "stable", "beta", "stability-lowered", "stability-raised"),
    ("/paths/~1others", GONE, {"get": {"responses": {"200": {}}}}, "operation-added", "operation-removed"),
    (f"{LIST}/parameters", [page()], [page(), query("all")], "parameter-added", "parameter-removed"),
    (
        f"{LIST}/parameters",
        [query("one"), query("two")],
        [query("two"), query("one")],
        "argument-order-changed",
        "argument-order-changed",
    ),
    (PAGE, page(), page(required=True), "parameter-became-required", "parameter-became-optional"),
    (PAGE, page(), page(deprecated=True), "parameter-deprecated", "parameter-reactivated"),
    (PAGE, page(), page(allowEmptyValue=True), "parameter-empty-allowed", "parameter-empty-forbidden"),
    (PAGE, page(), page(allowReserved=True), "parameter-reserved-allowed", "parameter-reserved-forbidden"),
    (PAGE, page(), page(style="pipeDelimited"), "parameter-style-changed", "parameter-style-changed"),
    (
        PAGE,
        page(schema={"type": "array", "items": WHOLE}),
        page(schema={"type": "array", "items": WHOLE}, explode=False),
        "parameter-style-changed",
        "parameter-style-changed",
    ),
    (PAGE, page(), {**page(), "in": "header"}, "parameter-moved", "parameter-moved"),
    (PAGE, query("pagesize"), query("pageSize"), "parameter-renamed", "parameter-renamed"),
    (PAGE, page(schema=GONE), page(), "parameter-schema-added", "parameter-schema-removed"),
    (
        PAGE,
        {"in": "query", "name": "page", "content": {"a/b": {}}},
        {"in": "query", "name": "page", "content": {"a/b": {}, "c/d": {}}},
        "parameter-media-type-added",
        "parameter-media-type-removed",
    ),
    (BODY, GONE, {"content": _JSON}, "request-body-added", "request-body-removed"),
    (f"{BODY}/required", GONE, True, "request-body-became-required", "request-body-became-optional"),
    (f"{BODY}/content/text~1xml", GONE, {}, "request-media-type-added", "request-media-type-removed"),
    (f"{BODY}/content/text~1xml", {}, {"schema": {}}, "request-schema-added", "request-schema-removed"),
    (
        f"{BODY}/content/application~1json/encoding",
        GONE,
        {"Name": {"contentType": "text/plain"}},
        "request-encoding-changed",
        "request-encoding-changed",
    ),
    (f"{LIST}/responses/202", GONE, {}, "success-status-added", "success-status-removed"),
    (f"{LIST}/responses/404", GONE, {}, "error-status-added", "error-status-removed"),
    (f"{LIST}/responses/default", GONE, {}, "default-answer-added", "default-answer-removed"),
    (f"{FINE}/content/text~1xml", GONE, {}, "response-media-type-added", "response-media-type-removed"),
    (f"{FINE}/content", GONE, _JSON, "response-body-added", "response-body-removed"),
    (f"{FINE}/content/text~1xml", {}, {"schema": {}}, "response-schema-added", "response-schema-removed"),
    (f"{FINE}/headers/X-More", GONE, {}, "response-header-added", "response-header-removed"),
    (
        f"{FINE}/headers/X-Count/required",
        GONE,
        True,
        "response-header-became-required",
        "response-header-became-optional",
    ),
    (f"{FINE}/headers/X-Count/deprecated", GONE, True, "response-header-deprecated", "response-header-reactivated"),
    (f"{FINE}/links", GONE, {"next": {}}, "response-link-added", "response-link-removed"),
    (f"{THING}/properties/Age", GONE, WHOLE, "member-added", "member-removed"),
    (f"{THING}/required", ["Lines"], ["Lines", "Name"], "member-became-required", "member-became-optional"),
    (f"{NAME}/readOnly", GONE, True, "member-became-read-only", "member-became-writable"),
    (f"{NAME}/writeOnly", GONE, True, "member-became-write-only", "member-became-readable"),
    (f"{NAME}/deprecated", GONE, True, "member-deprecated", "member-reactivated"),
    (f"{THING}/additionalProperties", GONE, False, "extra-members-forbidden", "extra-members-allowed"),
    (f"{THING}/additionalProperties", GONE, TEXT, "extra-members-typed", "extra-members-untyped"),
    (f"{THING}/properties/Lines/items", GONE, TEXT, "items-became-typed", "items-became-untyped"),
    (NAME, TEXT, False, "type-changed", "type-changed"),
    (f"{THING}/required", [], ["Ghost"], "required-undeclared-added", "required-undeclared-removed"),
    (NAME, TEXT, WHOLE, "type-changed", "type-changed"),
    (NAME, WHOLE, NUMBER, "type-widened", "type-narrowed"),
    (NAME, TEXT, {"type": ["string", "integer"]}, "type-widened", "type-narrowed"),
    (NAME, TEXT, {}, "type-widened", "type-narrowed"),
    (NAME, TEXT, {"type": ["string", "null"]}, "became-nullable", "became-not-nullable"),
    (NAME, TEXT, text(nullable=True), "became-nullable", "became-not-nullable"),
    (NAME, KIND, {"oneOf": [{"type": "null"}, KIND]}, "became-nullable", "became-not-nullable"),
    (NAME, TEXT, text(format="email"), "format-added", "format-removed"),
    (NAME, text(format="date"), text(format="email"), "format-changed", "format-changed"),
    (NAME, {**WHOLE, "format": "int32"}, {**WHOLE, "format": "int64"}, "format-widened", "format-narrowed"),
    (NAME, TEXT, text(pattern="^a+$"), "pattern-added", "pattern-removed"),
    (NAME, text(pattern="^a+$"), text(pattern="^b+$"), "pattern-changed", "pattern-changed"),
    (NAME, text(pattern="^a+$"), text(pattern=".*"), "pattern-generalized", "pattern-changed"),
    (NAME, text(enum=["A"]), text(enum=["A", "B"]), "enum-value-added", "enum-value-removed"),
    (NAME, text(enum=["A", "Item"]), text(enum=["A", "ITEM"]), "enum-value-renamed", "enum-value-renamed"),
    (NAME, TEXT, text(enum=["A"]), "became-enum", "no-longer-enum"),
    (
        NAME,
        text(**{"x-extensible-enum": ["A"]}),
        text(**{"x-extensible-enum": ["A", "B"]}),
        "open-enum-value-added",
        "open-enum-value-removed",
    ),
    (NAME, TEXT, text(const="A"), "const-added", "const-removed"),
    (NAME, text(const="A"), text(const="B"), "const-changed", "const-changed"),
    (NAME, TEXT, text(default="A"), "default-added", "default-removed"),
    (NAME, text(default="A"), text(default="B"), "default-changed", "default-changed"),
    (
        NAME,
        {"type": "boolean", "default": 1},
        {"type": "boolean", "default": True},
        "default-changed",
        "default-changed",
    ),
    (NAME, TEXT, text(maxLength=9), "max-length-added", "max-length-removed"),
    (NAME, text(maxLength=9), text(maxLength=10), "max-length-increased", "max-length-decreased"),
    (NAME, TEXT, text(minLength=9), "min-length-added", "min-length-removed"),
    (NAME, text(minLength=9), text(minLength=10), "min-length-increased", "min-length-decreased"),
    (f"{THING}/properties/Lines/maxItems", GONE, 3, "max-items-added", "max-items-removed"),
    (f"{THING}/properties/Lines/maxItems", 3, 4, "max-items-increased", "max-items-decreased"),
    (f"{THING}/properties/Lines/minItems", GONE, 3, "min-items-added", "min-items-removed"),
    (f"{THING}/properties/Lines/minItems", 3, 4, "min-items-increased", "min-items-decreased"),
    (f"{THING}/properties/Lines/uniqueItems", GONE, True, "items-became-unique", "items-need-not-be-unique"),
    (f"{THING}/maxProperties", GONE, 3, "max-properties-added", "max-properties-removed"),
    (f"{THING}/maxProperties", 3, 4, "max-properties-increased", "max-properties-decreased"),
    (f"{THING}/minProperties", GONE, 3, "min-properties-added", "min-properties-removed"),
    (f"{THING}/minProperties", 3, 4, "min-properties-increased", "min-properties-decreased"),
    (NAME, NUMBER, number(maximum=5), "maximum-added", "maximum-removed"),
    (NAME, number(maximum=5), number(maximum=6), "maximum-increased", "maximum-decreased"),
    (NAME, number(maximum=5), number(exclusiveMaximum=5), "maximum-decreased", "maximum-increased"),
    (NAME, number(maximum=5), number(maximum=5, exclusiveMaximum=True), "maximum-decreased", "maximum-increased"),
    (NAME, NUMBER, number(minimum=5), "minimum-added", "minimum-removed"),
    (NAME, number(minimum=5), number(minimum=6), "minimum-increased", "minimum-decreased"),
    (NAME, number(minimum=5), number(exclusiveMinimum=5), "minimum-increased", "minimum-decreased"),
    (NAME, NUMBER, number(multipleOf=2), "multiple-of-added", "multiple-of-removed"),
    (NAME, number(multipleOf=2), number(multipleOf=4), "multiple-of-narrowed", "multiple-of-widened"),
    (NAME, number(multipleOf=2), number(multipleOf=3), "multiple-of-changed", "multiple-of-changed"),
    (NAME, {}, union("oneOf", KIND, SORT), "one-of-added", "one-of-removed"),
    (NAME, {}, union("anyOf", KIND, SORT), "any-of-added", "any-of-removed"),
    (
        NAME,
        union("oneOf", KIND, SORT),
        union("oneOf", KIND, SORT, TEXT),
        "one-of-branch-added",
        "one-of-branch-removed",
    ),
    (
        NAME,
        union("anyOf", KIND, SORT),
        union("anyOf", KIND, SORT, TEXT),
        "any-of-branch-added",
        "any-of-branch-removed",
    ),
    (NAME, KIND, union("oneOf", KIND, SORT), "one-of-branch-added", "one-of-branch-removed"),
    (NAME, KIND, union("anyOf", KIND, SORT), "any-of-branch-added", "any-of-branch-removed"),
    (NAME, TEXT, text(**{"not": {"enum": ["A"]}}), "not-added", "not-removed"),
    (NAME, text(**{"not": {"enum": ["A"]}}), text(**{"not": {"enum": ["B"]}}), "not-changed", "not-changed"),
    (f"{THING}/if", GONE, {"required": ["Name"]}, "condition-added", "condition-removed"),
    (f"{THING}/properties/Lines/contains", GONE, {"const": "a"}, "condition-added", "condition-removed"),
    (f"{THING}/properties/Lines/prefixItems", GONE, [TEXT], "condition-added", "condition-removed"),
    (f"{THING}/dependentRequired", {"Name": ["ID"]}, {"Name": ["Lines"]}, "condition-changed", "condition-changed"),
    (f"{THING}/patternProperties", GONE, {"^x": TEXT}, "condition-added", "condition-removed"),
    (f"{THING}/unevaluatedProperties", GONE, False, "condition-added", "condition-removed"),
    (NAME, union("oneOf", KIND, SORT), told(propertyName="a"), "discriminator-added", "discriminator-removed"),
    (NAME, told(propertyName="a"), told(propertyName="b"), "discriminator-changed", "discriminator-changed"),
    (
        NAME,
        told(propertyName="a", mapping={}),
        told(propertyName="a", mapping={"k": "K"}),
        "discriminator-value-added",
        "discriminator-value-removed",
    ),
    (
        NAME,
        told(propertyName="a", mapping={"k": "K"}),
        told(propertyName="a", mapping={"k": "L"}),
        "discriminator-value-changed",
        "discriminator-value-changed",
    ),
    (NAME, TEXT, text(xml={"attribute": True}), "xml-added", "xml-removed"),
    (NAME, text(xml={"name": "a"}), text(xml={"name": "b"}), "xml-changed", "xml-changed"),
    (NAME, TEXT, text(contentEncoding="base64"), "content-encoding-changed", "content-encoding-changed"),
    (NAME, {"$ref": "#/nowhere"}, {"$ref": "#/else"}, "self-reference-changed", "self-reference-changed"),
    (NAME, TEXT, text(**{"x-is-date": True}), "mark-changed", "mark-changed"),
    ("/components/schemas/Spare", GONE, TEXT, "schema-added", "schema-removed"),
    (NAME, TEXT, text(description="It must be unique."), "described-differently", "described-differently"),
    (f"{LIST}/description", "May be slow.", "Only for admins.", "described-differently", "described-differently"),
    ("/security", GONE, [{"oauth": ["read"]}], "became-secured", "became-open"),
    (f"{LIST}/security", GONE, [{"oauth": ["read"]}, {"key": []}], "security-added", "security-removed"),
    ("/security", [{"oauth": ["read"]}], [{"oauth": ["read", "more"]}], "scope-added", "scope-removed"),
    ("/components/securitySchemes/key", GONE, {"type": "apiKey"}, "security-scheme-added", "security-scheme-removed"),
    (f"{OAUTH}/type", "oauth2", "http", "security-scheme-changed", "security-scheme-changed"),
    (
        f"{CODE}/tokenUrl",
        "https://a.example",
        "https://b.example",
        "security-scheme-url-changed",
        "security-scheme-url-changed",
    ),
    (f"{OAUTH}/flows/implicit", GONE, {}, "security-flow-added", "security-flow-removed"),
    (f"{CODE}/scopes/more", GONE, "more", "scheme-scope-added", "scheme-scope-removed"),
    (f"{CODE}/scopes/read", "reads", "reads all", "scheme-scope-changed", "scheme-scope-changed"),
    (
        "/servers",
        [{"url": "https://api.example/v1"}],
        [{"url": "https://api.example/v1"}, {"url": "https://b.example"}],
        "server-added",
        "server-removed",
    ),
    ("/servers/0/url", "https://api.example/v1", "https://api.example/v2", "server-changed", "server-changed"),
    ("/info/version", "1.2.3", "1.3.0", "version-changed", "version-decreased"),
    ("/info/title", "Things", "All things", "title-changed", "title-changed"),
    ("/openapi", "3.0.3", "3.1.0", "openapi-changed", "openapi-changed"),
]

SECURED = f"{POST}/parameters"


def gap(name: str) -> dict[str, Any]:
    return {"get": {"parameters": [{"in": "path", "name": name, "required": True}], "responses": {"200": {}}}}


#: several places at once, or a rule that has no way back; the classes may differ from the table's by direction
ONE_WAY: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({f"{LIST}/deprecated": True, f"{LIST}/x-sunset": "2020-01-01"}, {LIST: GONE}, "operation-removed-after-sunset"),
    ({}, {"/paths/~1things": GONE, "/paths/~1items": BASE["paths"]["/things"]}, "operation-moved"),
    ({"/paths/~1a~1{b}": gap("b")}, {"/paths/~1a~1{b}": GONE, "/paths/~1a~1{c}": gap("c")}, "path-parameter-renamed"),
    ({}, {SECURED: [query("all", required=True)]}, "required-parameter-added"),
    (
        {},
        {SECURED: [query("all", required=True, schema={"type": "boolean", "default": True})]},
        "required-parameter-with-default-added",
    ),
    ({PAGE: page(deprecated=True)}, {f"{LIST}/parameters": []}, "parameter-removed-after-deprecation"),
    ({BODY: GONE}, {f"{BODY}/required": True}, "required-request-body-added"),
    (
        {},
        {f"{LIST}/responses/200": GONE, f"{LIST}/responses/201": BASE["paths"]["/things"]["get"]["responses"]["200"]},
        "success-status-changed",
    ),
    (
        {FINE: {"content": {"application/json": {}}}},
        {FINE: {"content": {"application/json; charset=utf-8": {}}}},
        "response-media-type-renamed",
    ),
    ({f"{FINE}/headers/X-Count/required": True}, {f"{FINE}/headers": GONE}, "required-response-header-removed"),
    ({}, {f"{THING}/properties/Age": WHOLE, f"{THING}/required": ["Age"]}, "required-member-added"),
    (
        {},
        {f"{THING}/properties/Age": {**WHOLE, "default": 1}, f"{THING}/required": ["Age"]},
        "required-member-with-default-added",
    ),
    ({f"{THING}/additionalProperties": False}, {NAME: GONE}, "member-removed-and-refused"),
    ({f"{THING}/required": ["Name"]}, {NAME: GONE, f"{THING}/required": GONE}, "required-member-removed"),
    ({}, {NAME: GONE, f"{THING}/properties/FullName": TEXT}, "member-renamed"),
    ({NAME: text(default="a")}, {f"{THING}/required": ["Name"]}, "member-with-default-became-required"),
    (
        {f"{NAME}/readOnly": True, f"{THING}/required": ["Name"]},
        {f"{NAME}/readOnly": GONE},
        "required-member-became-writable",
    ),
    (
        {NAME: KIND},
        {NAME: OTHER, "/components/schemas/Other": TEXT, "/components/schemas/Kind": GONE},
        "schema-renamed",
    ),
    (
        {f"{THING}/properties/Inner": OTHER, "/components/schemas/Other": held("A")},
        {f"{THING}/properties/Inner": KIND, "/components/schemas/Kind": held("B")},
        "schema-replaced",
    ),
    ({"/paths": GONE}, {"/paths": GONE, "/components/schemas/Kind": GONE}, "schema-dropped"),
    ({}, {NAME: WHOLE}, "version-not-raised"),
    ({}, {NAME: WHOLE, "/info/version": "1.3.0"}, "major-version-not-raised"),
]

#: what only contracts of ours can say
OURS = {
    "member-required-on-create",
    "member-not-required-on-create",
    "member-write-changed",
    "member-shown-less",
    "member-shown-more",
    "list-key-changed",
    "member-in-fewer-formats",
    "member-in-more-formats",
}
#: beside what a case is about, what always comes with a change that breaks
_BESIDE = {"version-not-raised", "major-version-not-raised"}


def placed(document: dict[str, Any], pointer: str, value: Any) -> None:
    *steps, last = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    found: Any = document
    for step in steps:
        found = found[int(step)] if isinstance(found, list) else found.setdefault(step, {})
    if isinstance(found, list):
        found[int(last)] = value
    elif value is GONE:
        found.pop(last, None)
    else:
        found[last] = deepcopy(value)


def made(changes: dict[str, Any], base: dict[str, Any] = BASE) -> dict[str, Any]:
    # Through text, so that nothing is shared between two places.
    document = json.loads(json.dumps(base))
    for pointer, value in changes.items():
        placed(document, pointer, value)
    return _clean(document)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items() if each is not GONE}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def side(name: str, document: dict[str, Any], *, ours: bool = False) -> Source:
    return Source(name=name, tree=grown(name, json.dumps(document).encode()), file=name, ours=ours)


def found(old: dict[str, Any], new: dict[str, Any], resource: str = "") -> Comparison:
    return compare(side("old.json", old), side("new.json", new), resource)


def ids(comparison: Comparison) -> set[str]:
    return {each.rule for each in comparison.changes}


_NAMES = [f"{number}-{rule}" for number, (*_, rule, _) in enumerate(PAIRS)]


@pytest.mark.parametrize(("place", "old", "new", "there", "back"), PAIRS, ids=_NAMES)
def test_a_pair_has_its_rule_both_ways(place: str, old: Any, new: Any, there: str, back: str) -> None:
    one, other = made({place: old}), made({place: new})
    assert ids(found(one, other)) - _BESIDE == {there}
    assert ids(found(other, one)) - _BESIDE == {back}
    assert not found(one, one).changes
    assert not found(other, other).changes


@pytest.mark.parametrize(("old", "new", "rule"), ONE_WAY, ids=[rule for *_, rule in ONE_WAY])
def test_a_change_of_several_places_has_its_rule(old: dict[str, Any], new: dict[str, Any], rule: str) -> None:
    one = made(old)
    assert rule in ids(found(one, made(new, one)))


@pytest.mark.parametrize(
    ("keyword", "old", "new", "there", "back"),
    [
        ("x-required-on-create", GONE, True, "member-required-on-create", "member-not-required-on-create"),
        ("x-write", GONE, "uncertain", "member-write-changed", "member-write-changed"),
        ("x-shown", GONE, "full", "member-shown-less", "member-shown-more"),
        ("x-keyed-by", GONE, "A", "list-key-changed", "list-key-changed"),
        ("x-formats", GONE, ["json"], "member-in-fewer-formats", "member-in-more-formats"),
    ],
)
def test_our_extensions_count_between_documents_of_ours_alone(
    keyword: str, old: Any, new: Any, there: str, back: str
) -> None:
    one, other = made({f"{NAME}/{keyword}": old}), made({f"{NAME}/{keyword}": new})
    assert ids(compare(side("a", one, ours=True), side("b", other, ours=True))) - _BESIDE == {there}
    assert ids(compare(side("b", other, ours=True), side("a", one, ours=True))) - _BESIDE == {back}
    assert not found(one, other).changes


def test_every_rule_is_tried() -> None:
    tried = {rule for *_, there, back in PAIRS for rule in (there, back)} | {rule for *_, rule in ONE_WAY} | OURS
    behaving = {each.id for each in rules().values() if each.area == "behaviour"}
    assert rules().keys() - tried - behaving == set()
    assert tried <= rules().keys()
