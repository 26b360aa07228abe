"""The normal form: what means the same compares equal, what does not never does."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from test_wire_toy import FIELDS, FULL, JSON, XML

from conformance.document import Record, Value
from conformance.wire import record
from conformance.wire.scalar import ZERO_GUID


@pytest.mark.parametrize("value", [None, "", (), {}, ZERO_GUID, {"Days": None}, ({"Kind": "LEFT"},), "\n"], ids=repr)
@pytest.mark.parametrize("name", ["ThingKey", "Title", "Parts", "Terms"])
def test_nothing_in_any_spelling_is_left_out(name: str, value: Value) -> None:
    if not (isinstance(value, tuple) and value and name != "Parts"):
        assert record.canonical(FIELDS, {name: value}) == {}


def test_unknown_members_are_left_out() -> None:
    assert record.canonical(FIELDS, {"Odd": "x"}) == {}


def test_false_says_something_in_the_record_and_nothing_inside_it() -> None:
    given: Record = {"Loud": False, "Terms": {"Spare": False}, "Parts": ({"Kind": "LEFT", "Spare": False},)}
    assert record.canonical(FIELDS, given) == {"Loud": False}


def test_keyed_lists_have_no_order_and_no_empty_items() -> None:
    left: Record = {"Kind": "Left", "Line": "x"}
    right: Record = {"Kind": "RIGHT", "Spare": True}
    expected = {"Parts": {"LEFT": {"Line": "x"}, "RIGHT": {"Spare": True}}}
    assert record.canonical(FIELDS, {"Parts": (right, {"Kind": "MIDDLE", "Line": ""}, left)}) == expected
    assert record.canonical(FIELDS, {"Parts": (left, right)}) == expected


def test_an_item_never_hides_another_of_its_key() -> None:
    items = ({"Kind": "LEFT", "Line": "x"}, {"Kind": "LEFT", "Line": "x"}, {"Kind": "LEFT", "Line": "a"}, "odd")
    expected = {"": "odd", "LEFT": {"Line": "a"}, "LEFT (2)": {"Line": "x"}, "LEFT (3)": {"Line": "x"}}
    assert record.canonical(FIELDS, {"Parts": items}) == {"Parts": expected}
    assert record.canonical(FIELDS, {"Parts": items[::-1]}) == {"Parts": expected}


def test_other_lists_are_sorted() -> None:
    one = record.canonical(FIELDS, {"Marks": ({"Word": "b"}, {}, {"Word": "a"})})
    assert one == {"Marks": ({"Word": "a"}, {"Word": "b"})}


@pytest.mark.parametrize(
    ("text", "normal"), [("a\n", "a"), ("a\r\n", "a"), ("a\r\nb", "a\nb"), (" a ", " a "), ("a\n\n", "a\n")]
)
def test_texts_lose_the_line_end_at_their_end_and_nothing_else(text: str, normal: str) -> None:
    assert record.canonical(FIELDS, {"Title": text}) == {"Title": normal}


@pytest.mark.parametrize(
    ("number", "normal"),
    [
        ("1.50", "1.5"),
        ("1E+2", "100"),
        ("20", "20"),
        ("10", "10"),
        ("-0.00", "0"),
        ("1e999999999", "1E+999999999"),
        ("0.1234567890123456789012345678901234567890", "0.123456789012345678901234567890123456789"),
        ("1234567890123456789012345678901234567891", "1234567890123456789012345678901234567891"),
    ],
)
def test_numbers_have_one_spelling_and_all_their_digits(number: str, normal: str) -> None:
    assert str(record.canonical(FIELDS, {"Weight": Decimal(number)})["Weight"]) == normal


def test_moments_are_as_exact_as_both_formats_can_say() -> None:
    given: Record = {"Changed": datetime(2010, 1, 1, 0, 0, 0, 123999, tzinfo=UTC)}
    assert record.canonical(FIELDS, given) == {"Changed": datetime(2010, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)}


def test_both_formats_have_one_normal_form() -> None:
    answers = (
        record.from_xml(FIELDS, record.to_xml("Thing", FIELDS, FULL, XML, answer=True)),
        record.from_json(FIELDS, record.to_json(FIELDS, FULL, JSON, answer=True)),
    )
    normal = [record.canonical(FIELDS[:-1], each) for each in answers]
    assert normal[0] == normal[1] == record.canonical(FIELDS[:-1], FULL)
    assert repr(normal[0]) == repr(normal[1])
