"""Records: both formats say the same record, nothing is lost on the way in, nothing is added on the way out."""

from __future__ import annotations

from decimal import Decimal

import pytest
from test_wire_toy import AWKWARD, FIELDS, FULL, GUID, JSON, MOMENT, XML

from conformance.document import Record, Value
from conformance.wire import json, record, xml


def from_xml(text: str) -> Record:
    return record.from_xml(FIELDS, xml.read(f'<Thing xmlns:i="{XSI}">{text}</Thing>'.encode()))


def from_json(text: str) -> Record:
    value = json.read(text.encode())
    assert isinstance(value, dict)
    return record.from_json(FIELDS, value)


def by_xml(given: Record) -> Record:
    return record.from_xml(FIELDS, xml.read(xml.write(record.to_xml("Thing", FIELDS, given, XML))))


def by_json(given: Record) -> Record:
    value = json.read(json.write(record.to_json(FIELDS, given, JSON)))
    assert isinstance(value, dict)
    return record.from_json(FIELDS, value)


SPARSE: Record = {
    "Odd": "",
    "Title": "x",
    "Flag": "f",
    "Code": "",
    "Parts": ({"Line": "", "Kind": "LEFT"},),
    "Marks": (),
}
XSI = "http://www.w3.org/2001/XMLSchema-instance"
JOURNEYS = {"xml": by_xml, "json": by_json}


@pytest.mark.parametrize("format_name", JOURNEYS)
class TestOnTheWireAndBack:
    def test_a_full_record_is_the_same(self, format_name: str) -> None:
        assert JOURNEYS[format_name](FULL) == FULL

    @pytest.mark.parametrize("text", AWKWARD)
    def test_awkward_texts_are_the_same(self, format_name: str, text: str) -> None:
        given = {"Title": text, "Parts": ({"Kind": "LEFT", "Line": text},), "Stranger": text}
        assert JOURNEYS[format_name](given) == given

    def test_null_is_not_absent_and_not_empty(self, format_name: str) -> None:
        given: Record = {"Title": None, "Code": "", "Loud": None, "Changed": None, "Parts": (), "Terms": None}
        assert JOURNEYS[format_name](given) == given

    def test_a_null_list_is_not_an_empty_one(self, format_name: str) -> None:
        assert JOURNEYS[format_name]({"Parts": None}) == {"Parts": None}

    def test_unknown_members_are_the_same(self, format_name: str) -> None:
        given: Record = {"Title": "x", "Odd": {"A": "1", "B": {"C": None}, "D": ("1", "2")}}
        assert JOURNEYS[format_name](given) == given

    def test_values_that_do_not_fit_their_field_are_the_same(self, format_name: str) -> None:
        given: Record = {"Loud": "maybe", "Weight": "heavy", "Changed": "2010-12-17 00:36:08", "ThingKey": "none"}
        assert JOURNEYS[format_name](given) == given


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<Loud>TRUE</Loud>", {"Loud": True}),
        ("<Loud> 0\n</Loud>", {"Loud": False}),
        ("<Loud/>", {"Loud": ""}),
        ("<Loud>maybe</Loud>", {"Loud": "maybe"}),
        ("<Weight>\n1.50 </Weight>", {"Weight": Decimal("1.50")}),
        ("<Weight>NaN</Weight>", {"Weight": "NaN"}),
        ("<Weight>1_000</Weight>", {"Weight": "1_000"}),
        ("<Weight>1e9999999999</Weight>", {"Weight": "1e9999999999"}),
        ("<Weight>٣</Weight>", {"Weight": "٣"}),
        ("<Weight> </Weight>", {"Weight": ""}),
        ("<Changed>\n2010-12-17T00:36:08.747</Changed>", {"Changed": MOMENT}),
        ("<Title> 04\n</Title>", {"Title": " 04\n"}),
        ("<Title/>", {"Title": ""}),
        ('<Title i:nil="true"/>', {"Title": None}),
        ("<Title><b>x</b></Title>", {"Title": {"b": "x"}}),
        ("<Title>a</Title><Title>b</Title>", {"Title": "b"}),
        ("<title>a</title>", {"title": "a"}),
        ("<Parts/>", {"Parts": ()}),
        ("<Parts>\n</Parts>", {"Parts": ()}),
        ("<Parts>x</Parts>", {"Parts": "x"}),
        ('<Parts i:nil="1"/>', {"Parts": None}),
        ("<Parts><Other><Kind>LEFT</Kind></Other><Part/></Parts>", {"Parts": ({"Kind": "LEFT"}, {})}),
        ("<Parts><Part>x</Part></Parts>", {"Parts": ("x",)}),
        ('<Parts><Part i:nil="true"/></Parts>', {"Parts": (None,)}),
        ("<Terms/>", {"Terms": {}}),
        ("<Terms>x</Terms>", {"Terms": "x"}),
        ("<Terms><Days>7</Days></Terms>", {"Terms": {"Days": Decimal(7)}}),
        ("<Odd><A/><A>1</A><B/></Odd>", {"Odd": {"A": ("", "1"), "B": ""}}),
        ("<Odd><A><B/></A></Odd>", {"Odd": {"A": {"B": ""}}}),
    ],
)
def test_xml_is_read_as_the_fields_say(text: str, value: Value) -> None:
    assert from_xml(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"Title":12.50}', {"Title": "12.50"}),
        ('{"Title":1e2}', {"Title": "100"}),
        ('{"Title":1e999999999}', {"Title": "1E+999999999"}),
        ('{"Title":true}', {"Title": "true"}),
        ('{"Title":[1]}', {"Title": (Decimal(1),)}),
        ('{"Title":{"a":1}}', {"Title": {"a": Decimal(1)}}),
        ('{"Loud":"False"}', {"Loud": False}),
        ('{"Loud":"1"}', {"Loud": "1"}),
        ('{"Loud":1}', {"Loud": Decimal(1)}),
        ('{"Weight":"12.5"}', {"Weight": Decimal("12.5")}),
        ('{"Weight":true}', {"Weight": True}),
        ('{"Changed":"\\/Date(1292546168747+0000)\\/"}', {"Changed": MOMENT}),
        ('{"Changed":1292546168747}', {"Changed": Decimal(1292546168747)}),
        ('{"Parts":{"Kind":"LEFT"}}', {"Parts": {"Kind": "LEFT"}}),
        ('{"Parts":[null,"x",{"Spare":"true"}]}', {"Parts": (None, "x", {"Spare": True})}),
        ('{"Parts":"x"}', {"Parts": "x"}),
        ('{"Terms":[{"Days":"1"}]}', {"Terms": ({"Days": "1"},)}),
        ('{"Terms":{}}', {"Terms": {}}),
        ('{"Odd":{"a":[1,{"b":null}]}}', {"Odd": {"a": (Decimal(1), {"b": None})}}),
        ("{}", {}),
    ],
)
def test_json_is_read_as_the_fields_say(text: str, value: Value) -> None:
    assert from_json(text) == value


