"""A change counts where it is used: directions, shared places, addresses, renames, slices, order."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import Any

import pytest

from conformance.diff.comparison import compare
from conformance.diff.rulebook import Impact
from conformance.diff.source import Source
from conformance.diff.tree import grown

SAFE, RISKY, BREAKING = Impact.SAFE, Impact.RISKY, Impact.BREAKING


def document(thing: dict[str, Any], *, sent: bool = True, read: bool = True, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    call: dict[str, Any] = {"responses": {"200": {"content": content} if read else {}}}
    if sent:
        call["requestBody"] = {"content": content}
    schemas = {"Thing": {"type": "object", **thing}, **more.pop("schemas", {})}
    return {"openapi": "3.0.3", "paths": {"/things": {"post": call}}, "components": {"schemas": schemas}, **more}


def named(member: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"properties": {"Name": member}, **more}


def side(data: dict[str, Any], name: str = "x") -> Source:
    return Source(name=name, tree=grown(name, json.dumps(data, indent=1).encode()), file=name)


def told(old: dict[str, Any], new: dict[str, Any], resource: str = "") -> dict[str, tuple[Impact, Impact]]:
    return {each.rule: (each.senders, each.readers) for each in compare(side(old), side(new), resource).changes}


NARROWED = (named({"type": "string", "maxLength": 500}), named({"type": "string", "maxLength": 255}))
WIDER = (named({"type": "string", "enum": ["A"]}), named({"type": "string", "enum": ["A", "B"]}))


@pytest.mark.parametrize(
    ("pair", "sent", "read", "rule", "expected"),
    [
        (NARROWED, True, False, "max-length-decreased", (BREAKING, SAFE)),
        (NARROWED, False, True, "max-length-decreased", (SAFE, SAFE)),
        (NARROWED, True, True, "max-length-decreased", (BREAKING, SAFE)),
        (NARROWED[::-1], True, False, "max-length-increased", (SAFE, SAFE)),
        (NARROWED[::-1], False, True, "max-length-increased", (SAFE, BREAKING)),
        (WIDER, True, False, "enum-value-added", (SAFE, SAFE)),
        (WIDER, False, True, "enum-value-added", (SAFE, BREAKING)),
        (WIDER[::-1], True, False, "enum-value-removed", (BREAKING, SAFE)),
        (WIDER[::-1], False, True, "enum-value-removed", (SAFE, SAFE)),
    ],
)
def test_it_breaks_those_whom_it_reaches(
    pair: tuple[dict[str, Any], ...], sent: bool, read: bool, rule: str, expected: tuple[Impact, Impact]
) -> None:
    old, new = (document(each, sent=sent, read=read) for each in pair)
    assert told(old, new) == {rule: expected}


def test_what_is_read_only_is_no_part_of_a_request() -> None:
    mark = {"readOnly": True}
    old, new = (document(named({"type": "string", "maxLength": most, **mark})) for most in (500, 255))
    assert told(old, new) == {"max-length-decreased": (SAFE, SAFE)}
    old, new = (
        document(named({"type": "string", **mark})),
        document(named({"type": "string", **mark}, required=["Name"])),
    )
    assert told(old, new) == {"member-became-required": (SAFE, SAFE)}
    old, new = document({}), document(named({"type": "string", **mark}, required=["Name"]))
    assert told(old, new) == {"member-added": (SAFE, SAFE)}
    old, new = document(named({"type": "string", **mark})), document({"properties": {}})
    assert told(old, new) == {"member-removed": (SAFE, BREAKING)}


def test_what_is_write_only_is_no_part_of_an_answer() -> None:
    old, new = document(named({"type": "string", "writeOnly": True})), document({"properties": {}})
    assert told(old, new) == {"member-removed": (RISKY, SAFE)}


def test_becoming_read_only_breaks_senders_also_by_a_reference() -> None:
    schemas = {"Kind": {"type": "string"}}
    plain, marked = {"$ref": "#/components/schemas/Kind"}, {"$ref": "#/components/schemas/Kind", "readOnly": True}
    old, new = document(named(plain), schemas=schemas), document(named(marked), schemas=schemas)
    assert told(old, new) == {"member-became-read-only": (BREAKING, SAFE)}
    assert told(new, old) == {"member-became-writable": (SAFE, SAFE)}


def test_a_shared_place_is_told_once_with_the_operations_counted() -> None:
    def paths(thing: dict[str, Any]) -> dict[str, Any]:
        one = document(thing)
        one["paths"] |= {f"/more{number}": one["paths"]["/things"] for number in range(11)}
        return one

    [change] = compare(side(paths(NARROWED[0])), side(paths(NARROWED[1]))).changes
    assert change.sentence == "Thing.Name: maxLength 500 -> 255"
    assert (change.requests, change.answers, change.sender) == (12, 12, "POST /things")
    assert change.old.pointer == change.new.pointer == "/components/schemas/Thing/properties/Name"
    assert change.new.line > 0


def test_a_schema_that_holds_itself_is_followed_once() -> None:
    again = {"Again": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}
    old, new = (document({"properties": {**again, **each["properties"]}}) for each in NARROWED)
    assert told(old, new) == {"max-length-decreased": (BREAKING, SAFE)}


def test_parts_of_all_of_count_as_one_schema() -> None:
    whole = document(named({"type": "string"}, required=["Name"]))
    part = {"type": "object", "properties": {"Name": {"type": "string"}}}
    parts = document({"allOf": [{"$ref": "#/components/schemas/Part"}], "required": ["Name"]}, schemas={"Part": part})
    assert told(whole, parts) == {"schema-added": (SAFE, SAFE)} or told(whole, parts) == {}


def test_nullable_is_one_thing_in_3_0_and_3_1() -> None:
    old = document(named({"type": "string", "nullable": True}))
    new = document(named({"type": ["string", "null"]}), openapi="3.1.0")
    assert told(old, new) == {"openapi-changed": (SAFE, SAFE)}


def test_an_excluded_bound_is_one_thing_in_3_0_and_3_1() -> None:
    old = document(named({"type": "number", "maximum": 5, "exclusiveMaximum": True}))
    new = document(named({"type": "number", "exclusiveMaximum": 5}))
    assert told(old, new) == {}


@pytest.mark.parametrize("word", ["description", "summary", "example", "x-example", "x-isObjectID", "title"])
def test_remarks_change_nothing(word: str) -> None:
    old, new = (
        document(named({"type": "string", word: "a few words"})),
        document(named({"type": "string", word: "others"})),
    )
    assert told(old, new) == {}


def test_an_address_is_the_same_with_and_without_its_base() -> None:
    server = [{"url": "https://api.example/api.xro/2.0"}]
    plain = {"openapi": "3.0.0", "paths": {"/Things/{ID}": {"get": {"responses": {"200": {}}}}}, "servers": server}
    full = {"openapi": "3.0.0", "paths": {"/api.xro/2.0/Things/{Other}": {"get": {"responses": {"200": {}}}}}}
    assert told(plain, full) == {}
    assert told(full, plain) == {}
    slice_ = {key: value for key, value in plain.items() if key != "servers"}
    assert told(slice_, full) == {}


def test_paths_that_differ_in_a_gap_alone_are_told_apart() -> None:
    def twins(**ids: str) -> dict[str, Any]:
        gets = {
            f"/Things/{{{gap}}}": {"get": {"operationId": id_, "responses": {"200": {}}}} for gap, id_ in ids.items()
        }
        return {"openapi": "3.0.0", "paths": gets}

    assert told(twins(ID="a", Number="b"), twins(Number="b", ID="a")) == {}
    assert told(twins(ID="a", Number="b"), twins(ID="a")) == {"operation-removed": (BREAKING, BREAKING)}


def test_a_rename_needs_evidence() -> None:
    old = document({"properties": {"Colour": {"type": "string", "maxLength": 7}, "Size": {"type": "number"}}})
    new = document({"properties": {"Colours": {"type": "string", "maxLength": 7}, "Size": {"type": "number"}}})
    assert told(old, new) == {"member-renamed": (BREAKING, BREAKING)}
    other = document({"properties": {"Weight": {"type": "string", "maxLength": 7}, "Size": {"type": "number"}}})
    assert set(told(old, other)) == {"member-removed", "member-added"}
    typed = document({"properties": {"Colours": {"type": "integer"}, "Size": {"type": "number"}}})
    assert set(told(old, typed)) == {"member-removed", "member-added"}


def test_components_alone_go_both_ways() -> None:
    old, new = (
        {"openapi": "3.0.0", "components": {"schemas": {"Thing": {"type": "object", **each}}}} for each in NARROWED
    )
    found = compare(side(old), side(new))
    assert [(each.rule, each.senders) for each in found.changes] == [("max-length-decreased", BREAKING)]
    assert all("no operations" in each for each in found.notes)
    assert told(old, document(NARROWED[1]))["max-length-decreased"] == (BREAKING, SAFE)


def test_what_no_operation_uses_breaks_nobody() -> None:
    spare = ({"Spare": {"type": "string"}}, {"Spare": {"type": "integer"}})
    old, new = (document({}, schemas=each) for each in spare)
    assert told(old, new) == {"type-changed": (SAFE, SAFE)}


def test_one_resource_is_what_its_operations_reach() -> None:
    def both(things: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
        one = document(things, schemas={"Other": {"type": "object", **others}})
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Other"}}}
        one["paths"]["/others"] = {"get": {"responses": {"200": {"content": content}}}}
        one["paths"]["/others/{ID}/things"] = one["paths"]["/others"]
        return one

    old, new = both(NARROWED[0], WIDER[0]), both(NARROWED[1], WIDER[1])
    assert set(told(old, new)) == {"max-length-decreased", "enum-value-added"}
    assert set(told(old, new, "things")) == {"max-length-decreased"}
    assert set(told(old, new, "Others")) == {"enum-value-added"}


def test_a_security_change_of_all_operations_is_told_once() -> None:
    def secured(scope: str) -> dict[str, Any]:
        one = document({})
        one["paths"]["/more"] = json.loads(json.dumps(one["paths"]["/things"]))
        for item in one["paths"].values():
            item["post"]["security"] = [{"oauth": [scope]}]
        return one

    changes = compare(side(secured("a")), side(secured("b"))).changes
    assert [(each.rule, each.requests) for each in changes] == [("scope-added", 2), ("scope-removed", 2)]


PROGRAM = """
import json, sys
from conformance.diff.comparison import compare
from conformance.diff.source import Source
from conformance.diff.tree import grown
sides = [Source(name=each, tree=grown(each, open(each, "rb").read())) for each in sys.argv[1:]]
for each in compare(*sides).changes:
    print(each)
"""


def test_the_order_is_the_same_in_every_process(tmp_path: Any) -> None:
    draw = random.Random(1)
    properties = {f"P{number}": {"type": "string", "maxLength": draw.randint(1, 9)} for number in range(40)}
    later = {name: {"type": "string", "maxLength": draw.randint(1, 9)} for name in sorted(properties)}
    for name, held in (("old", properties), ("new", later)):
        (tmp_path / name).write_text(json.dumps(document({"properties": held})))
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "old"), str(tmp_path / "new")]
    runs = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1
    assert runs.pop().count("\n") > 10
