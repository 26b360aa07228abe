"""A mock server without a memory, made from our own OpenAPI document, is blamed for what needs a memory and no more."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from loopback import free_port

ROOT = Path(__file__).resolve().parent.parent
PRISM = ROOT / "node_modules" / ".bin" / "prism"
DOCUMENT = ROOT / "specs" / "2.0-2026" / "openapi.yaml"
PATIENCE = 60.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not PRISM.exists(), reason="prism is not installed: make tools"),
]

#: The clauses that a mock which shows the same example to everybody breaks for all to see, and the code of the failure,
#: by what it would take to keep them. Whatever else it cannot do, a check finds that it could not look.
BROKEN = {
    "the answer to a write shows what was written, one record for each that was sent": {
        ("upsert.creates-unmatched", "answer-differs"),
        ("upsert.many-contacts", "not-answered"),
        ("create-conflict.put-creates", "answer-differs"),
        ("create-conflict.put-many", "not-answered"),
        ("batch.apart-order", "missing"),
    },
    "what was written is what is read": {
        ("query.by-id", "another"),
        ("query.by-number", "another"),
        ("upsert.stored-as-sent", "changed"),
        ("upsert.stored-as-sent", "lost"),
        ("upsert.same-twice", "not-listed"),
        ("upsert.bare-contact", "not-stored"),
    },
    "what is there already is remembered": {
        ("create-conflict.name-refused-on-every-road", "accepted"),
        ("create-conflict.number-refused-on-every-road", "accepted"),
        ("create-conflict.stricter-than-post", "create-accepted"),
        ("concurrency.one-create", "two"),
    },
    "what is not there is not shown": {
        ("errors.unknown-record", "accepted"),
    },
    "what is sent is looked at, beyond what a schema says of it": {
        ("validation.body-usable", "accepted"),
        ("validation.email-on-every-road", "accepted"),
        ("validation.email-plain", "accepted"),
        ("validation.email-valid", "accepted"),
        ("validation.name-required", "accepted"),
        ("validation.number-is-no-name", "accepted"),
        ("validation.sales-tracking-named", "accepted"),
        ("batch.apart-errors", "no-message"),
        ("batch.apart-status", "no-status"),
        ("batch.summed-status", "other-status"),
    },
    "what is asked for by a query shapes the answer, which is no example of the document then": {
        ("query.page-full", "absent"),
        ("query.summary", "shown"),
    },
    "an answer in XML is made of the record that is shown in JSON": {
        ("wire.same-in-both", "not-the-same"),
    },
    "the letters of a path may be small ones": {
        ("wire.path-case", "not-answered"),
    },
}

#: What every mock made from the document gets right: no case of these may end otherwise.
KEPT = {
    "upsert.minimum",
    "create-conflict.success-status",
    "create-conflict.put-minimum",
    "wire.booleans",
    "wire.envelope-order",
    "wire.guids",
    "wire.lists",
    "wire.moments",
    "wire.numbers",
    "wire.objects",
    "wire.texts",
}


@contextmanager
def mock_server(log: Path) -> Iterator[str]:
    """Prism at its address; it and whatever it started are gone in the end."""
    port = free_port()
    with log.open("wb") as output:
        command = [PRISM, "mock", DOCUMENT, "-p", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            wait(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not answers(port):
        assert process.poll() is None, f"prism ended: {log.read_text('utf-8')}"
        assert time.monotonic() < end, f"prism did not answer within {PATIENCE:g} s: {log.read_text('utf-8')}"
        time.sleep(0.1)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return bool(connection.getresponse().status)
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("prism")
    with mock_server(folder / "prism.log") as url:
        words = ["run", f"mock:{url}", "--format", "json", "--reports", folder / "reports"]
        command = [sys.executable, "-m", "conformance", *words]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return done, folder / "reports"


@pytest.fixture(scope="module")
def report(judged: tuple[subprocess.CompletedProcess[str], Path]) -> dict[str, Any]:
    return json.loads((judged[1] / "report.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cases(judged: tuple[subprocess.CompletedProcess[str], Path]) -> list[dict[str, Any]]:
    lines = (judged[1] / "events.jsonl").read_text("utf-8").splitlines()
    return [each for each in map(json.loads, lines) if each["kind"] == "case"]


def failures(report: dict[str, Any]) -> dict[tuple[str, str], str]:
    """The reason of a failure of each kind, by clause and code."""
    return {(each["clause"], each["code"]): each["reason"] for each in report["findings"] if each["verdict"] == "fail"}


def test_the_run_ends_and_finds_that_the_mock_violates(
    judged: tuple[subprocess.CompletedProcess[str], Path], report: dict[str, Any]
) -> None:
    done, _ = judged
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert report["status"] == "violates"
    assert report["cases"] == sum(report["verdicts"].values()) > 100


def test_no_case_is_an_error_of_the_suite_and_no_exchange_went_unanswered(
    report: dict[str, Any], cases: list[dict[str, Any]]
) -> None:
    assert "suite-error" not in report["verdicts"]
    assert not [each["case"] for each in cases for one in each["exchanges"] if one["failure"]]


def test_every_failure_is_one_that_the_mock_deserves(report: dict[str, Any]) -> None:
    deserved = set().union(*BROKEN.values())
    assert {kind: reason for kind, reason in failures(report).items() if kind not in deserved} == {}


@pytest.mark.parametrize("needed", BROKEN)
def test_what_the_mock_breaks_is_seen(report: dict[str, Any], needed: str) -> None:
    assert BROKEN[needed] - set(failures(report)) == set()


@pytest.mark.parametrize("clause", sorted(KEPT))
def test_what_an_example_keeps_passes(cases: list[dict[str, Any]], clause: str) -> None:
    verdicts = {each["verdict"] for each in cases if each["clause"] == clause}
    assert verdicts == {"pass"}


def test_a_case_that_could_not_run_says_what_it_lacked(report: dict[str, Any]) -> None:
    skipped = [each for each in report["findings"] if each["verdict"] == "could-not-run"]
    assert skipped
    assert not [
        each["case"] for each in skipped if not each["reason"].strip() or re.search(r"Error\b[:(]", each["reason"])
    ]
