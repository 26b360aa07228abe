"""What a target behind HTTP may do, right or wrong, and what is made of it."""

from __future__ import annotations

import gzip
import itertools
import shutil
import socket
import ssl
import subprocess
import time
import zlib
from pathlib import Path

import loopback
import pytest
from loopback import MIB, Behaviour, Server, chunked, free_port, ok, says, serving

from conformance.errors import NoAnswer
from conformance.exchange import Headers, Request
from conformance.targets.remote import Address, Remote, reachable

TIMEOUT = 0.3
GET = Request(method="GET", path="/things")
POST = Request(method="POST", path="/things", body=b"{}")


@pytest.mark.parametrize(
    "behave",
    [
        loopback.hangs,
        loopback.drips_headers,
        loopback.drips_body,
        loopback.drips_to_the_end,
        loopback.continues_for_ever,
    ],
    ids=lambda each: each.__name__,
)
@pytest.mark.parametrize("request_", [GET, POST], ids=["get", "post"])
def test_an_exchange_ends_when_its_time_is_up(behave: Behaviour, request_: Request) -> None:
    with serving(behave) as server:
        start = time.monotonic()
        with pytest.raises(NoAnswer, match=r"^there was no answer within 0\.3 s$"):
            Remote(server.address, timeout=TIMEOUT).send(request_)
        assert TIMEOUT * 0.9 < time.monotonic() - start < TIMEOUT * 2
        assert server.accepted == 1


def test_a_server_that_never_reads_is_late_too() -> None:
    with serving(loopback.never_reads) as server:
        start = time.monotonic()
        with pytest.raises(NoAnswer, match="no answer within"):
            Remote(server.address, timeout=TIMEOUT).send(Request(method="POST", path="/", body=bytes(64 * MIB)))
        assert time.monotonic() - start < TIMEOUT * 2


WRONG: dict[str, tuple[Behaviour, str]] = {
    "resets": (loopback.resets, "the connection was reset"),
    "closes without an answer": (loopback.closes, "the connection was closed before any answer"),
    "garbage": (says(b"\x00\xff\x01 what?\r\n\r\n"), "what came back is not HTTP"),
    "another protocol": (says(b"SSH-2.0-OpenSSH_9.2\r\n"), "what came back is not HTTP"),
    "a status that is no number": (says(b"HTTP/1.1 yes OK\r\n\r\n"), "what came back is not HTTP"),
    "gzip bomb": (says(loopback.bomb()), "the target answered with more than 16 MiB"),
    "endless body": (loopback.never_ends, "the target answered with more than 16 MiB"),
    "not gzip": (says(ok(b"plain", b"Content-Encoding: gzip")), "the answer cannot be unpacked: .*"),
    "too short": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nfive!"), "the answer broke off after 5 bytes"),
    "broken chunk size": (says(chunked(b"abc", end=b"what\r\n")), "the answer broke off after 3 bytes"),
    "chunks without an end": (says(chunked(b"abc", end=b"")), "the answer broke off after 3 bytes"),
    "two lengths": (says(ok(b"fine", b"Content-Length: 9")), "the header of the answer cannot be used: .*"),
    "huge header": (says(ok(b"", b"X: " + b"z" * MIB)), "the answer has a header line that is too long"),
    "many headers": (says(ok(b"", *[b"X: y"] * 500)), "the header of the answer cannot be used: got more than 100 .*"),
}


@pytest.mark.parametrize(("behave", "sentence"), WRONG.values(), ids=WRONG)
def test_each_failure_is_told_in_one_sentence(behave: Behaviour, sentence: str) -> None:
    with serving(behave) as server:
        with pytest.raises(NoAnswer, match=f"^{sentence}$"):
            Remote(server.address, timeout=5).send(POST)
        assert server.accepted == 1, "a write is never sent twice"


