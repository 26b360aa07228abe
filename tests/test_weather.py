"""What is no verdict: limits on the rate of requests, callers turned away, connections that close without a word."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import commands
from conformance.errors import NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.session.weather import delay
from conformance.targets.embedded import embedded

NEWEST = "2.0-2026"
Handler = Callable[[Request], Response]


def judged(folder: Path, handler: Handler, *words: str) -> tuple[int, dict[str, Any]]:
    with Served(handler) as url:
        arguments = ["run", f"mock:{url}", "--reports", str(folder), "--format", "json", *words]
        done = CliRunner().invoke(commands, arguments, standalone_mode=False, catch_exceptions=False)
    return done.return_value, json.loads((folder / "report.json").read_text("utf-8"))


def every(number: int, answer: Response) -> Handler:
    """The faithful server, but for every n-th answer."""
    target, asked = embedded(contract(NEWEST)), count(1)
    return lambda request: answer if next(asked) % number == 0 else target.send(request)


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_limits_the_rate_is_waited_for_and_conforms(tmp_path: Path, status: int) -> None:
    busy = Response(status=status, headers=Headers((("Retry-After", "0"),)))
    code, report = judged(tmp_path, every(5, busy), "--only", "*/upsert.*")
    assert code == 0, report["findings"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_caller_who_is_turned_away_is_told_how_to_get_in(tmp_path: Path, status: int) -> None:
    code, report = judged(tmp_path, lambda _request: Response(status=status, body=b"{}"), "--only", "*/upsert.*")
    assert code == 3
    assert {each["verdict"] for each in report["findings"]} == {"could-not-run"}
    assert all("--token" in each["reason"] for each in report["findings"])


def test_a_redirect_is_not_followed_and_no_verdict(tmp_path: Path) -> None:
    away = Response(status=302, headers=Headers((("Location", "http://127.0.0.1:1/"),)), body=b"<html>" + b"x" * 5000)
    code, report = judged(tmp_path, lambda _request: away, "--only", "*/upsert.m*")
    assert code == 3
    assert all(len(each["reason"]) < 300 for each in report["findings"])


def test_a_target_that_is_always_busy_does_not_hold_up_the_run(tmp_path: Path) -> None:
    start = perf_counter()
    code, report = judged(tmp_path, lambda _request: Response(status=503), "--only", "*/partial-update.*")
    assert code == 3
    assert report["cases"] > 50
    assert perf_counter() - start < 30


def test_a_target_that_asks_for_hours_is_not_waited_for() -> None:
    with pytest.raises(NoAnswer, match="asks to wait 3600 s"):
        delay(Response(status=429, headers=Headers((("Retry-After", "3600"),))))


@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_other_answers_are_answers(status: int) -> None:
    assert delay(Response(status=status)) is None
