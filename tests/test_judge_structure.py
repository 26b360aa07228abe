"""One member of a body against its field: limits bind requests, kinds bind answers as well."""

from __future__ import annotations

from typing import Any

import pytest
from test_judge import GUID, NEWEST, OLDER, Body, answering, codes, enveloped, judged, writing, xml_answer

from conformance.contract.model import Kind, Role
from conformance.rules.registry import contract

# ---------------------------------------------------------------- limits of requests

LIMITED = [
    (generation, field.name, field.max_length)
    for generation in (OLDER, NEWEST)
    for field in contract(generation).resource.fields
    if field.max_length
]


@pytest.mark.parametrize("wide", ["x", "\U0001f600"], ids=["ascii", "emoji"])
@pytest.mark.parametrize(("generation", "name", "limit"), LIMITED)
def test_a_text_is_too_long_by_one_character_and_not_at_the_limit(
    generation: str, name: str, limit: int, wide: str
) -> None:
    for body in (
        {"Name": "n", name: wide * limit},
        f"<Contact><Name>n</Name><{name}>{wide * limit}</{name}></Contact>",
    ):
        whole = body if isinstance(body, dict) or name != "Name" else body.replace("<Name>n</Name>", "")
        assert judged(generation, writing(generation, whole)) == ()
    (found,) = judged(generation, writing(generation, {"Name": "n", name: wide * (limit + 1)}))
    assert (found.code, found.path) == (f"too-long:{name}", f"request[0].{name}")
    assert f"{limit + 1} characters" in found.sentence


def test_limits_hold_inside_lists_and_the_path_says_where() -> None:
    body = {"Name": "n", "Addresses": [{"AddressType": "POBOX"}, {"AddressType": "STREET", "City": "c" * 256}]}
    (found,) = judged(NEWEST, writing(NEWEST, body))
    assert (found.code, found.path) == ("too-long:Addresses.City", "request[0].Addresses[1].City")


@pytest.mark.parametrize("generation", [OLDER, NEWEST])
def test_a_value_that_is_no_choice_is_found_and_an_empty_one_is_not(generation: str) -> None:
    bad: Body = "<Contact><Name>n</Name><Phones><Phone><PhoneType>HOME</PhoneType></Phone></Phones></Contact>"
    assert codes(judged(generation, writing(generation, bad))) == ["not-a-choice:Phones.PhoneType"]
    assert codes(judged(generation, writing(generation, {"Name": "n", "ContactStatus": "active"}))) == [
        "not-a-choice:ContactStatus"
    ]
    for value in ("", None, "ARCHIVED"):
        assert judged(generation, writing(generation, {"Name": "n", "ContactStatus": value})) == ()


def test_a_list_may_not_hold_more_than_its_limit() -> None:
    for count, expected in ((5, []), (6, ["too-many:ContactPersons"])):
        body = {"Name": "n", "ContactPersons": [{"FirstName": "f"}] * count}
        assert codes(judged(NEWEST, writing(NEWEST, body))) == expected


def test_a_call_for_one_record_takes_one() -> None:
    for count, expected in ((1, []), (2, ["too-many-records"])):
        body = {"Contacts": [{"FirstName": "f"}] * count}
        assert codes(judged(NEWEST, writing(NEWEST, body, Role.UPDATE))) == expected


@pytest.mark.parametrize("generation", [OLDER, NEWEST])
def test_an_element_that_is_unknown_or_stands_twice_is_found_in_xml_alone(generation: str) -> None:
    body = (
        "<Contact><Name>n</Name><Nmae>n</Nmae><Name>m</Name><Phones><Telephone/>"
        "<Phone><phoneType>DDI</phoneType></Phone></Phones></Contact>"
    )
    assert codes(judged(generation, writing(generation, body))) == [
        "unknown-element:Nmae",
        "repeated-element:Name",
        "unknown-element:Phones.Telephone",
        "unknown-element:Phones.phoneType",
    ]
    unknown = {"Name": "n", "Nmae": "n", "Phones": [{"phoneType": "DDI"}]}
    assert judged(generation, writing(generation, unknown)) == ()


# ---------------------------------------------------------------- kinds, in requests and in answers

