"""``conformance cassettes check`` finds what should not be in a recording, and says nothing of what may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.rules.registry import contract

GENERATION = generations()[-1]
PLAIN = {"Accept": ["application/json"], "Authorization": ["Bearer [token]"], "xero-tenant-id": ["[tenant 1]"]}


def head(**other: str) -> dict[str, Any]:
    origin = {"recorded_from": "mock:http://host", "recorded": "2026-01-01T00:00:00+00:00", "suite": "0.1.0"}
    about = {"generation": GENERATION, "format": "json", "seed": "1", "profile": "full", "lacks": []}
    digest = contract(GENERATION).digest
    return {**origin, **about, "contract": digest, "case": cases(GENERATION)[0].id, **other}


def cassette(folder: Path, told: dict[str, Any] | None, body: str = "{}", **headers: list[str]) -> Path:
    uri = "http://host.example/api.xro/2.0/Contacts?page=1"
    request = {"method": "GET", "uri": uri, "body": None, "headers": PLAIN}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": body}}
    document = {"version": 1, "interactions": [{"request": request, "response": response}]}
    path = folder / "one.yaml"
    path.write_text(json.dumps(document if told is None else {"conformance": told, **document}))
    return path


def check(folder: Path, *words: str) -> tuple[int, list[tuple[str, str]], str]:
    done = CliRunner().invoke(commands, ["cassettes", "check", str(folder), *words, "--json"], standalone_mode=False)
    assert done.exception is None, done.exception
    found = json.loads(done.output)["findings"]
    return done.return_value, [(each["kind"], each["what"]) for each in found], done.output


def test_a_clean_recording_has_no_finding(tmp_path: Path) -> None:
    body = (
        '{"EmailAddress": "a@mail.example", "ContactID": "0f471ca5-15c9-405e-a1b9-7cc35194b673", "Name": "A 5550100"}'
    )
    cassette(tmp_path, head(), body, **{"Set-Cookie": ["[redacted]"], "X-Session-Token": ["[redacted]"]})
    assert check(tmp_path)[:2] == (0, [])


SECRETS = {
    "bearer": '{"Message": "Bearer abcdefgh12345678ijkl is not known"}',
    "jwt": '{"x": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln"}',
    "oauth": '{"refresh_token": "abcdef"}',
    "form": "grant_type=x&client_secret=abcdef",
    "address": "see https://user:password@host.example/",
    "key": '{"k": "AbCdEfGh1234IjKlMnOp5678QrStUvWx"}',
    "private": "-----BEGIN RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_found_and_not_repeated(name: str, tmp_path: Path) -> None:
    cassette(tmp_path, head(), SECRETS[name])
    code, found, said = check(tmp_path)
    assert code == 1
    assert {kind for kind, _ in found} == {"secret"}
    for each in ("abcdefgh12345678ijkl", "AbCdEfGh1234IjKl", "c2ln", "user:password"):
        assert each not in said


@pytest.mark.parametrize("name", ["Set-Cookie", "X-Api-Key", "X-Auth-Token", "Xero-Tenant-Id"])
def test_a_header_that_was_not_masked_is_found(name: str, tmp_path: Path) -> None:
    cassette(tmp_path, head(), **{name: ["plain-value"]})
    assert [kind for kind, _ in check(tmp_path)[1]] == ["secret"]


@pytest.mark.parametrize("text", ["jane.doe@company.com", "+44 20 7946 0958", "+64 21 123 4567"])
def test_what_may_be_a_person_is_found(text: str, tmp_path: Path) -> None:
    cassette(tmp_path, head(), json.dumps({"FirstName": text}))
    assert [kind for kind, _ in check(tmp_path)[1]] == ["personal"]
    assert check(tmp_path, "--ignore", "personal")[0] == 0


def test_size_age_contract_and_owner_are_looked_at(tmp_path: Path) -> None:
    path = cassette(tmp_path, head(contract="0", case="2.0-2026/json/upsert.gone"), "x" * 5000)
    _, found, _ = check(tmp_path, "--max-age", "1d", "--max-bytes", "4000")
    assert {kind for kind, _ in found} == {"size", "age", "stale", "orphan"}
    cassette(tmp_path, None)
    assert [kind for kind, _ in check(tmp_path)[1]] == ["orphan"]
    path.write_text("a: !!python/name:os.system\n")
    assert [kind for kind, _ in check(tmp_path)[1]] == ["unreadable"]


def test_it_fits_a_screen(tmp_path: Path) -> None:
    cassette(tmp_path, head(), SECRETS["oauth"])
    done = CliRunner().invoke(commands, ["cassettes", "check", str(tmp_path)], standalone_mode=False)
    assert done.return_value == 1
    assert "secret  an OAuth value" in done.output
    told = CliRunner().invoke(commands, ["cassettes", "check", "--help"]).output
    assert max(map(len, told.splitlines())) <= 80
    assert "Examples:" in told
