"""XML: the parser gives nothing away to a hostile body, reads what real servers send, and writes what all can read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import etree
from test_wire_toy import AWKWARD

from conformance.errors import Unreadable
from conformance.wire import xml
from conformance.wire.xml import Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"


def test_names_lose_their_namespace_and_attributes_too() -> None:
    body = f'<a xmlns="urn:x" xmlns:y="urn:y" xmlns:i="{XSI}" z="1"><y:b i:nil="true"/><c i:type="y:d">e</c></a>'
    assert xml.read(body.encode()) == Element(
        "a",
        children=(Element("b", attributes=(("nil", "true"),)), Element("c", "e", attributes=(("type", "y:d"),))),
        attributes=(("z", "1"),),
    )


def test_comments_and_instructions_are_skipped_and_texts_kept_exactly() -> None:
    inner = b"<!-- b --> <c> d<!-- e -->f<![CDATA[ <g> ]]>\n</c><?h?>"
    body = b"<?xml version='1.0'?><!-- x --><?y z?><a>" + inner + b"</a><!-- i -->"
    assert xml.read(body) == Element("a", children=(Element("c", " df <g> \n"),))


def test_the_last_child_of_a_name_is_found() -> None:
    root = xml.read(b"<a><b>1</b><b>2</b></a>")
    assert root.child("b") == Element("b", "2")
    assert root.child("c") is None


@pytest.mark.parametrize(("word", "null"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_nil_means_null(word: str, null: bool) -> None:
    assert xml.read(f'<a xmlns:xsi="{XSI}" xsi:nil="{word}"/>'.encode()).null is null


@pytest.mark.parametrize("claim", ["utf-16", "UTF-16", "utf-16le"])
def test_a_prolog_that_claims_utf_16_over_utf_8_is_read(claim: str) -> None:
    body = f'<?xml version="1.0" encoding="{claim}"?>\n<a>né</a>'
    assert xml.read(body.encode()) == Element("a", "né")
    assert xml.read(body.encode("utf-8-sig")) == Element("a", "né")


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_an_encoding_that_is_what_it_claims_is_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    assert xml.read(f'<?xml version="1.0" encoding="{name}"?><a>né</a>'.encode(encoding)) == Element("a", "né")


BOMB = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))


HOSTILE = {
    "nothing": (b"", "empty"),
    "white space": (b" \n", "empty"),
    "cut": (b"<a>", "not XML"),
    "crossed": (b"<a><b></a>", "not XML"),
    "two roots": (b"<a/><b/>", "not XML"),
    "an unknown entity": (b"<a>&b;</a>", "not XML"),
    "an attribute twice": (b"<a b='1' b='2'/>", "not XML"),
    "plain text": (b"plain", "not XML"),
    "broken UTF-8": (b"<a>\xff</a>", "not XML"),
    "half a UTF-8 character": (b"<a>\xc3</a>", "not XML"),
    "a NUL": (b"<a>\x00</a>", "not XML"),
    "a NUL by number": (b"<a>&#0;</a>", "not XML"),
    "half a pair": (b"<a>&#xD800;</a>", "not XML"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "not XML"),
    "a document type": (b"<!DOCTYPE a><a/>", "DOCTYPE"),
    "a document type elsewhere": (b'<!-- x --><!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd"><a/>', "DOCTYPE"),
    "a document type in UTF-16": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        "DOCTYPE",
    ),
    "an entity": (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
    "an entity bomb": (f'<!DOCTYPE a [<!ENTITY e0 "x">{BOMB}]><a>&e12;</a>'.encode(), "DOCTYPE|not XML"),
    "an entity bomb in an attribute": (
        f'<!DOCTYPE a [<!ENTITY e0 "x">{BOMB}]><a b="&e12;"/>'.encode(),
        "DOCTYPE|not XML",
    ),
    "65 levels": (b"<a>" * 65 + b"</a>" * 65, "nested"),
    "100000 levels": (b"<a>" * 100_000 + b"</a>" * 100_000, "not XML"),
    "20 MB": (b"<a>" + b"b" * 20_000_000 + b"</a>", "larger"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_is_refused_in_one_line_and_soon(name: str) -> None:
    body, cause = HOSTILE[name]
    began = time.perf_counter()
    with pytest.raises(Unreadable, match=cause) as caught:
        xml.read(body)
    assert time.perf_counter() - began < 2
    assert len(str(caught.value)) < 200
    assert "\n" not in str(caught.value)


def test_an_external_entity_never_reaches_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    with pytest.raises(Unreadable, match="DOCTYPE") as caught:
        xml.read(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]><a>&b;</a>'.encode())
    assert "hidden" not in str(caught.value)


def test_64_levels_are_read() -> None:
    assert xml.read(b"<a>" * 64 + b"</a>" * 64).name == "a"


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("pretty", [False, True])
def test_awkward_texts_come_back_and_others_read_them_too(text: str, pretty: bool) -> None:
    root = Element("a", children=(Element("b", text, attributes=(("c", text),)),))
    body = xml.write(root, pretty=pretty)
    assert xml.read(body) == root
    other = etree.fromstring(body)[0]
    assert (other.text or "", other.get("c")) == (text, text)


def test_what_is_written_looks_like_this() -> None:
    root = Element("a", children=(Element("b", "1"), Element("c", children=(Element("d"),))))
    assert xml.write(root) == b'<?xml version="1.0" encoding="utf-8"?>\n<a><b>1</b><c><d/></c></a>'
    pretty = b'<?xml version="1.0" encoding="utf-8"?>\n<a>\n  <b>1</b>\n  <c>\n    <d/>\n  </c>\n</a>'
    assert xml.write(root, pretty=True) == pretty


def test_nil_and_type_are_those_of_xml_schema() -> None:
    root = Element(
        "a", children=(Element("b", attributes=(("nil", "true"),)), Element("c", attributes=(("type", "d"),)))
    )
    body = xml.write(root)
    assert body.count(b"xmlns:xsi") == 1
    assert etree.fromstring(body)[0].get(f"{{{XSI}}}nil") == "true"
    assert etree.fromstring(body)[1].get(f"{{{XSI}}}type") == "d"
    assert xml.read(body) == root


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    body = xml.write(Element("a", "b\0c\x1bd\ud800e\ufffef", attributes=(("g", "\0h"),)))
    assert xml.read(body) == Element("a", "bcdef", attributes=(("g", "h"),))


@pytest.mark.parametrize(
    ("name", "written"),
    [("", "_"), ("a b", "a_b"), ("<a>", "_a_"), ("1a", "_1a"), ("a:b", "a_b"), ("Größe", "Größe"), ("\0", "_")],
)
def test_a_name_that_xml_does_not_allow_becomes_the_nearest(name: str, written: str) -> None:
    assert xml.read(xml.write(Element(name, attributes=((name, "x"),)))) == Element(
        written, attributes=((written, "x"),)
    )
