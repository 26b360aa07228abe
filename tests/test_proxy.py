"""Between a client and a server: everything goes through as it is, both are judged, and no secret is written."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import loopback
import pytest
from loopback import Behaviour, free_port, ok, says, serving

from conformance.client.socket import LARGEST, Listener
from conformance.exchange import Headers, Request, Response
from conformance.proxy.cases import cases
from conformance.proxy.forward import Forwarder
from conformance.proxy.traffic import Traffic
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.targets.address import Address
from conformance.targets.embedded import Embedded, embedded
from conformance.targets.remote import Remote
from conformance.targets.target import Credentials

NEWEST = "2.0-2026"
CONTACTS = "/api.xro/2.0/Contacts"
CANARIES = ("Canary-token-1234", "Canary-tenant-5678", "Canary-cookie-9012", "Canary-refresh-3456")

CLIENT = """
import json, os, urllib.error, urllib.request
base = os.environ["CONFORMANCE_BASE_URL"]
shown = {"Authorization": "Bearer Canary-token-1234", "xero-tenant-id": "Canary-tenant-5678",
         "Accept": "application/json", "Cookie": "sid=Canary-cookie-9012", "Content-Type": "application/json"}
def call(method, path, body=None, headers=shown):
    asked = urllib.request.Request(base + path, method=method, data=body, headers=headers)
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        return error.read()
call("PUT", "/api.xro/2.0/Contacts", json.dumps({"Contacts": [{"Name": NAME}]}).encode())
call("GET", "/api.xro/2.0/Contacts?where=Name%3d%3d%22Ada%22")
call("POST", "/connect/token", b"grant_type=refresh_token&refresh_token=Canary-refresh-3456", {})
raise SystemExit(CODE)
"""


@contextmanager
def standing(address: Address, timeout: float = 5.0) -> Iterator[tuple[str, Traffic]]:
    traffic = Traffic()
    remote = Remote(address, timeout=timeout, verbatim=True)
    forwarder = Forwarder(contract=contract(NEWEST), address=address, upstream=remote, traffic=traffic)
    listener = Listener(forwarder.answer)
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield listener.url.removeprefix("http://"), traffic
    finally:
        listener.shutdown()
        listener.server_close()


def asked(where: str, method: str, target: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, bytes]:
    connection = HTTPConnection(where, timeout=10)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, answer.headers, answer.read()
    connection.close()
    return found


# --- faithful ---


def test_a_request_goes_on_as_it_was_spelt_but_for_what_is_said_to_the_next_one_only() -> None:
    with serving(says(ok())) as server, standing(server.address) as (where, _):
        target = f"{CONTACTS}?where=Name%3d%3D%22A+b%22&page=&page=2&x=a%2cb,c"
        own = {"If-Modified-Since": "2020", "X-Odd": "a,b", "Idempotency-Key": "k", "X-Hop": "1", "Keep-Alive": "5"}
        headers = {name.replace("-", "_"): value for name, value in own.items()}
        asked(where, "PATCH", target, b"\x00\xffbytes", Connection="keep-alive, X-Hop", TE="trailers", **headers)
    [heard] = server.heard
    line, *fields = heard.split(b"\r\n\r\n")[0].decode().split("\r\n")
    assert line == f"PATCH {target} HTTP/1.1"
    said = {each.partition(":")[0].lower(): each.partition(": ")[2] for each in fields}
    assert said == {
        "host": server.address.where,
        "content-length": "7",
        "if-modified-since": "2020",
        "x-odd": "a,b",
        "idempotency-key": "k",
    }
    assert heard.endswith(b"\x00\xffbytes")


@pytest.mark.parametrize("status", [200, 201, 301, 304, 401, 404, 418, 429, 500, 503])
def test_an_answer_comes_back_with_its_status_headers_and_body(status: int) -> None:
    body = b"" if status == 304 else b"\xef\xbb\xbfwhat\x00"
    said = ok(body, b"Retry-After: 7", b"Set-Cookie: a=1", b"Set-Cookie: b=2", status=b"%d Well" % status)
    with serving(says(said)) as server, standing(server.address) as (where, traffic):
        found, headers, back = asked(where, "GET", CONTACTS)
    assert (found, back) == (status, body)
    assert headers["Retry-After"] == "7"
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert len(traffic.passed) == 1


@pytest.mark.parametrize(
    ("accepts", "sent"),
    [("br, gzip;q=0.5", "gzip;q=0.5"), ("br", "identity"), ("identity", "identity"), ("", None)],
)
def test_only_packings_that_can_be_looked_into_are_asked_for(accepts: str, sent: str | None) -> None:
    headers = {"Accept_Encoding": accepts} if accepts else {}
    with serving(says(ok())) as server, standing(server.address) as (where, _):
        asked(where, "GET", CONTACTS, **headers)
    found = re.search(rb"(?i)accept-encoding: ([^\r]*)", server.heard[0])
    assert (found and found[1].decode()) == sent


def test_a_packed_answer_comes_back_packed_and_is_looked_into() -> None:
    packed = gzip.compress(b'{"Contacts": []}')
    said = ok(packed, b"Content-Encoding: gzip", b"Content-Type: application/json")
    with serving(says(said)) as server, standing(server.address) as (where, traffic):
        _, headers, body = asked(where, "GET", CONTACTS, Accept_Encoding="gzip")
    assert body == packed
    assert headers["Content-Encoding"] == "gzip"
    [kept] = traffic.passed
    assert kept.exchange.response is not None
    assert kept.exchange.response.body == b'{"Contacts": []}'


def test_an_answer_in_pieces_comes_back_whole() -> None:
    with serving(says(loopback.chunked(b"abc", b"def"))) as server, standing(server.address) as (where, _):
        status, headers, body = asked(where, "GET", CONTACTS)
    assert (status, headers["Content-Length"], body) == (200, "6", b"abcdef")


def test_the_length_that_head_is_told_is_that_of_the_body() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"
    with serving(says(said)) as server, standing(server.address) as (where, _):
        status, headers, body = asked(where, "HEAD", CONTACTS)
    assert (status, headers["Content-Length"], body) == (200, "1234", b"")


WRONG: dict[str, tuple[Behaviour, str]] = {
    "resets": (loopback.resets, "the connection was reset"),
    "hangs": (loopback.hangs, "no answer within 0.3 s"),
    "garbage": (says(b"\x00\xff what?\r\n\r\n"), "not HTTP"),
    "breaks off": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"), "broke off"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_server_that_fails_is_a_502_that_says_why(name: str) -> None:
    behave, why = WRONG[name]
    with serving(behave) as server, standing(server.address, 0.3) as (where, traffic):
        for _ in range(2):
            status, _, body = asked(where, "POST", CONTACTS, b"{}")
            assert status == 502
            assert why in body.decode()
    assert traffic.passed[0].failed == "no-answer"
    assert traffic.passed[0].exchange.response is None


def test_a_server_that_comes_back_is_never_given_up() -> None:
    port = free_port()
    with standing(Address(scheme="http", host="127.0.0.1", port=port), 1.0) as (where, _):
        for _ in range(15):
            status, _, body = asked(where, "GET", CONTACTS)
            assert status == 502
            assert b"nothing listens at" in body
        with socket.create_server(("127.0.0.1", port)) as listening:
            Thread(target=_answers, args=(listening,), daemon=True).start()
            assert asked(where, "GET", CONTACTS)[0] == 200


def _answers(listening: socket.socket) -> None:
    sock, _ = listening.accept()
    with sock:
        sock.recv(65536)
        sock.sendall(ok())


def test_what_is_too_large_is_not_handed_on() -> None:
    with serving(says(ok())) as server, standing(server.address) as (where, _):
        status, _, body = asked(where, "POST", CONTACTS, bytes(LARGEST + 5))
    assert status == 413
    assert b"16 MiB" in body
    assert not server.heard


# --- judged ---


def conform(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def told(folder: Path) -> dict[str, dict[str, Any]]:
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    return {f"{each['format']}/{each['clause']}": each for each in events if each["kind"] == "case"}


def script(folder: Path, *, name: str = '"Ada"', code: int = 0) -> list[str]:
    path = folder / "client.py"
    path.write_text(f"NAME, CODE = {name}, {code}\n{CLIENT}", "utf-8")
    return [sys.executable, str(path)]


def upright() -> Embedded:
    known = Credentials(token="Canary-token-1234", tenants=("Canary-tenant-5678", "abc"))
    return embedded(contract(NEWEST), credentials=known)


def crooked(request: Request) -> Response:
    """The reference server, except that it writes its moments as XML would."""
    said = upright().send(request)
    body = re.sub(rb'"UpdatedDateUTC":"[^"]*"', b'"UpdatedDateUTC":"2026-01-01T00:00:00"', said.body)
    return Response(status=said.status, headers=said.headers, body=body)


def test_cases_of_both_sides_have_ids_of_their_own() -> None:
    identifiers = [each.id for each in cases(NEWEST)]
    assert len(identifiers) == len(set(identifiers))
    assert f"{NEWEST}/json/requests.media-type" in identifiers
    assert f"{NEWEST}/json/wire.moments" in identifiers


def test_neither_side_is_blamed_where_neither_is_wrong(tmp_path: Path) -> None:
    with Served(upright().send) as url:
        done = conform("proxy", "--upstream", url, "--reports", str(tmp_path / "r"), "--", *script(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    found = told(tmp_path / "r")
    assert {each["verdict"] for each in found.values()} <= {"pass", "not-applicable"}
    assert found["json/requests.caller-shown"]["verdict"] == "pass", "the call for a token is not about contacts"
    assert found["json/wire.moments"]["verdict"] == "pass"
    assert {"junit.xml", "report.json", "allure-results"} <= {each.name for each in (tmp_path / "r").iterdir()}
    assert "3 exchanges came through, 2 of them about contacts" in done.stdout


def test_both_sides_are_blamed_for_their_own(tmp_path: Path) -> None:
    with Served(crooked) as url:
        words = ["--upstream", url, "--reports", str(tmp_path / "r"), "--cassette", str(tmp_path / "t.yaml")]
        done = conform("proxy", *words, "--", *script(tmp_path, name='"None"'))
    assert done.returncode == 1, done.stdout + done.stderr
    found = told(tmp_path / "r")
    assert found["json/requests.no-placeholders"]["verdict"] == "fail"
    assert found["json/wire.moments"]["verdict"] == "fail"
    assert "UpdatedDateUTC is '2026-01-01T00:00:00'" in found["json/wire.moments"]["reason"]
    again = conform("judge", str(tmp_path / "t.yaml"))
    assert again.returncode == 1
    assert "wire.moments" in again.stdout


def test_a_command_that_fails_leaves_the_run_incomplete(tmp_path: Path) -> None:
    with Served(upright().send) as url:
        done = conform("proxy", "--upstream", url, "--reports", str(tmp_path / "r"), "--", *script(tmp_path, code=5))
    assert done.returncode == 3
    assert "the command itself ended with 5" in done.stdout


def test_no_secret_is_written_anywhere(tmp_path: Path) -> None:
    with Served(crooked) as url:
        words = ["--upstream", url, "--reports", str(tmp_path / "r"), "--cassette", str(tmp_path / "t.yaml")]
        done = conform("proxy", *words, "-v", "--", *script(tmp_path, name='"None"'))
    (tmp_path / "client.py").unlink()
    written = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    for each in (*written, done.stdout.encode(), done.stderr.encode()):
        assert b"canary" not in each.lower()
    assert len(written) > 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_signal_ends_it_with_its_findings(tmp_path: Path, number: signal.Signals) -> None:
    words = ["proxy", "--reports", str(tmp_path / "r"), "--cassette", str(tmp_path / "t.json"), "--upstream"]
    with Served(upright().send) as url:
        command = [sys.executable, "-m", "conformance", *words, url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "80"})
        assert process.stdout is not None
        where = process.stdout.readline().split()[0].removeprefix("http://")
        asked(
            where,
            "GET",
            CONTACTS,
            Authorization="Bearer Canary-token-1234",
            Xero_tenant_id="abc",
            Accept="application/json",
        )
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "conforms" in said
    assert "1 exchange came through, 1 of them about contacts" in said
    kept = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert kept["interactions"][0]["request"]["headers"]["Xero-tenant-id"] == ["[redacted]"]


def test_a_signal_ends_the_command_as_well(tmp_path: Path) -> None:
    # A length of its own: what another run has left behind is not this one's.
    sleep = f"sleep 314.{time.time_ns()}"
    slow = ["sh", "-c", f"echo begun; {sleep}"]
    with Served(upright().send) as url:
        command = [sys.executable, "-m", "conformance", "proxy", "--reports", str(tmp_path / "r"), "--upstream", url]
        process = subprocess.Popen([*command, "--", *slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "incomplete" in said
    assert not subprocess.run(["pgrep", "-f", sleep], capture_output=True, text=True, check=False).stdout


# --- a server that answers nothing is not one that conforms ---


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            Response(status=500, headers=Headers((("Content-Type", "text/html"),)), body=b"<h1>Boom</h1>"),
            "failed (500)",
        ),
        (Response(status=503, headers=Headers((("Retry-After", "1"),))), "no success came through"),
        (None, "there is no answer"),
    ],
)
def test_a_server_without_a_success_leaves_the_run_incomplete(
    tmp_path: Path, answer: Response | None, why: str
) -> None:
    def handler(_request: Request) -> Response:
        assert answer is not None
        return answer

    with Served(handler) as url:
        upstream = url if answer is not None else "http://127.0.0.1:1"
        code = "import os, urllib.request as u, urllib.error as e\n"
        code += "request = u.Request(os.environ['CONFORMANCE_BASE_URL'] + '/api.xro/2.0/Contacts')\n"
        code += "try:\n    u.urlopen(request)\nexcept e.HTTPError:\n    pass\n"
        command = ["proxy", "--upstream", upstream, "--reports", str(tmp_path), "--", sys.executable, "-c", code]
        done = subprocess.run(
            [sys.executable, "-m", "conformance", *command], capture_output=True, text=True, check=False, timeout=120
        )
    told = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text("utf-8").splitlines()][1:-1]
    gaps = [each["reason"] for each in told if each["verdict"] == "could-not-run"]
    assert len(gaps) == 1
    assert why in gaps[0]
    assert done.returncode in (1, 3)
    assert "conforms" not in done.stdout


# --- what is refused ---


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--upstream", "ftp://host"], "is not an http or https address"),
        (["--upstream", "http://127.0.0.1:1", "--port", "70000"], "is no port"),
        (["--upstream", "http://127.0.0.1:1", "--generation", "3.0"], "there is no generation"),
        (["--upstream", "http://127.0.0.1:1", "--timeout", "soon"], "is not a number of seconds"),
        (["--upstream", "http://127.0.0.1:1", "--cassette", __file__], "is no recording of this suite"),
        (["--upstream", "http://127.0.0.1:1", "--", "no-such-program"], "there is no such program"),
    ],
)
def test_bad_words_are_one_clear_line(tmp_path: Path, words: list[str], why: str) -> None:
    done = conform("proxy", "--reports", str(tmp_path), *words)
    assert done.returncode == 2, done.stdout
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
