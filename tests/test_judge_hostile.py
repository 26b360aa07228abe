"""Exchanges that are broken, malicious, or about something else: the judge never raises, and says little."""

from __future__ import annotations

import random

import pytest
from test_judge import GENERATIONS, GUID, NEWEST, OLDER, answering, codes, judged, writing

from conformance.contract import load
from conformance.contract.model import Role
from conformance.exchange import Exchange, Request, Response
from conformance.rules.registry import contract
from conformance.session.matrix import clean

HOSTILE = {
    "nothing": b"",
    "blank": b" \r\n",
    "bytes": bytes(range(256)),
    "half a body": b'{"Contacts": [{"Name": "n',
    "no object": b'"Contacts"',
    "a bare list": b'[{"Name": "n"}]',
    "items of no kind": b'{"Contacts": [1, null]}',
    "deep json": b'{"Contacts":' + b"[" * 100_000,
    "not a number": b'{"Discount": NaN}',
    "half a pair": b'{"Name": "\\ud800"}',
    "unclosed": b"<Contact><Name>n</Name>",
    "entity": b'<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/passwd">]><Contact><Name>&e;</Name></Contact>',
    "bomb": b'<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Contact><Name>&b;</Name></Contact>',
    "deep xml": b"<Contact>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</Contact>",
    "another root": b"<Invoice/>",
}


SPOKEN = [(generation, name) for generation in load.generations() for name in contract(generation).formats]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(("generation", "format_name"), SPOKEN)
def test_a_body_that_cannot_be_read_is_one_finding(generation: str, format_name: str, name: str) -> None:
    (found,) = judged(generation, writing(generation, HOSTILE[name], format_name=format_name))
    assert (found.clause, found.code, found.path) == ("structure", "unreadable", "request")
    assert len(found.sentence) < 500


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", HOSTILE)
@GENERATIONS
def test_no_answer_makes_the_judge_raise(generation: str, name: str, status: int) -> None:
    found = judged(generation, answering(generation, HOSTILE[name], status))
    assert len(found) <= 1 if status == 200 else set(codes(found)) <= {"unreadable", "not-list:Contacts"}


@GENERATIONS
def test_no_damage_to_a_body_makes_the_judge_raise(generation: str) -> None:
    chance = random.Random(generation)
    exchanges = [exchange for outcome in clean(generation).values() for exchange in outcome.exchanges]
    for exchange in chance.sample(exchanges, 100):
        request, response = exchange.request, exchange.response
        assert response is not None
        hurt = Request(
            method=request.method, path=request.path, headers=request.headers, body=damaged(chance, request.body)
        )
        broken = Response(status=response.status, headers=response.headers, body=damaged(chance, response.body))
        found = judged(generation, Exchange(request=hurt, response=broken))
        assert found == judged(generation, Exchange(request=hurt, response=broken))


def damaged(chance: random.Random, body: bytes) -> bytes:
    """The body with a few bytes cut, doubled or replaced by others that mean something."""
    parts = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(parts) + 1)
        end = min(len(parts), start + chance.randrange(30))
        parts[start:end] = chance.choice((b"", b"null", b"[]", b"{}", b"<a/>", b'"', b"1", bytes(parts[start:end]) * 2))
    return bytes(parts)


def test_a_value_that_fills_the_body_does_not_fill_the_finding() -> None:
    (found,) = judged(NEWEST, writing(NEWEST, {"Name": "n", "ContactNumber": "1", "ContactStatus": "X" * 100_000}))
    assert len(found.sentence) < 500
    (number,) = judged(NEWEST, writing(NEWEST, b'{"Name": 1' + b"0" * 100_000 + b"}", format_name="json"))
    assert len(number.sentence) < 500


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api.xro/2.0/Contacts"),
        ("PUT", f"/api.xro/2.0/Contacts/{GUID}/Attachments/a.png"),
        ("POST", f"/api.xro/2.0/Contacts/{GUID}/Attachments/a.png"),
        ("POST", "/api.xro/2.0/Invoices"),
        ("GET", ""),
    ],
)
def test_an_exchange_about_something_else_is_not_judged(method: str, path: str) -> None:
    request = Request(method=method, path=path, body=b"{")
    assert judged(NEWEST, Exchange(request=request, response=Response(status=200, body=b"\x89PNG"))) == ()


def test_an_exchange_without_an_answer_is_judged_by_its_request() -> None:
    request = writing(NEWEST, {"Name": "n"}).request
    assert judged(NEWEST, Exchange(request=request, failure="the connection was reset")) == ()


def test_without_a_content_type_a_body_is_read_in_the_first_format_of_the_generation() -> None:
    operation = contract(OLDER).operations[Role.UPSERT]
    request = Request(method=operation.method, path=operation.path.lower(), body=b"<Contact><Nmae/></Contact>")
    assert codes(judged(OLDER, Exchange(request=request))) == ["unknown-element:Nmae"]
