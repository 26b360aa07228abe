"""Cassette files as strangers write them: read when they mean well, refused in one line when they do not."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from conformance.cassettes.read import read
from conformance.errors import BadCassette
from conformance.exchange import Exchange, Request, Response

BODY = '{"Name": "Zoë & Söhne"}'


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "cassette.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def document(body: object, **headers: object) -> Any:
    request = {"method": "GET", "uri": "https://api.example/api.xro/2.0/Contacts?a=1&b=x+y%26", "body": None}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": body}
    return {
        "version": 1,
        "interactions": [{"request": {**request, "headers": {"Accept": ["*/*"]}}, "response": response}],
    }


def only(path: Path) -> tuple[Request, Response]:
    (exchange,) = read(path).exchanges
    assert exchange.response is not None
    return exchange.request, exchange.response


def test_vcrpys_own_yaml_is_read(tmp_path: Path) -> None:
    text = f"""
interactions:
- request:
    body: null
    headers:
      Accept: ['*/*']
      X-One: plain
    method: GET
    uri: https://api.example/api.xro/2.0/Contacts?a=1&b=x+y%26
  response:
    body:
      string: '{BODY}'
    headers:
      Date: [2020-01-01]
      X-Two: [one, two]
      Content-Length: 25
    status: {{code: 200, message: OK}}
version: 1
"""
    request, response = only(written(tmp_path, text))
    assert (request.method, request.path) == ("GET", "/api.xro/2.0/Contacts")
    assert request.query == (("a", "1"), ("b", "x y&"))
    assert request.headers.pairs == (("Accept", "*/*"), ("X-One", "plain"))
    assert response.body == BODY.encode()
    assert response.headers.pairs == (
        ("Date", "2020-01-01"),
        ("X-Two", "one"),
        ("X-Two", "two"),
        ("Content-Length", "25"),
    )


@pytest.mark.parametrize(
    "body",
    [
        {"string": BODY},
        {"base64_string": base64.encodebytes(BODY.encode()).decode()},
        {"encoding": "UTF-8", "string": BODY},
        BODY,
    ],
    ids=["string", "base64", "encoding", "bare"],
)
def test_the_json_serializer_is_read(tmp_path: Path, body: object) -> None:
    _, response = only(written(tmp_path, json.dumps(document(body))))
    assert response.body == BODY.encode()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw"])
def test_packed_bodies_are_unpacked_and_their_headers_go(tmp_path: Path, coding: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(BODY.encode()),
        "deflate": zlib.compress(BODY.encode()),
        "raw": raw.compress(BODY.encode()) + raw.flush(),
    }[coding]
    coded = {"Content-Encoding": ["gzip" if coding == "gzip" else "deflate"], "Content-Length": ["9"], "X": ["y"]}
    text = base64.b64encode(packed).decode()
    path = written(tmp_path, json.dumps(document({"base64_string": text}, **coded)))
    _, response = only(path)
    assert response.body == BODY.encode()
    assert response.headers.pairs == (("X", "y"),)
    quoted = json.dumps(document({"string": "BODY"}, **coded)).replace('"BODY"', f"!!binary {text}")
    assert only(written(tmp_path, quoted))[1].body == BODY.encode()


def test_a_header_that_outlived_its_packing_does_no_harm(tmp_path: Path) -> None:
    for coding in ("gzip", "deflate", "br"):
        path = written(tmp_path, json.dumps(document({"string": BODY}, **{"Content-Encoding": [coding]})))
        assert only(path)[1].body == BODY.encode()


def test_what_cannot_be_unpacked_is_an_exchange_without_an_answer(tmp_path: Path) -> None:
    for coding, packed in (("br", b"\x0b\x02"), ("gzip", b"\x1f\x8b broken"), ("gzip", bomb())):
        text = base64.b64encode(packed).decode()
        path = written(tmp_path, json.dumps(document({"base64_string": text}, **{"Content-Encoding": coding})))
        (exchange,) = read(path).exchanges
        assert exchange.response is None
        assert "recorded body" in exchange.failure


def bomb() -> bytes:
    return gzip.compress(bytes(64 * 1024 * 1024))


def test_cousins_in_other_languages_are_read(tmp_path: Path) -> None:
    ruby = f"""
