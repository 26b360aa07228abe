"""JSON: numbers stay exact, hostile bodies are refused in one line, awkward texts survive."""

from __future__ import annotations

import json as standard
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from test_wire_toy import AWKWARD

from conformance.document import Value
from conformance.errors import Unreadable
from conformance.wire import json


def test_every_kind_of_value_is_read() -> None:
    body = b'{"a":"x","b":[1,2.50,-0.0,1e3],"c":{"d":null,"e":true,"f":false},"g":[],"h":{}, "i":[[1],[{"j":[2]}]]}'
    value = json.read(body)
    assert value == {
        "a": "x",
        "b": (Decimal(1), Decimal("2.50"), Decimal("-0.0"), Decimal("1e3")),
        "c": {"d": None, "e": True, "f": False},
        "g": (),
        "h": {},
        "i": ((Decimal(1),), ({"j": (Decimal(2),)},)),
    }
    assert isinstance(value, Mapping)
    assert isinstance(value["b"], tuple)
    assert all(isinstance(each, Decimal) for each in value["b"])


@pytest.mark.parametrize("text", ["0", "12", "0.10", "-1.50", "760.00", "1E+400", "123456789012345678901234567890.1"])
def test_numbers_are_written_as_they_were_read(text: str) -> None:
    assert json.write({"n": json.read(text.encode())}) == f'{{"n":{text}}}'.encode()


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back_and_others_read_them_too(text: str) -> None:
    body = json.write({text: (text,)})
    assert json.read(body) == {text: (text,)}
    assert standard.loads(body) == {text: [text]}


def test_a_nul_character_is_kept() -> None:
    assert json.read(json.write("a\0b")) == "a\0b"


def test_a_byte_order_mark_and_a_pair_of_surrogates_are_read() -> None:
    assert json.read(b'\xef\xbb\xbf{"a":"\\ud83d\\ude00"}') == {"a": "\U0001f600"}


def test_of_two_members_with_one_name_the_last_is_taken() -> None:
    assert json.read(b'{"a":1,"a":2}') == {"a": Decimal(2)}


HOSTILE = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t", "empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "empty"),
    "cut after a colon": (b'{"a":', "not JSON"),
    "cut in a text": (b'{"a":"b', "not JSON"),
    "too much": (b'{"a":1}}', "not JSON"),
    "single quotes": (b"{'a':1}", "not JSON"),
    "a raw control character": (b'{"a":"\x01"}', "not JSON"),
    "broken UTF-8": (b'{"a":"\xff"}', "not UTF-8"),
    "UTF-16": (b'\xff\xfe{\x00"\x00', "not UTF-8"),
    "not a number": (b'{"a":NaN}', "NaN"),
    "infinity": (b'{"a":-Infinity}', "Infinity"),
    "half a pair": (b'{"a":"\\ud800"}', "surrogate"),
    "half a pair in a name": (b'{"\\uDFFF":1}', "surrogate"),
    "an exponent beyond all": (b"[1e99999999999999999999]", "number"),
    "65 levels": (b"[" * 65 + b"]" * 65, "nested"),
    "100000 lists": (b"[" * 100_000 + b"]" * 100_000, "nested"),
    "100000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested"),
    "100000 lists never closed": (b"[" * 100_000, "nested"),
    "20 MB": (b'"' + b"a" * 20_000_000 + b'"', "larger"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_is_refused_in_one_line(name: str) -> None:
    body, cause = HOSTILE[name]
    with pytest.raises(Unreadable, match=cause) as caught:
        json.read(body)
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_64_levels_are_read() -> None:
    assert json.write(json.read(b"[" * 64 + b"]" * 64)) == b"[" * 64 + b"]" * 64


def test_huge_exponents_cost_nothing() -> None:
    began = time.perf_counter()
    assert json.write(json.read(b"[1e999999999, -1E-999999999]")) == b"[1E+999999999,-1E-999999999]"
    assert time.perf_counter() - began < 1


def test_half_a_surrogate_pair_of_ours_is_written_as_an_escape() -> None:
    assert json.write("\ud800") == b'"\\ud800"'


def test_any_mapping_is_an_object() -> None:
    assert json.write(MappingProxyType({"a": True, "b": None, "c": False})) == b'{"a":true,"b":null,"c":false}'


@pytest.mark.parametrize("value", [datetime(2010, 1, 1, tzinfo=UTC), Decimal("NaN"), Decimal("Infinity")], ids=str)
def test_what_json_cannot_hold_is_a_mistake_of_ours(value: Value) -> None:
    with pytest.raises(TypeError):
        json.write(value)
