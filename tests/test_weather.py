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
from conformance.derive.cases import cases
from conformance.errors import Interrupted, NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.session.outcome import Verdict
from conformance.session.run import Settings, run
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


@pytest.mark.parametrize("number", [7, 13])
def test_a_connection_reset_now_and_then_is_weather_and_the_story_is_told_again(number: int) -> None:
    target, asked = embedded(contract(NEWEST)), count(1)

    class Windy:
        def send(self, request: Request) -> Response:
            if next(asked) % number == 0:
                raise Interrupted("the connection was reset")
            return target.send(request)

    told = [case for case in cases(NEWEST) if case.id.startswith(f"{NEWEST}/json/upsert.m")]
    settings, windy = Settings(), Windy()
    outcomes = [run(case, windy, settings) for case in told]
    assert {each.verdict for each in outcomes} == {Verdict.PASS}
    assert any("told again" in note for each in outcomes for note in each.weather)


def test_what_is_told_again_never_sends_the_same_record_twice() -> None:
    target, asked = embedded(contract(NEWEST)), count(1)

    class Deaf:
        """Takes the first write, and breaks off before it answers."""

        def send(self, request: Request) -> Response:
            answer = target.send(request)
            if next(asked) == 1:
                raise Interrupted("the connection was reset")
            return answer

    case = next(each for each in cases(NEWEST) if each.id == f"{NEWEST}/json/create-conflict.put-minimum")
    outcome = run(case, Deaf(), Settings())
    assert outcome.verdict is Verdict.PASS
    sent = [each.request.body for each in outcome.exchanges if each.request.body]
    assert len(set(sent)) == len(sent)


def test_waits_are_reported_as_weather(tmp_path: Path) -> None:
    busy = Response(status=429, headers=Headers((("Retry-After", "0"),)))
    _, report = judged(tmp_path, every(5, busy), "--only", "*/upsert.m*")
    assert report["weather"]["waited 0 s after a 429"] > 0
