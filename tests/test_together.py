"""Requests that are put at the same moment: all are under way at once, and each gets its own answer."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread

import pytest

from conformance.derive.cases import Case, cases
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.rules.talk import Talk
from conformance.session.outcome import Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded
from conformance.targets.remote import Address, Remote

NEWEST = "2.0-2026"
CONCURRENT = [each for each in cases(NEWEST) if each.clause.chapter == "concurrency"]


def request(path: str) -> Request:
    return Request(method="GET", path=path)


def test_they_are_all_under_way_at_once_and_answered_in_their_order() -> None:
    gate = Barrier(5)

    def send(asked: Request) -> Response:
        gate.wait(10)
        return Response(status=404, headers=Headers((("Content-Type", "text/plain"),)), body=asked.path.encode())

    talk = Talk(contract(NEWEST), send, "seed", "json", "json")
    paths = [f"/{number}" for number in range(5)]
    assert [each.response.body.decode() for each in talk.together([request(each) for each in paths])] == paths


@pytest.mark.parametrize("case", CONCURRENT, ids=[each.id for each in CONCURRENT])
def test_a_server_that_takes_one_at_a_time_is_not_blamed(case: Case) -> None:
    with Served(embedded(contract(NEWEST)).send) as url:
        remote = Remote(Address.parse(url))
        outcome = run(case, remote, Settings())
        remote.close()
    assert outcome.verdict is Verdict.PASS, outcome.reason


class OneByOne(BaseHTTPRequestHandler):
    """Serves one connection until its client closes it, and lets the others wait."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_of_one_connection_is_not_kept_waiting() -> None:
    with HTTPServer(("127.0.0.1", 0), OneByOne) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        remote = Remote(Address.parse(f"http://127.0.0.1:{server.server_port}"), timeout=5)
        talk = Talk(contract(NEWEST), remote.send, "seed", "json", "json")
        remote.send(request("/first"))
        replies = talk.together([request(f"/{number}") for number in range(5)])
        remote.close()
        server.shutdown()
    assert [each.response.status for each in replies] == [200] * 5