http_interactions:
- request: {{method: get, uri: 'https://a.example/x', body: {{encoding: US-ASCII, string: ''}}, headers: {{}}}}
  response:
    status: {{code: 200, message: OK}}
    headers: {{Server: [nginx]}}
    body: {{encoding: ASCII-8BIT, string: !binary {base64.b64encode(BODY.encode()).decode()}}}
recorded_with: VCR 6
"""
    php = "-\n  request: {method: GET, url: 'https://a.example/x'}\n  response: {status: '200', body: hello}\n"
    assert only(written(tmp_path, ruby))[1].body == BODY.encode()
    assert only(written(tmp_path, php))[1].body == b"hello"


def test_a_failure_of_ours_is_an_exchange_without_an_answer(tmp_path: Path) -> None:
    data = document({"string": ""})
    data["interactions"][0]["response"]["failure"] = {"kind": "interrupted", "reason": "it broke"}
    (found,) = read(written(tmp_path, json.dumps(data))).interactions
    assert found.failed == "interrupted"
    assert found.exchange == Exchange(request=found.exchange.request, failure="it broke")


REFUSED = {
    "python-object": ("a: 1\nb: !!python/object/apply:os.system ['touch PWNED']\n", 2, "!!python/object/apply:os.sys"),
    "python-tuple": ("- 1\n- 2\n- !!python/tuple [1]\n", 3, "!!python/tuple"),
    "local-tag": ("- !ruby/object:Gem {}\n", 1, "!ruby/object:Gem"),
    "merge": ("a: &a {b: 1}\nc:\n  <<: *a\n", 3, "merge key"),
    "itself": ("a: &a\n  b: *a\n", 2, "stands for nothing, or for itself"),
    "laughs": (
        "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(12)),
        0,
        "more",
    ),
    "deep-flow": ("[" * 100_000, 1, "nested deeper"),
    "deep-json": ("[" * 100_000 + "]" * 100_000, 1, "nested deeper"),
    "deep-block": ("- " * 100_000 + "x", 1, "nested deeper"),
    "no-yaml": ("a: b: c\n", 1, "not YAML"),
    "control": ("a: \x00\n", 1, "not YAML"),
    "empty": ("", 1, "not a cassette"),
    "scalar": ("hello", 1, "not a cassette"),
    "bytes": (b"a: b\nc: \xff\n", 2, "not UTF-8"),
    "a-number": ("interactions: 3\n", 1, "list of interactions"),
    "no-request": ("interactions:\n- response: {}\n", 2, "no request"),
    "no-method": ("interactions:\n- request: {uri: /}\n  response: {}\n", 2, "method and a uri"),
    "no-status": (
        "interactions:\n- request: {uri: /, method: GET}\n  response:\n    headers: {}\n    status: {code: x}\n",
        5,
        "status",
    ),
    "body": (
        "interactions:\n- request: {uri: /, method: GET}\n  response:\n    status: 200\n    body: {string: [1]}\n",
        5,
        "text or bytes",
    ),
    "headers": ("interactions:\n- request: {uri: /, method: GET, headers: x}\n  response: {}\n", 2, "headers"),
    "address": ("interactions:\n- request: {uri: 'http://[', method: GET}\n  response: {}\n", 2, "no address"),
    "base64": (json.dumps(document({"base64_string": "a"})), 1, "base64"),
    "big-number": ('{"interactions": [' + "9" * 5000 + "]}", 1, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_cassette_is_refused_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, line, words = REFUSED[name]
    monkeypatch.chdir(tmp_path)
    path, start = written(tmp_path, text), perf_counter()
    with pytest.raises(BadCassette) as raised:
        read(path)
    assert perf_counter() - start < 5
    told = str(raised.value)
    assert words in told
    assert told.startswith(f"{path}:{line or raised.value.line}: ")
    assert "\n" not in told
    assert len(told) < len(str(path)) + 250
    assert [each.name for each in tmp_path.iterdir()] == ["cassette.yaml"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCassette, match="cannot be read"):
        read(tmp_path / "nowhere.yaml")
    with pytest.raises(BadCassette, match="cannot be read"):
        read(tmp_path)
