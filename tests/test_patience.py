"""When a silent target is given up."""

from __future__ import annotations

import socket
import time

import pytest
from loopback import Server, free_port, hangs, ok, serving

from conformance.errors import NoAnswer
from conformance.exchange import Request
from conformance.targets.patience import Patience, TimedOut, Unreached
from conformance.targets.remote import Address, Remote

GET = Request(method="GET", path="/things")


def test_a_target_that_hangs_is_given_up_after_twelve() -> None:
    with serving(hangs) as server:
        remote = Remote(server.address, timeout=0.05)
        for number in range(12):
            begins = "the target stopped answering: there was" if number >= 3 else "there was"
            with pytest.raises(NoAnswer, match=f"^{begins} no answer within 0.05 s$"):
                remote.send(GET)
        start = time.monotonic()
        told = "^the target stopped answering; 12 exchanges in a row failed, the last because there was no answer .*$"
        with pytest.raises(NoAnswer, match=told):
            remote.send(GET)
        assert time.monotonic() - start < 0.02
        assert server.accepted == 12


def test_a_target_that_is_gone_is_given_up_at_once() -> None:
    remote = Remote(Address(scheme="http", host="127.0.0.1", port=free_port()))
    start = time.monotonic()
    sentences = []
    for _ in range(14):
        with pytest.raises(NoAnswer) as caught:
            remote.send(GET)
        sentences.append(str(caught.value))
    assert time.monotonic() - start < 1
    assert [each.partition("nothing")[0] for each in sentences[2:5]] == ["", *["the target stopped answering: "] * 2]
    assert sentences[13].startswith(
        "the target stopped answering; 12 exchanges in a row failed, the last because nothing"
    )


def test_patience_wears_thin_and_an_answer_restores_it() -> None:
    patience = Patience(10)
    for _ in range(3):
        assert (patience.allowance().exchange, patience.allowance().connect) == (10, 10)
        patience.failed(TimedOut("late"))
    assert (patience.allowance().exchange, patience.allowance().connect) == (2.5, 1)
    patience.failed(Unreached("gone"))
    patience.failed(NoAnswer("the connection was reset"))
    assert (patience.failures, patience.timeouts) == (4, 3)
    patience.succeeded()
    assert (patience.allowance().exchange, patience.allowance().connect) == (10, 10)
    for _ in range(3):
        patience.failed(Unreached("gone"))
    assert (patience.allowance().exchange, patience.allowance().connect) == (10, 1)


def test_an_answer_in_between_starts_the_count_anew() -> None:
    def every_third(server: Server, sock: socket.socket, number: int) -> None:
        server.hear(sock)
        if number % 3:
            server.over.wait()
        sock.sendall(ok(b"", b"Connection: close"))

    with serving(every_third) as server:
        remote = Remote(server.address, timeout=0.05)
        for _ in range(8):
            for _ in range(2):
                with pytest.raises(NoAnswer, match=r"^there was no answer within 0\.05 s$"):
                    remote.send(GET)
            assert remote.send(GET).status == 200
