"""Tiny servers that are wrong in one sweeping way, to see what verdict they get."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from conformance.contract.model import Contract
from conformance.errors import NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.reference import build, clock
from conformance.reference.server import PROVIDER, ReferenceServer
from conformance.wire import envelope


def always_refuses(_contract: Contract) -> Callable[[Request], Response]:
    """Answers 400 to everything."""
    refused = Response(status=400, headers=Headers((("Content-Type", "text/plain"),)), body=b"Bad Request")
    return lambda _request: refused


def always_empty(contract: Contract) -> Callable[[Request], Response]:
    """Answers everything as a success, with an empty list."""
    answers = {name: _list(contract, name) for name in contract.formats}
    return lambda request: answers[_wanted(contract, request)]


def _list(contract: Contract, name: str) -> Response:
    body = envelope.write_answer(contract, name, (), identifier=clock.fresh(), moment=clock.now(), provider=PROVIDER)
    return Response(status=200, headers=Headers((("Content-Type", contract.formats[name].answer_type),)), body=body)


def _wanted(contract: Contract, request: Request) -> str:
    accept = request.headers.first("Accept")
    return next((each for each in contract.formats if each in accept), next(iter(contract.formats)))


def echoes(contract: Contract) -> Callable[[Request], Response]:
    """Answers writes as the faithful server would, and stores nothing."""
    return _Forgetful(contract)


@dataclass
class _Forgetful:
    contract: Contract
    identifier: clock.Identifiers = field(default_factory=lambda: clock.counting("echo"))

    def __call__(self, request: Request) -> Response:
        stages = build.stages(self.contract)
        return ReferenceServer(self.contract, stages, now=clock.now, identifier=self.identifier)(request)


def forgets(contract: Contract) -> Callable[[Request], Response]:
    """Keeps what it is told until the next write."""
    stages = build.stages(contract)
    server = ReferenceServer(contract, stages, identifier=clock.counting("forgets"))

    def answer(request: Request) -> Response:
        if request.method != "GET":
            server.tenants.clear()
        return server(request)

    return answer


def crashes(contract: Contract) -> Callable[[Request], Response]:
    """Answers ten requests, and then no more."""
    server, answered = ReferenceServer(contract, build.stages(contract)), iter(range(10))

    def answer(request: Request) -> Response:
        if next(answered, None) is None:
            raise NoAnswer("the connection was reset")
        return server(request)

    return answer


MINIATURES: Mapping[str, Callable[[Contract], Callable[[Request], Response]]] = {
    "always-refuses": always_refuses,
    "always-empty": always_empty,
    "echoes": echoes,
    "forgets": forgets,
    "crashes": crashes,
}
"""The miniatures by name."""