@pytest.mark.parametrize(
    "text",
    [GUID, GUID.upper(), GUID.replace("-", ""), f"{{{GUID.upper()}}}", f" {GUID}\n"],
)
def test_a_guid_is_read_as_it_is_spelt_and_compared_in_one_spelling(text: str) -> None:
    by_element, by_member = from_xml(f"<ThingKey>{text}</ThingKey>"), record.from_json(FIELDS, {"ThingKey": text})
    assert by_element == by_member == {"ThingKey": text}
    assert record.canonical(FIELDS, by_element) == {"ThingKey": GUID}


def test_attributes_of_a_record_are_no_members() -> None:
    assert record.from_xml(FIELDS, xml.read(b'<Thing status="ERROR"><Title>x</Title></Thing>')) == {"Title": "x"}


class TestWriting:
    def test_a_request_holds_what_the_record_holds_in_the_order_of_the_fields(self) -> None:
        written = record.to_json(FIELDS, SPARSE, XML)
        assert list(written) == ["Code", "Title", "Parts", "Marks", "Flag", "Odd"]
        assert written == SPARSE
        element = record.to_xml("Thing", FIELDS, SPARSE, XML)
        assert [each.name for each in element.children] == ["Code", "Title", "Parts", "Marks", "Flag", "Odd"]

    def test_an_answer_leaves_out_what_its_format_omits_at_any_depth(self) -> None:
        body = xml.write(record.to_xml("Thing", FIELDS, SPARSE, XML, answer=True))
        assert body.endswith(b"<Thing><Title>x</Title><Parts><Part><Kind>LEFT</Kind></Part></Parts></Thing>")

    def test_an_answer_shows_what_its_format_shows(self) -> None:
        assert record.to_json(FIELDS, SPARSE, JSON, answer=True) == SPARSE

    def test_moments_and_numbers_and_booleans_are_spelt_as_the_format_says(self) -> None:
        given: Record = {"Loud": True, "Weight": Decimal("1E+3"), "Changed": MOMENT}
        assert record.to_json(FIELDS, given, JSON)["Changed"] == "/Date(1292546168747+0000)/"
        texts = [each.text for each in record.to_xml("Thing", FIELDS, given, XML).children]
        assert texts == ["true", "1000", "2010-12-17T00:36:08.747"]

    def test_a_huge_number_is_not_written_out(self) -> None:
        element = record.to_xml("Thing", FIELDS, {"Weight": Decimal("1e999999999")}, XML)
        assert element.children[0].text == "1E+999999999"

    @pytest.mark.parametrize(
        "value", [(), ("a", ("b",)), {"a": ()}, None, "x", True, Decimal(1), MOMENT, ({},)], ids=repr
    )
    @pytest.mark.parametrize("name", ["Title", "Parts", "Terms", "Odd"])
    def test_any_value_is_written_in_any_place(self, name: str, value: Value) -> None:
        assert name.encode() in xml.write(record.to_xml("Thing", FIELDS, {name: value}, XML))
        assert name.encode() in json.write(record.to_json(FIELDS, {name: value}, JSON))
