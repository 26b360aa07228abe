"""Judging clients: a driver is kept in bounds, what a command sends is looked at, and reports are those of servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from conformance.client.cases import cases, select
from conformance.client.driver import Driver, DriverLost
from conformance.client.model.faults import FAULTS
from conformance.client.registry import contract
from conformance.contract.load import generations
from conformance.errors import BadOption

MODEL = (sys.executable, "-m", "conformance.client.model")

# A driver in a few lines: each of its ways is one in which drivers fail.
SPOILT = """
import json, os, sys, time, subprocess
way = sys.argv[1]
print("these are the last words", file=sys.stderr, flush=True)
for line in sys.stdin:
    ask = json.loads(line)
    if ask["do"] == "hello":
        print(json.dumps({"message": ask["message"], "can": ["create", "get"]}), flush=True)
    elif way == "hangs":
        subprocess.Popen(["sleep", sys.argv[2]])
        time.sleep(600)
    elif way == "crashes":
        raise SystemExit(7)
    elif way == "prints":
        print("Connecting...", flush=True)
    elif way == "other-number":
        print(json.dumps({"message": 99, "contacts": []}), flush=True)
    elif way == "floods":
        sys.stdout.write("x" * 20_000_000 + "\\n"); sys.stdout.flush()
    elif way == "closes":
        os.close(1); time.sleep(600)
"""


def conform(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", "client", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **(env or {})}
    )


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    path = tmp_path / "spoilt.py"
    path.write_text(SPOILT, "utf-8")
    return path


# --- drivers are kept in bounds ---


@pytest.mark.parametrize(
    ("way", "cause"),
    [
        ("hangs", "did not answer within 1 s"),
        ("crashes", "ended with 7"),
        ("prints", "printed something that is no answer"),
        ("other-number", "printed something that is no answer"),
        ("floods", "printed something that is no answer"),
        ("closes", "closed its output"),
    ],
)
def test_a_driver_that_fails_is_ended_with_its_last_words(spoilt: Path, way: str, cause: str) -> None:
    sleep = f"123.{time.time_ns()}"
    driver = Driver([sys.executable, str(spoilt), way, sleep], {})
    driver.ask("hello", {}, 10)
    start = time.monotonic()
    with pytest.raises(DriverLost) as caught:
        driver.ask("create", {}, 1)
    assert cause in str(caught.value)
    assert "these are the last words" in str(caught.value)
    assert time.monotonic() - start < 8
    assert not driver.running
    left = subprocess.run(["pgrep", "-f", f"sleep {sleep}"], capture_output=True, text=True, check=False).stdout
    assert not left


def test_a_command_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    done = conform("--drive", "--reports", str(tmp_path), "--", "no-such-driver-anywhere")
    assert done.returncode == 2
    assert "no-such-driver-anywhere cannot be started" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_driver_that_is_lost_three_times_is_left_alone(spoilt: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(spoilt), "crashes"]
    done = conform("--drive", "--format", "json", "--reports", str(tmp_path / "r"), "--", *command)
    assert done.returncode == 3
    reasons = {each["reason"] for each in events(tmp_path / "r") if each["kind"] == "case"}
    assert any("these are the last words" in each for each in reasons)
    assert any("was not started again" in each for each in reasons)


# --- a whole run ---


def test_the_model_client_conforms_as_a_program_of_its_own(tmp_path: Path) -> None:
    done = conform("--drive", "--generation", "2.0-2010", "--format", "xml", "--reports", str(tmp_path), "--", *MODEL)
    assert done.returncode == 0, done.stdout
    head, *told, foot = events(tmp_path)
    assert head["target"].startswith("client:")
    assert foot["status"] == "conforms"
    assert {each["verdict"] for each in told} == {"pass"}
    assert {"junit.xml", "report.json", "allure-results"} <= {each.name for each in tmp_path.iterdir()}


def test_a_finding_tells_the_duty_the_request_and_why_it_matters(tmp_path: Path) -> None:
    only = "*/round-trip.create[[]Name]"
    command = ["--drive", "--format", "json", "--only", "*/round-trip.create[Name]", "--reports", str(tmp_path)]
    done = conform(*command, "--", *MODEL, "--fault", "lower-case-names")
    assert done.returncode == 1, only
    [told] = [each for each in events(tmp_path) if each["kind"] == "case"]
    assert told["verdict"] == "fail"
    assert told["clause"] == "round-trip.create"
    assert "asked to create" in told["reason"]
    assert "lost or changed without a word" in told["reason"]
    assert told["exchanges"][0]["request"]["method"] == "PUT"


# --- commands that are only watched ---


def observe(tmp_path: Path, script: str, *words: str) -> tuple[int, dict[str, dict[str, Any]]]:
    path = tmp_path / "client.py"
    path.write_text(script, "utf-8")
    done = conform("-q", *words, "--reports", str(tmp_path / "r"), "--", sys.executable, str(path))
    told = [each for each in events(tmp_path / "r") if each["kind"] == "case"]
    return done.returncode, {f"{each['format']}/{each['clause']}": each for each in told}


GOOD = """
import json, os, urllib.request
base, token = os.environ["CONFORMANCE_BASE_URL"], os.environ["CONFORMANCE_TOKEN"]
head = {"Authorization": f"Bearer {token}", "Accept": "application/json", "Content-Type": "application/json",
        "xero-tenant-id": os.environ["CONFORMANCE_TENANT_ID"]}
