"""Bodies: what is written is read back, and every shape that a server was ever seen to answer in is understood."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from test_wire_toy import CONTRACT

from conformance.document import Record
from conformance.errors import Unreadable
from conformance.exchange import Headers, Response
from conformance.rules.registry import contract
from conformance.wire import envelope, xml
from conformance.wire.envelope import Answer, RequestBody, Stamp

MOMENT = datetime(2010, 12, 21, 0, 58, 58, 797000, tzinfo=UTC)
STAMP = Stamp(identifier="i-1", moment=MOMENT, provider="P & Q")
ONE: Record = {"Code": "1", "Title": "x & y", "Loud": True}
TWO: Record = {"Code": "2", "Parts": ({"Kind": "LEFT"},)}
BOTH = pytest.mark.parametrize("format_name", ["xml", "json"])


def answer(body: bytes | str, status: int = 200, media_type: str = "") -> Answer:
    headers = Headers((("Content-Type", media_type),)) if media_type else Headers()
    given = body.encode() if isinstance(body, str) else body
    return envelope.read_answer(CONTRACT, Response(status=status, headers=headers, body=given))


class TestRequests:
    @BOTH
    @pytest.mark.parametrize("records", [(), (ONE,), (ONE, TWO)], ids=len)
    def test_a_list_is_read_as_it_was_written(self, format_name: str, records: tuple[Record, ...]) -> None:
        body = envelope.write_request(CONTRACT, format_name, records)
        assert envelope.read_request(CONTRACT, format_name, body) == RequestBody(records=records)

    @BOTH
    def test_one_record_without_a_list_is_read_as_it_was_written(self, format_name: str) -> None:
        body = envelope.write_request(CONTRACT, format_name, (ONE,), bare=True)
        assert envelope.read_request(CONTRACT, format_name, body) == RequestBody(records=(ONE,), bare=True)

    @BOTH
    def test_a_body_without_a_list_cannot_hold_two(self, format_name: str) -> None:
        with pytest.raises(ValueError, match="one record, not 2"):
            envelope.write_request(CONTRACT, format_name, (ONE, TWO), bare=True)

    @pytest.mark.parametrize(
        ("body", "records"),
        [
            ('{"Things":{"Code":"1"}}', ({"Code": "1"},)),
            ('{"Things":null}', ()),
            ('{"Things":[]}', ()),
            ('{"Things":[{}]}', ({},)),
        ],
    )
    def test_other_lists_in_json_are_read(self, body: str, records: tuple[Record, ...]) -> None:
        assert envelope.read_request(CONTRACT, "json", body.encode()) == RequestBody(records=records)

    @pytest.mark.parametrize("body", ["", "[]", '"x"', "1", "null", '{"Things":[1]}', '{"Things":"x"}', "<Things/>"])
    def test_anything_else_in_json_is_unreadable(self, body: str) -> None:
        with pytest.raises(Unreadable):
            envelope.read_request(CONTRACT, "json", body.encode())

    @pytest.mark.parametrize(
        "body", ["", "<things/>", "<Reply/>", "<Things>x</Things>", "<Things><thing/></Things>", '{"Things":[]}']
    )
    def test_anything_else_in_xml_is_unreadable(self, body: str) -> None:
        with pytest.raises(Unreadable):
            envelope.read_request(CONTRACT, "xml", body.encode())


class TestAnswers:
    @BOTH
    @pytest.mark.parametrize("records", [(), (ONE,), (ONE, TWO)], ids=len)
    def test_what_a_server_writes_is_read_back(self, format_name: str, records: tuple[Record, ...]) -> None:
        found = answer(envelope.write_answer(CONTRACT, format_name, records, **STAMP))
        assert found.records == records
        assert found.error is None
        assert list(found.envelope) == ["Id", "State", "By", "At"]
        assert found.envelope["State"] == "FINE"
        assert found.envelope["By"] == "P & Q"

    def test_an_answer_looks_like_this(self) -> None:
        assert envelope.write_answer(CONTRACT, "xml", ({"Title": "x", "Code": ""},), **STAMP) == (
            b'<?xml version="1.0" encoding="utf-8"?>\n<Reply><Id>i-1</Id><State>FINE</State><By>P &amp; Q</By>'
            b"<At>2010-12-21T00:58:58.797Z</At><Things><Thing><Title>x</Title></Thing></Things></Reply>"
        )
        assert envelope.write_answer(CONTRACT, "json", ({"Title": "x", "Code": ""},), **STAMP) == (
            b'{"Id":"i-1","State":"FINE","By":"P & Q","At":"/Date(1292893138797)/","Things":[{"Code":"","Title":"x"}]}'
        )

    def test_one_record_may_stand_right_under_the_root(self) -> None:
        body = envelope.write_answer(CONTRACT, "xml", (ONE,), single=True, **STAMP)
        assert [each.name for each in xml.read(body).children] == ["Id", "State", "By", "At", "Thing"]
        assert answer(body).records == (ONE,)
        assert list(answer(body).envelope) == ["Id", "State", "By", "At"]

    @pytest.mark.parametrize(
        ("body", "records"),
        [
            ("<Things><Thing><Code>1</Code></Thing></Things>", ({"Code": "1"},)),
            ("<Things/>", ()),
            ("<Thing><Code>1</Code></Thing>", ({"Code": "1"},)),
            ("<Reply><Thing/><Thing/></Reply>", ({}, {})),
            ("<Reply><Id>1</Id></Reply>", ()),
            ("<Reply><Things/></Reply>", ()),
            ("<Reply><Things>\n  </Things></Reply>", ()),
            ("<Answer><Things><Thing/></Things></Answer>", ({},)),
            ("<Answer><Id>1</Id></Answer>", None),
            ('{"Things":[]}', ()),
            ('{"Things":[{"Code":"1"}]}', ({"Code": "1"},)),
            ('{"Things":{"Code":"1"}}', ({"Code": "1"},)),
            ('{"ThingKey":"1"}', ({"ThingKey": "1"},)),
            ('{"Things":null}', None),
            ('{"Id":"1"}', None),
            ("[]", None),
            ("\ufeff \n{}", None),
            ("\ufeff<Things/>", ()),
        ],
    )
    def test_every_shape_of_a_list_is_understood(self, body: str, records: tuple[Record, ...] | None) -> None:
        found = answer(body)
        assert found.records == records
        assert found.error is None

    def test_an_answer_in_utf_16_is_read(self) -> None:
        assert answer('<?xml version="1.0" encoding="utf-16"?><Things/>'.encode("utf-16")).records == ()

    def test_what_stands_around_the_records_is_kept(self) -> None:
        found = answer('{"Id":"1","pages":{"page":2},"Things":[]}')
        assert found.envelope == {"Id": "1", "pages": {"page": Decimal(2)}}
        found = answer("<Reply><Id>1</Id><pages><page>2</page></pages><Things/></Reply>")
        assert found.envelope == {"Id": "1", "pages": {"page": "2"}}

    @pytest.mark.parametrize("media_type", ["application/json", "text/html", "text/xml; charset=utf-8", ""])
    def test_the_bytes_decide_and_not_the_label(self, media_type: str) -> None:
        assert answer("<Things/>", media_type=media_type).records == ()
        assert answer('{"Things":[]}', media_type=media_type).records == ()

    @pytest.mark.parametrize(
        ("body", "media_type"),
        [
            (b"", ""),
            (b" \n", ""),
            (b"<Reply><Things>", ""),
            (b'{"Things":[{"Code":"1"', ""),
            (b'{"Things":["x"]}', ""),
            (b'{"Things":[null]}', ""),
            (b"<Reply>\xff</Reply>", ""),
            (b"<!DOCTYPE Reply><Reply/>", ""),
            (b"oops", "application/json"),
            (b"oops", "application/problem+json"),
            (b"oops", "text/xml"),
        ],
    )
    def test_what_cannot_be_read_is_said_so(self, body: bytes, media_type: str) -> None:
        with pytest.raises(Unreadable):
            answer(body, media_type=media_type)


@pytest.mark.parametrize("attribute", ["status", "validationstatus", "Status"])
def test_a_record_of_xml_has_a_status_of_its_own(attribute: str) -> None:
    errors = "<ValidationErrors><ValidationError><Message>No</Message></ValidationError></ValidationErrors>"
    body = f'<Response><Contacts><Contact {attribute}="ERROR">{errors}</Contact><Contact/></Contacts></Response>'
    found = envelope.read_answer(contract("2.0-2026"), Response(status=200, body=body.encode()))
    assert found.fates == (envelope.Fate(status="ERROR", messages=("No",)), envelope.Fate())


@pytest.mark.parametrize("format_name", ["xml", "json"])
def test_what_became_of_each_record_is_read_as_it_was_written(format_name: str) -> None:
    newest = contract("2.0-2026")
    fates = (envelope.Fate(status="OK"), envelope.Fate(status="ERROR", messages=("No", "Never")))
    body = envelope.write_answer(newest, format_name, ({"Name": "a"}, {"Name": "b"}), fates=fates, **STAMP)
    found = envelope.read_answer(newest, Response(status=200, body=body))
    assert found.fates == fates
