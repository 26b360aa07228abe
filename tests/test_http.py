"""The reference server on a real socket: what a caller may throw at it, and what comes back."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.contract.model import Contract
from conformance.errors import BadOption, NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.reference import http as served
from conformance.reference.http import Served, dispatch, serve
from conformance.rules.registry import contract
from conformance.targets.embedded import embedded
from conformance.targets.remote import Address, Remote

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = contract("2.0-2026")
PATH = f"{CONTRACT.base}/{CONTRACT.resource.many}"
JSON = CONTRACT.formats["json"].media_type
XML = CONTRACT.formats["xml"].media_type
MIB = 1024 * 1024


def shown(contract: Contract = CONTRACT, media: str = JSON) -> dict[str, str]:
    access = contract.access
    who = {access.token_header: f"{access.token_scheme} t", access.tenant_header: "tenant"}
    return {**who, "Accept": media, "Content-Type": media}


@pytest.fixture(scope="module", name="url")
def _url() -> Iterator[str]:
    with Served(embedded(CONTRACT, credentials=None).server) as url:
        yield url


@pytest.fixture(name="caller")
def _caller(url: str) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    yield connection
    connection.close()


def echo(request: Request) -> Response:
    told = repr((request.method, request.path, request.query, request.headers.first("X"), request.body))
    return Response(status=299 if request.path == "/299" else 200, body=told.encode())


Answer = tuple[int, Mapping[str, str], bytes]


def ask(caller: http.client.HTTPConnection, method: str, path: str, body: Any = None, media: str = JSON) -> Answer:
    caller.request(method, path, body=body, headers=shown(media=media))
    reply = caller.getresponse()
    return reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.read()


def refusal(name: str) -> tuple[int, str]:
    return CONTRACT.refusals[name].status, CONTRACT.refusals[name].message


def assert_refused(answer: Answer, name: str) -> None:
    status, message = refusal(name)
    assert answer[0] == status
    assert message in answer[2].decode()
    assert b"Traceback" not in answer[2]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">%s]><Contacts><Contact><Name>&j;</Name></Contact></Contacts>'
LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
OUTSIDE = (
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Contacts><Contact><Name>&x;</Name></Contact></Contacts>'
)

HOSTILE: dict[str, tuple[str, bytes]] = {
    "entity bomb": (XML, (BOMB % LAUGHS).encode()),
    "outside entity": (XML, OUTSIDE.encode()),
    "deep XML": (XML, b"<Contacts>" + b"<Contact>" * 200_000),
    "deep closed XML": (XML, b"<a>" * 100_000 + b"</a>" * 100_000),
    "deep JSON": (JSON, b"[" * 200_000),
    "deep closed JSON": (JSON, b'{"Contacts":' * 100_000 + b"1" + b"}" * 100_000),
    "broken UTF-8 XML": (XML, b'<?xml version="1.0" encoding="utf-8"?><Contact><Name>\xff\xfe</Name></Contact>'),
    "broken UTF-8 JSON": (JSON, b'{"Name": "\xff\xfe"}'),
    "truncated XML": (XML, b"<Contacts><Contact><Name>A"),
    "truncated JSON": (JSON, b'{"Contacts": [{"Name": "A'),
    "empty": (JSON, b""),
    "blank": (XML, b" \n"),
    "other root": (XML, b"<Invoices/>"),
    "bare text": (JSON, b'"Contacts"'),
    "zeros": (XML, bytes(1000)),
    "wrong format": (JSON, b"<Contact><Name>A</Name></Contact>"),
}


@pytest.mark.parametrize(("media", "body"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_gets_the_error_of_the_api(caller: http.client.HTTPConnection, media: str, body: bytes) -> None:
    status, headers, text = ask(caller, "POST", PATH, body, media)
    # What is no contact at all has an error of its own.
    expected = {CONTRACT.refusals[each].type for each in ("unreadable", "empty")}
    assert status == 400, text[:300]
    assert headers["content-type"] in {
        each.answer_type for each in CONTRACT.formats.values() if each.media_type == media
    }
    assert CONTRACT.errors.message in text.decode()
    assert any(each in text.decode() for each in expected)
    assert ask(caller, "GET", PATH)[0] == 200, "the server is as well as before"


def test_a_body_of_100_mb_is_refused_without_being_kept(caller: http.client.HTTPConnection) -> None:
    tracemalloc.start()
    try:
        answer = ask(caller, "POST", PATH, (bytes(MIB) for _ in range(100)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert_refused(answer, "unreadable-json")
    assert answer[1]["connection"] == "close"
    assert peak < 50 * MIB


@pytest.mark.parametrize("extra", [0, 1])
def test_the_limit_is_the_last_size_that_is_taken(extra: int) -> None:
    sizes = []

    def server(request: Request) -> Response:
        sizes.append(len(request.body))
        return Response(status=200)

    with pytest.MonkeyPatch.context() as patch:
        app = served.app(server, limit=1000)
        patch.setattr(served, "app", lambda _, **_kw: app)
        with Served(server) as url:
            remote = Remote(Address.parse(url), timeout=5)
            response = remote.send(Request(method="POST", path="/", body=bytes(1000 + extra)))
            huge = remote.send(Request(method="POST", path="/", body=bytes(8 * MIB)))
    assert sizes == [1000 + extra, 1001]
    assert (response.headers.first("Connection"), huge.headers.first("Connection")) == ("", "close")


def test_a_sender_that_goes_away_has_written_nothing(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    head = "".join(f"{name}: {value}\r\n" for name, value in shown().items())
    with socket.create_connection((host, int(port))) as sock:
        body = b'{"Name": "Half"}'
        sock.sendall(f"POST {PATH} HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n{head}\r\n".encode() + body)
    caller = http.client.HTTPConnection(host, int(port))
    assert b"Half" not in ask(caller, "GET", PATH)[2]
    caller.close()


def test_one_connection_serves_many_requests(caller: http.client.HTTPConnection) -> None:
    caller.connect()
    before = caller.sock
    assert [ask(caller, "GET", PATH)[0] for _ in range(5)] == [200] * 5
    assert ask(caller, "GET", "/nowhere")[0] == 404
    assert ask(caller, "POST", PATH, b"{")[0] == 400
    assert caller.sock is before


def test_an_answer_is_what_the_server_said_and_no_more(url: str) -> None:
    direct = embedded(CONTRACT, credentials=None).server(
        Request(method="GET", path=PATH, headers=Headers(tuple(shown().items())))
    )
    answer = Remote(Address.parse(url)).send(Request(method="GET", path=PATH, headers=Headers(tuple(shown().items()))))
    names = {name.lower() for name, _ in answer.headers}
    assert names == {"date", "content-length", *(name.lower() for name, _ in direct.headers)}
    assert (answer.status, answer.media_type) == (direct.status, direct.media_type)
    assert int(answer.headers.first("Content-Length")) == len(answer.body)


def test_head_has_the_headers_of_an_answer_and_no_body() -> None:
    with Served(echo) as url:
        caller = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
        for method, expected in {"GET": echo(Request(method="GET", path="/")).body, "HEAD": b""}.items():
            status, headers, body = ask(caller, method, "/")
            assert (status, body) == (200, expected)
            assert int(headers["content-length"]) == len(echo(Request(method=method, path="/")).body)
        caller.close()


@pytest.mark.parametrize("path", ["/", "/nowhere", f"{CONTRACT.base}/Nothing", f"{PATH}x", "/%00", "//", "/%ff%fe"])
def test_an_unknown_path_is_not_found(caller: http.client.HTTPConnection, path: str) -> None:
    answer = ask(caller, "GET", path)
    assert_refused(answer, "not-found")


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE"])
def test_a_method_that_the_api_lacks_is_refused(caller: http.client.HTTPConnection, method: str) -> None:
    assert_refused(ask(caller, method, PATH), "not-implemented")


WRITTEN = {
    "a b": "a%20b",
    "a/b": "a%2Fb",
    "ä/ö": "%C3%A4%2f%c3%b6",
    "a+b": "a+b",
    "a+c": "a%2Bc",
    "100%": "100%25",
    "a?b#c": "a%3Fb%23c",
    "%41": "%2541",
    "Łódź": "%C5%81%C3%B3d%C5%BA",
}


@pytest.mark.parametrize(("number", "written"), WRITTEN.items(), ids=WRITTEN.values())
def test_a_number_in_the_path_is_decoded_once(caller: http.client.HTTPConnection, number: str, written: str) -> None:
    resource_ = CONTRACT.resource
    record = {resource_.name: f"Named {number}", resource_.number: number}
    assert ask(caller, "POST", PATH, json.dumps(record))[0] == 200
    status, _, body = ask(caller, "GET", f"{PATH}/{written}")
    assert status == 200
    assert json.loads(body)[resource_.many][0][resource_.number] == number


def test_a_request_arrives_as_it_was_sent() -> None:
    query = (("where", 'Name=="ä & b"'), ("empty", ""), ("twice", "1"), ("twice", "2"), ("plus", "a+b"))
    request = Request(method="PUT", path="/a b/ü/%2F/+", query=query, headers=Headers((("X", "y"),)), body=b"\x00\xff")
    with Served(echo) as url:
        got = Remote(Address.parse(url)).send(request).body.decode()
        assert got == repr(("PUT", "/a b/ü/%2F/+", query, "y", b"\x00\xff"))


def test_nobody_sees_a_traceback() -> None:
    def broken(_: Request) -> Response:
        raise RuntimeError("secret")

    with Served(broken) as url:
        remote = Remote(Address.parse(url))
        response = remote.send(Request(method="GET", path="/"))
        assert (response.status, response.body) == (500, b"Internal Server Error")


def test_nonsense_instead_of_http(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    for text in (b"what?\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n", b"GET * HTTP/1.1\r\n\r\n", b"\x16\x03\x01\r\n\r\n"):
        with socket.create_connection((host, int(port)), timeout=5) as sock:
            sock.sendall(text)
            assert sock.recv(12)[9:10] == b"4"


def named(name: str) -> served.Handler:
    return lambda request: Response(status=200, body=f"{name} {request.path}".encode())


def test_dispatch_takes_the_longest_base() -> None:
    handler = dispatch({"/api/2.0": named("two"), "/api": named("root"), "/api/1.0/": named("one")})
    paths = ["/api/2.0/x", "/API/1.0", "/api/1.0/x", "/api/2.00/x", "/api", "/other", "/"]
    said = [handler(Request(method="GET", path=each)).body.decode().partition(" ")[0] for each in paths]
    assert said == ["two", "one", "one", "root", "root", "two", "two"]


@contextmanager
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        yield int(sock.getsockname()[1])


def test_a_port_that_cannot_be_had_is_told_in_one_line() -> None:
    with taken() as port, pytest.raises(BadOption, match=f"^port {port} of 127.0.0.1 is taken; name another"):
        serve(echo, port=port, ready=print)
    with pytest.raises(BadOption, match=r"^70000 is no port; "):
        serve(echo, port=70000, ready=print)
    with pytest.raises(BadOption, match=r"^cannot listen at no-such-host\.invalid:0: "):
        serve(echo, host="no-such-host.invalid", ready=print)


SERVING = """
from conformance.exchange import Response
from conformance.reference.http import serve

serve(lambda _: Response(status=299), ready=lambda url: print(url, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Ctrl-C to send")
def test_serve_tells_its_url_and_goes_quietly() -> None:
    command = [sys.executable, "-c", SERVING]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        assert program.stdout is not None
        address = Address.parse(program.stdout.readline().strip())
        assert Remote(address).send(Request(method="GET", path="/")).status == 299
        program.send_signal(signal.SIGINT)
        assert (program.wait(10), program.stdout.read()) == (0, "")


def test_served_ends_with_its_block() -> None:
    with Served(echo) as url:
        remote = Remote(Address.parse(url))
        assert remote.send(Request(method="GET", path="/")).status == 200
    with pytest.raises(NoAnswer, match="nothing listens"):
        remote.send(Request(method="GET", path="/"))