def test_nobody_there() -> None:
    port = free_port()
    with pytest.raises(NoAnswer, match=f"^nothing listens at 127.0.0.1:{port}$"):
        Remote(Address(scheme="http", host="127.0.0.1", port=port)).send(GET)
    with pytest.raises(NoAnswer, match=r"^the host of no-such-host\.invalid:80 was not found$"):
        Remote(Address.parse("http://no-such-host.invalid")).send(GET)


def test_tls_to_a_server_that_does_not_speak_it() -> None:
    def answers_in_clear(_server: Server, sock: socket.socket, _number: int) -> None:
        sock.recv(10)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    for behave, sentence in {answers_in_clear: r"^TLS failed: \w", loopback.never_reads: "no answer within"}.items():
        with serving(behave) as server:
            secure = Address(scheme="https", host="127.0.0.1", port=server.address.port)
            with pytest.raises(NoAnswer, match=sentence):
                Remote(secure, timeout=TIMEOUT).send(GET)


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_tls_with_a_certificate_that_is_known_and_with_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run([*made.split(), "-addext", "subjectAltName=DNS:localhost"], capture_output=True, check=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    def under_tls(server: Server, sock: socket.socket, number: int) -> None:
        with tls.wrap_socket(sock, server_side=True) as secure:
            (loopback.drips_headers if number == 3 else says(ok(), ok()))(server, secure, number)

    with serving(under_tls) as server:
        address = Address(scheme="https", host="localhost", port=server.address.port)
        with pytest.raises(NoAnswer, match=r"^TLS failed: self.signed certificate$"):
            Remote(address, timeout=5).send(GET)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        remote = Remote(address, timeout=5)
        assert [remote.send(GET).body, remote.send(POST).body, server.accepted] == [b"fine", b"fine", 2]
        with pytest.raises(NoAnswer, match="no answer within"):
            Remote(address, timeout=TIMEOUT).send(GET)


def test_one_connection_serves_many_exchanges() -> None:
    answers = [
        ok(b"a"),
        chunked(b"b", b"c"),
        ok(b"", status=b"204 No Content"),
        ok(gzip.compress(b"d"), b"Content-Encoding: gzip"),
    ]
    with serving(says(*answers, close=False)) as server:
        remote = Remote(server.address, timeout=5)
        assert [remote.send(each).body for each in (GET, POST, POST, GET)] == [b"a", b"bc", b"", b"d"]
        assert server.accepted == 1
        remote.close()


@pytest.mark.parametrize(
    "answer",
    [ok(b"x", b"Connection: close"), b"HTTP/1.0 200 OK\r\n\r\nx", b"HTTP/1.1 200 OK\r\n\r\nx", ok(b"x")],
    ids=["close", "http/1.0", "no length", "closed in between"],
)
def test_a_connection_closed_in_between_is_made_anew_even_for_writes(answer: bytes) -> None:
    with serving(says(answer)) as server:
        remote = Remote(server.address, timeout=5)
        for number in range(1, 4):
            assert remote.send(POST).body == b"x"
            time.sleep(0.05)
            assert (server.accepted, len(server.heard)) == (number, number)


def ends_at_the_second(server: Server, sock: socket.socket, number: int) -> None:
    """The first connection answers once, and ends only when it is asked again."""
    for count in itertools.count(1):
        server.hear(sock)
        if number == 1 and count == 2:
            return
        sock.sendall(ok(b"%d" % number))


def test_only_a_read_is_sent_again_on_a_fresh_connection() -> None:
    with serving(ends_at_the_second) as server:
        remote = Remote(server.address, timeout=5)
        assert [remote.send(GET).body for _ in range(3)] == [b"1", b"2", b"3"]
        assert (server.accepted, len(server.heard)) == (3, 4), "once one was closed unannounced, none is reused"
    with serving(ends_at_the_second) as server:
        remote = Remote(server.address, timeout=5)
        remote.send(POST)
        with pytest.raises(NoAnswer, match="closed before any answer"):
            remote.send(POST)
        assert (server.accepted, len(server.heard)) == (1, 2)


def test_an_answer_to_a_body_that_was_not_read_is_still_an_answer() -> None:
    def refuses_early(server: Server, sock: socket.socket, _number: int) -> None:
        sock.sendall(ok(b"too large", b"Connection: close", status=b"413 Too Large"))
        sock.shutdown(socket.SHUT_WR)
        server.over.wait(0.2)
        while sock.recv(MIB):
            pass

    with serving(refuses_early) as server:
        assert (
            Remote(server.address, timeout=5).send(Request(method="POST", path="/", body=bytes(8 * MIB))).status == 413
        )


def test_redirects_are_answers_and_a_100_is_none() -> None:
    away = ok(b"", b"Location: /things", b"Set-Cookie: a=b", status=b"302 Found")
    with serving(says(away, b"HTTP/1.1 100 Continue\r\n\r\n" + ok(), close=False)) as server:
        remote = Remote(server.address, timeout=5)
        response = remote.send(GET)
        assert (response.status, response.headers.first("location")) == (302, "/things")
        assert remote.send(GET).body == b"fine"
        assert not any(b"cookie" in each.lower() for each in server.heard)


def test_the_request_goes_out_as_it_is() -> None:
    request = Request(
        method="PUT",
        path="/a b/ü%2F+'\"<>[x]/..//{y}|",
        query=(("where", 'Name=="ä & b"'), ("e", ""), ("e", "%41")),
        headers=Headers((("X-Name", "Łódź ü"), ("X-Two", "1"), ("X-Two", "2"), ("User-Agent", "mine"))),
        body=b"\x00\xff",
    )
    with serving(says(ok())) as server:
        Remote(Address.parse(f"{server.address}/päth/API.xro/2.0/", ("/api.xro/2.0",)), timeout=5).send(request)
        head, _, body = server.heard[0].partition(b"\r\n\r\n")
        line, *fields = head.split(b"\r\n")
        assert line == f"PUT /p%C3%A4th{request.url} HTTP/1.1".encode()
        assert {"X-Name: Łódź ü".encode(), b"X-Two: 1", b"X-Two: 2", b"User-Agent: mine", b"Content-Length: 2"} < set(
            fields
        )
        assert body == b"\x00\xff"


@pytest.mark.parametrize("header", [("X", "a\r\nY: b"), ("X\n", "b"), ("", "b"), ("Ł", "b")])
def test_what_http_forbids_is_told_and_not_sent(header: tuple[str, str]) -> None:
    with serving(says(ok())) as server:
        with pytest.raises(NoAnswer, match="a character that HTTP forbids"):
            Remote(server.address, timeout=5).send(Request(method="GET", path="/", headers=Headers((header,))))
        assert not server.heard


def test_unpacked_bodies_lose_the_headers_of_their_packing() -> None:
    for coding, packed in {b"gzip": gzip.compress(b"text"), b"deflate": zlib.compress(b"text")}.items():
        with serving(says(ok(packed, b"Content-Encoding: " + coding, b"X: y"))) as server:
            response = Remote(server.address, timeout=5).send(GET)
            assert (response.body, response.headers.pairs) == (b"text", (("X", "y"),))


def test_reachable() -> None:
    for behave in (
        says(ok(status=b"500 Oops")),
        says(loopback.bomb()),
        says(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
    ):
        with serving(behave) as server:
            assert reachable(server.address, 5, "/api") == ""
            assert server.heard[0].startswith(b"GET /api HTTP/1.1\r\n")
    with serving(loopback.hangs) as server:
        assert reachable(server.address, TIMEOUT) == "there was no answer within 0.3 s"
    gone = Address(scheme="http", host="127.0.0.1", port=free_port())
    assert reachable(gone, TIMEOUT) == f"nothing listens at {gone.where}"
