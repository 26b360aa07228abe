"""Errors: what is written is read back, and every shape in which servers were ever seen to fail is understood."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal

import pytest
from test_wire_envelope import BOTH, ONE, STAMP, TWO, answer
from test_wire_toy import CONTRACT, REFUSALS

from conformance.document import Value
from conformance.errors import Unreadable
from conformance.wire import envelope, json, xml
from conformance.wire.envelope import Answer, ErrorBody, ErrorElement
from conformance.wire.scalar import ZERO_GUID

PAGE = "<?xml version='1.0'?><!-- x --><!DOCTYPE html><p>"


def error_of(body: bytes | str, status: int = 400) -> ErrorBody:
    found = answer(body, status).error
    assert found is not None
    return found


class TestErrors:
    @BOTH
    def test_a_refusal_with_its_records_is_read_back(self, format_name: str) -> None:
        said = [(ONE, ("Bad & sad.", "Worse.")), ({**TWO, "ThingKey": "k", "Loud": None}, ("Bad.",))]
        body = envelope.write_error(CONTRACT, format_name, REFUSALS["exception"], said, **STAMP)
        assert answer(body, 400) == Answer(
            envelope={},
            error=ErrorBody(
                number=10,
                type="Rule",
                message="No way",
                elements=(
                    ErrorElement(record={**ONE, "ThingKey": ZERO_GUID}, messages=("Bad & sad.", "Worse.")),
                    ErrorElement(record={**TWO, "ThingKey": "k", "Loud": None}, messages=("Bad.",)),
                ),
            ),
        )

    def test_a_refusal_looks_like_this(self) -> None:
        said = [({"Title": "x", "Code": "", "Complaints": "mine"}, ("Bad.",))]
        assert envelope.write_error(CONTRACT, "xml", REFUSALS["exception"], said, **STAMP) == (
            b'<?xml version="1.0" encoding="utf-8"?>\n'
            b'<Trouble xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><No>10</No><Sort>Rule</Sort>'
            b'<Say>No way</Say><Bad><BadOne xsi:type="Thing"><Complaints><Complaint><Say>Bad.</Say></Complaint>'
            b"</Complaints><ThingKey>00000000-0000-0000-0000-000000000000</ThingKey><Code/><Title>x</Title>"
            b"</BadOne></Bad></Trouble>"
        )
        assert envelope.write_error(CONTRACT, "json", REFUSALS["exception"], said, **STAMP) == (
            b'{"No":10,"Sort":"Rule","Say":"No way","Bad":[{"ThingKey":"00000000-0000-0000-0000-000000000000",'
            b'"Code":"","Title":"x","Complaints":[{"Say":"Bad."}]}]}'
        )

    @BOTH
    def test_a_refusal_may_repeat_nothing(self, format_name: str) -> None:
        body = envelope.write_error(CONTRACT, format_name, REFUSALS["quiet"], [(ONE, ("Bad.",))], **STAMP)
        assert error_of(body) == ErrorBody(message="No way")
        assert b"Bad" not in body

    def test_the_older_shape_is_read_back(self) -> None:
        body = envelope.write_error(CONTRACT, "xml", REFUSALS["errors"], [], **STAMP)
        found = answer(body, 500)
        assert found.error == ErrorBody(type="A.B", message="Broke")
        assert found.records is None
        assert found.envelope["State"] == "InternalServerError"
        assert xml.read(body).children[0].name == "Mishaps"

    def test_in_the_older_shape_each_message_is_an_error(self) -> None:
        said = [(ONE, ("First.", "Second.")), (TWO, ("Third.",))]
        found = error_of(envelope.write_error(CONTRACT, "xml", REFUSALS["errors"], said, **STAMP), 500)
        assert found.message == "First."
        assert [each.messages for each in found.elements] == [("Second.",), ("Third.",)]

    @BOTH
    def test_plain_text_is_read_back(self, format_name: str) -> None:
        body = envelope.write_error(CONTRACT, format_name, REFUSALS["text"], [], **STAMP)
        assert body == b"It isn't <here>"
        assert error_of(body, 404) == ErrorBody(text="It isn't <here>")

    @BOTH
    def test_a_problem_is_read_back(self, format_name: str) -> None:
        body = envelope.write_error(CONTRACT, format_name, REFUSALS["problem"], [], **STAMP)
        assert json.read(body) == {"Heading": "Unknown", "Code": Decimal(401), "Reason": "Who are you?"}
        assert error_of(body, 401) == ErrorBody(type="Unknown", message="Who are you?")

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ('{"No":10,"Say":"s","Bad":[]}', ErrorBody(number=10, message="s")),
            ('{"No":"17","Sort":null,"Say":null,"Bad":null}', ErrorBody(number=17)),
            ('{"No":1e999999999,"Say":1}', ErrorBody()),
            ('{"No":0,"Say":{"a":1},"Bad":[null,"x"]}', ErrorBody(number=0)),
            ('{"Say":"s"}', ErrorBody(message="s")),
            ('{"Sort":null,"heading":"h","REASON":"r","Instance":"1"}', ErrorBody(type="h", message="r")),
            ('{"reason":"r"}', ErrorBody(message="r")),
            ('{"heading":null}', ErrorBody()),
            ('{"wrong":1}', ErrorBody(text='{"wrong":1}')),
            ("[1]", ErrorBody(text="[1]")),
            ("<Trouble/>", ErrorBody()),
            ("<Trouble><No>0</No><Say>s</Say></Trouble>", ErrorBody(number=0, message="s")),
            ("<Trouble><No>x</No><Bad/></Trouble>", ErrorBody()),
            ("<Else><No>1</No><Say>s</Say></Else>", ErrorBody(number=1, message="s")),
            ("<Else><a/></Else>", ErrorBody(text="<Else><a/></Else>")),
            ("<Reply><Mishaps><Mishap><Story>s</Story></Mishap></Mishaps></Reply>", ErrorBody(message="s")),
            (PAGE, ErrorBody(text=PAGE)),
            ("<html><p>Moved", ErrorBody(text="<html><p>Moved")),
            ("\n<!doctype HTML><p>&nbsp;", ErrorBody(text="\n<!doctype HTML><p>&nbsp;")),
            ("problem=expired&advice=renew%20it", ErrorBody(text="problem=expired&advice=renew%20it")),
            (b"caf\xe9", ErrorBody(text="caf\ufffd")),
            ("\u00e9" * 5000, ErrorBody(text="\u00e9" * 2000)),
        ],
        ids=lambda given: str(given)[:40] if not isinstance(given, ErrorBody) else "",
    )
    def test_every_shape_of_an_error_is_understood(self, body: bytes | str, error: ErrorBody) -> None:
        found = answer(body, 400)
        assert found.error == error
        assert found.records is None

    def test_a_part_of_a_page_is_a_text_where_a_page_is_promised(self) -> None:
        assert answer("<p>Gone<br>away", 404, "text/html").error == ErrorBody(text="<p>Gone<br>away")
        assert answer("<p>Gone</p>", 404, "text/html").error == ErrorBody(text="<p>Gone</p>")
        with pytest.raises(Unreadable):
            answer("<p>Gone<br>away", 404, "text/xml")

    @pytest.mark.parametrize(
        "body",
        [
            "<Trouble><Bad><Odd><Complaints><C><Say>s</Say></C></Complaints><Code>1</Code></Odd></Bad></Trouble>",
            '{"No":1,"Bad":[{"Code":"1","Complaints":[{"Story":"s"}]}]}',
            '{"No":1,"Bad":[{"Code":"1","Complaints":["s",null,{}]}]}',
        ],
    )
    def test_whatever_the_elements_are_called_their_messages_are_found(self, body: str) -> None:
        assert error_of(body).elements == (ErrorElement(record={"Code": "1"}, messages=("s",)),)

    def test_an_element_without_messages_is_an_element(self) -> None:
        assert error_of('{"No":1,"Bad":[{"Complaints":null}]}').elements == (ErrorElement(record={}, messages=()),)

    @pytest.mark.parametrize(
        "body",
        [
            '{"Things":[{"Code":"1"},{"Code":"2","Complaints":[{"Say":"s"}]}]}',
            (
                "<Things><Thing><Code>1</Code><Complaints/></Thing><Thing><Code>2</Code><Complaints><Complaint>"
                "<Say>s</Say></Complaint></Complaints></Thing></Things>"
            ),
        ],
    )
    def test_a_success_may_hold_errors_of_single_records(self, body: str) -> None:
        found = answer(body, 200)
        assert found.records is not None
        assert [each["Code"] for each in found.records] == ["1", "2"]
        assert found.error is not None
        assert [(each.record["Code"], each.messages) for each in found.error.elements] == [("2", ("s",))]

    def test_complaints_that_say_nothing_are_no_error(self) -> None:
        assert answer('{"Things":[{"Code":"1","Complaints":[]},{"Complaints":null}]}').error is None

    @pytest.mark.parametrize("member", ["Things", "Bad", "Say", "No", "Complaints", "ThingKey"])
    @pytest.mark.parametrize("value", [None, "", "x", True, Decimal(1), (), ((),), ({},), {}, {"a": ()}], ids=repr)
    def test_no_shape_is_a_crash(self, member: str, value: Value) -> None:
        for around in (lambda held: held, lambda held: {"Things": (held,)}, lambda held: {"No": "1", "Bad": (held,)}):
            document: Mapping[str, Value] = around({member: value})
            with suppress(Unreadable):
                answer(json.write(document))