body = json.dumps({"Contacts": [CONTACT]}).encode()
request = urllib.request.Request(base + "PREFIX/Contacts", data=body, headers=head, method="POST")
print(urllib.request.urlopen(request).read())
"""


@pytest.mark.parametrize("prefix", ["", "/api.xro/2.0"])
def test_a_command_finds_the_server_with_and_without_the_path_of_the_api(tmp_path: Path, prefix: str) -> None:
    script = GOOD.replace("CONTACT]", '{"Name": "Ada"}]').replace("PREFIX", prefix)
    code, told = observe(tmp_path, script)
    assert code == 0
    assert told["json/requests.media-type"]["verdict"] == "pass"
    assert told["xml/requests.media-type"]["verdict"] == "not-applicable"


@pytest.mark.parametrize(
    ("contact", "clause", "verdict"),
    [
        ('{"Name": "None"}', "json/requests.no-placeholders", "fail"),
        ('{"Name": "Ada", "HasAttachments": True}', "json/requests.read-only-unsent", "warn"),
        ('{"Name": "A" * 300}', "json/requests.limits", "fail"),
        ('{"Name": "Ada", "Phones": "0123"}', "json/requests.readable", "pass"),
    ],
)
def test_what_a_command_sends_is_judged(tmp_path: Path, contact: str, clause: str, verdict: str) -> None:
    _, told = observe(tmp_path, GOOD.replace("CONTACT]", f"{contact}]").replace("PREFIX", ""))
    assert told[clause]["verdict"] == verdict, told[clause]["reason"]


def test_a_command_that_sends_nothing_or_fails_never_conforms(tmp_path: Path) -> None:
    code, told = observe(tmp_path, "import sys; print('no server found'); sys.exit(5)")
    assert code == 3
    assert all("ended with 5" in each["reason"] for each in told.values())
    assert all("no server found" in each["reason"] for each in told.values())


def test_a_command_that_hangs_is_ended_in_time(tmp_path: Path) -> None:
    start = time.monotonic()
    code, told = observe(tmp_path, "import time; time.sleep(600)", "--timeout", "2")
    assert code == 3
    assert time.monotonic() - start < 30
    assert all("ran out of time" in each["reason"] for each in told.values())


def test_what_the_command_line_shows_of_secrets_is_in_no_report(tmp_path: Path) -> None:
    script = """
import os, sys, urllib.request as u
head = {"Authorization": "Bearer " + sys.argv[1], "X-Api-Key": sys.argv[2]}
try:
    u.urlopen(u.Request(os.environ["CONFORMANCE_BASE_URL"] + "/Contacts", headers=head))
except OSError:
    pass
"""
    path = tmp_path / "client.py"
    path.write_text(script, "utf-8")
    done = conform("--reports", str(tmp_path / "r"), "--", sys.executable, str(path), "canary-token", "canary-key")
    assert done.returncode == 1
    written = [each.read_bytes() for each in (tmp_path / "r").rglob("*") if each.is_file()]
    assert len(written) > 3
    assert not [each for each in (*written, done.stdout.encode(), done.stderr.encode()) if b"canary" in each]


# --- the register ---


@pytest.mark.parametrize("generation", generations())
def test_every_duty_has_a_case_or_a_reason_and_every_fault_a_duty(generation: str) -> None:
    known = contract(generation)
    told = {each.clause.id for each in cases(generation)}
    assert {each.id for each in known.clauses if not each.untested} == told
    assert all(each.text("matters") for each in known.clauses)


def test_every_fault_breaks_a_duty_that_exists() -> None:
    duties = {each.id for generation in generations() for each in contract(generation).clauses}
    assert {each.clause for each in FAULTS.values()} <= duties
    assert len(FAULTS) >= 60


def test_unknown_patterns_and_formats_are_refused() -> None:
    with pytest.raises(BadOption, match="no case fits"):
        select("2.0-2026", only=["*/nothing.at-all"])
    with pytest.raises(BadOption, match="has no format"):
        select("1.0", formats=["json"])


def schema() -> jsonschema_rs.Validator:
    path = Path(__file__).parent.parent / "conformance/client/schemas/protocol.schema.json"
    return jsonschema_rs.validator_for(json.loads(path.read_text("utf-8")))


def lines(asked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    text = "".join(json.dumps(each) + "\n" for each in asked)
    done = subprocess.run(MODEL, input=text, capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(each) for each in done.stdout.splitlines()]


def test_the_lines_of_the_model_driver_meet_the_schema_of_the_protocol() -> None:
    hello = {
        "message": 1,
        "do": "hello",
        "protocol": "1",
        "generation": "2.0-2026",
        "format": "json",
        "base_url": "http://127.0.0.1:9",
        "token": "t",
        "tenant_id": "x",
        "keys": {},
    }
    asked = [hello, {"message": 2, "do": "get", "id": "x"}]
    for each in (*asked, *lines(asked)):
        schema().validate(each)
