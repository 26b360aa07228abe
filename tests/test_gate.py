"""The reference server as a service: limits on requests, and the organisation whose records it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.contract.service import Limits
from conformance.errors import Unreadable
from conformance.exchange import Headers, Request, Response
from conformance.reference import build
from conformance.reference.gate import Gate
from conformance.reference.http import Served
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.targets.remote import Address, Remote
from conformance.wire import organisation
from conformance.wire.organisation import House

CONTRACT = contract("2.0-2026")
ASKED = Request(method="GET", path="/api.xro/2.0/Organisation")
FINE = Response(status=200)


def limits(**most: int) -> Limits:
    assert CONTRACT.limits is not None
    return replace(
        CONTRACT.limits, **{name: replace(getattr(CONTRACT.limits, name), most=n) for name, n in most.items()}
    )


def of_tenant(tenant: str, accept: str = "application/json") -> Request:
    pairs = (("Authorization", "Bearer abc"), ("xero-tenant-id", tenant), ("Accept", accept))
    return replace(ASKED, headers=Headers(pairs))


@pytest.fixture
def now() -> list[float]:
    return [0.0]


def test_the_minute_rolls_and_says_when_to_come_back(now: list[float]) -> None:
    gate = Gate(CONTRACT, limits(minute=2), clock=lambda: now[0])
    request = of_tenant("a")
    for moment in (0.0, 40.0):
        now[0] = moment
        assert gate.enter(request) is None
        answer = gate.leave(request, FINE)
    assert answer.headers.first("X-MinLimit-Remaining") == "0"
    turned = gate.enter(request)
    assert turned is not None
    assert turned.status == 429
    assert turned.headers.first("Retry-After") == "20"
    assert turned.headers.first("X-Rate-Limit-Problem") == "minute"
    assert gate.enter(of_tenant("b")) is None
    now[0] = 60.0
    assert gate.enter(request) is None


def test_the_day_and_requests_under_way_have_limits_of_their_own(now: list[float]) -> None:
    gate = Gate(CONTRACT, limits(concurrent=1, day=2), clock=lambda: now[0])
    request = of_tenant("a")
    assert gate.enter(request) is None
    turned = gate.enter(request)
    assert turned is not None
    assert turned.headers.first("X-Rate-Limit-Problem") == "concurrent"
    assert "Retry-After" not in turned.headers
    gate.leave(request, FINE)
    gate.enter(request)
    gate.leave(request, FINE)
    turned = gate.enter(request)
    assert turned is not None
    assert turned.headers.first("X-Rate-Limit-Problem") == "day"
    assert turned.headers.first("Retry-After") == "86400"


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
def test_the_organisation_is_told_on_a_socket_in_both_formats(accept: str) -> None:
    house = House(name="Bits & Pieces", demo=False)
    server = ReferenceServer(CONTRACT, build.stages(CONTRACT), houses=(house,))
    gate = Gate(CONTRACT, limits())
    with Served(server, gate) as url:
        answer = Remote(Address.parse(url)).send(of_tenant("a", accept))
    assert answer.headers.first("x-daylimit-remaining") == "4999"
    assert organisation.read(CONTRACT, answer) == (house,)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"nothing",
        b'{"Organisations": {}}',
        b'{"Organisations": [7]}',
        b'{"Organisations": [{"Name": "A"}]}',
        b'{"Organisations": [{"Name": "A", "IsDemoCompany": "perhaps"}]}',
        b'{"Organisations": [{"Name": "", "IsDemoCompany": true}]}',
    ],
)
def test_an_organisation_that_does_not_say_what_it_is_is_none(body: bytes) -> None:
    with pytest.raises(Unreadable):
        organisation.read(CONTRACT, Response(status=200, body=body))