WRONG_IN_JSON: list[tuple[dict[str, Any], str]] = [
    ({"IsSupplier": "false"}, "boolean-as-text:IsSupplier"),
    ({"IsSupplier": "maybe"}, "not-boolean:IsSupplier"),
    ({"IsSupplier": 0}, "not-boolean:IsSupplier"),
    ({"IsSupplier": ""}, "not-boolean:IsSupplier"),
    ({"Discount": "2.5"}, "number-as-text:Discount"),
    ({"Discount": "much"}, "not-number:Discount"),
    ({"Discount": True}, "not-number:Discount"),
    ({"UpdatedDateUTC": "yesterday"}, "not-moment:UpdatedDateUTC"),
    ({"UpdatedDateUTC": "2026-02-30T00:00:00"}, "not-moment:UpdatedDateUTC"),
    ({"UpdatedDateUTC": 1573755038314}, "not-moment:UpdatedDateUTC"),
    ({"ContactID": "7"}, "not-guid:ContactID"),
    ({"ContactID": ""}, "not-guid:ContactID"),
    ({"Name": 7}, "not-text:Name"),
    ({"Name": ["n"]}, "not-text:Name"),
    ({"Phones": {"PhoneType": "DDI"}}, "not-list:Phones"),
    ({"Phones": ["555"]}, "not-objects:Phones"),
    ({"PaymentTerms": "later"}, "not-object:PaymentTerms"),
    ({"PaymentTerms": {"Bills": {"Day": "20"}}}, "number-as-text:PaymentTerms.Bills.Day"),
    ({"ContactPersons": [{"IncludeInEmails": "true"}]}, "boolean-as-text:ContactPersons.IncludeInEmails"),
]
WRONG_IN_XML = [
    ("<IsSupplier>True</IsSupplier>", "not-boolean:IsSupplier"),
    ("<IsSupplier>no</IsSupplier>", "not-boolean:IsSupplier"),
    ("<Discount>much</Discount>", "not-number:Discount"),
    ("<UpdatedDateUTC>yesterday</UpdatedDateUTC>", "not-moment:UpdatedDateUTC"),
    ("<ContactID>7</ContactID>", "not-guid:ContactID"),
    ("<Name><b>n</b></Name>", "not-text:Name"),
    ("<Phones>555</Phones>", "not-list:Phones"),
    ("<Phones><Phone>555</Phone></Phones>", "not-objects:Phones"),
    ("<PaymentTerms>later</PaymentTerms>", "not-object:PaymentTerms"),
    ("<PaymentTerms><Bills><Day>x</Day></Bills></PaymentTerms>", "not-number:PaymentTerms.Bills.Day"),
]
RIGHT_IN_JSON: list[dict[str, Any]] = [
    {"IsSupplier": False, "Discount": 2.5, "UpdatedDateUTC": "/Date(1573755038314+0000)/", "ContactID": GUID},
    {"UpdatedDateUTC": "2026-01-01T00:00:00", "ContactID": GUID.replace("-", "").upper(), "Phones": []},
    {field.name: None for field in contract(NEWEST).resource.fields},
]
RIGHT_IN_XML = [
    "<IsSupplier>1</IsSupplier><IsCustomer> true </IsCustomer><Discount>2.50</Discount>",
    "".join(f"<{field.name}/>" for field in contract(NEWEST).resource.fields),
    '<IsSupplier xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/><Phones/><PaymentTerms/>',
]


@pytest.mark.parametrize(("record", "code"), WRONG_IN_JSON, ids=[str(row[0]) for row in WRONG_IN_JSON])
def test_a_member_of_another_kind_is_found_in_json(record: dict[str, Any], code: str) -> None:
    assert codes(judged(NEWEST, answering(NEWEST, enveloped(record)))) == [code]
    asked = judged(NEWEST, writing(NEWEST, {"Contacts": [record]}))
    assert codes(each for each in asked if each.clause == "structure") == [code]


@pytest.mark.parametrize(("members", "code"), WRONG_IN_XML, ids=[row[0] for row in WRONG_IN_XML])
def test_a_member_of_another_kind_is_found_in_xml(members: str, code: str) -> None:
    contact = f"<Contact>{members}</Contact>"
    assert codes(judged(NEWEST, answering(NEWEST, xml_answer(contact)))) == [code]
    asked = judged(NEWEST, writing(NEWEST, contact))
    assert codes(each for each in asked if each.clause == "structure") == [code]


@pytest.mark.parametrize("record", RIGHT_IN_JSON, ids=["values", "other-spellings", "nulls"])
def test_every_spelling_that_is_in_use_in_json_passes(record: dict[str, Any]) -> None:
    assert judged(NEWEST, answering(NEWEST, enveloped(record))) == ()


@pytest.mark.parametrize("members", RIGHT_IN_XML, ids=["values", "empty", "nil"])
def test_every_spelling_that_is_in_use_in_xml_passes(members: str) -> None:
    assert judged(NEWEST, answering(NEWEST, xml_answer(f"<Contact>{members}</Contact>"))) == ()


def test_no_kind_of_field_goes_without_a_wrong_value() -> None:
    assert {field.kind for field in contract(NEWEST).resource.fields} == set(Kind)
    assert {code.partition(":")[0].removeprefix("not-") for _, code in WRONG_IN_JSON} >= {kind.value for kind in Kind}
