"""A run against a real organisation, as far as the reference server can stand for one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from organisation import CONTRACT, DEMO, TENANT, TOKEN, Busy, Service, limits, profile

from conformance.cli import commands
from conformance.errors import ConformanceError
from conformance.exchange import Headers, Request, Response
from conformance.live import visit
from conformance.reference.gate import Gate
from conformance.reference.http import Served
from conformance.session.outcome import Verdict
from conformance.suite.plan import Options, plan
from conformance.wire import envelope
from conformance.wire.organisation import House

FEW = ("--only", "*/upsert.*")


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_TOKEN", TOKEN)


@pytest.fixture(autouse=True)
def short_minute(monkeypatch: pytest.MonkeyPatch) -> float:
    """Limits for two seconds in place of sixty: what waits for minutes is tested in seconds."""
    monkeypatch.setattr(visit, "Visit", partial(visit.Visit, window=2.0))
    return 2.0


def judge(target: str, folder: Path, *words: str) -> Result:
    arguments = ["run", target, "--reports", str(folder / "reports"), "--yes", *words]
    return CliRunner().invoke(commands, arguments, standalone_mode=False)


def report(folder: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((folder / "reports" / "report.json").read_text("utf-8"))
    return held


def journal(folder: Path) -> Path:
    return next((folder / "reports").glob("live-*.jsonl"))


def active_after(service: Service, strangers: Sequence[str] = ()) -> bool:
    return sorted(service.active) == sorted(strangers)


def test_a_run_says_its_plan_conforms_and_leaves_nothing_active(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
    assert done.return_value == 0, done.output
    assert service.writes > 10
    assert active_after(service)
    for each in ("requests  ", "records   ", "minutes   ", "organisation: Demo Company (test)", "of the run is active"):
        assert each in done.output
    assert report(tmp_path)["profile"] == "core"


def test_the_plan_sends_nothing(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, "--plan")
        asked = judge(profile(tmp_path, url), tmp_path, "--plan", "--json")
    assert "records" in done.output
    assert json.loads(asked.output)["records"] > 50
    assert not service.heard


def test_nobody_is_written_to_without_a_yes(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        arguments = ["run", profile(tmp_path, url), "--reports", str(tmp_path / "reports")]
        done = CliRunner().invoke(commands, arguments, standalone_mode=False)
    assert "--yes" in str(done.exception)
    assert service.writes == 0


@pytest.mark.parametrize(
    ("houses", "words", "said"),
    [
        ((House(name="Real Ltd", demo=False),), (), "'Real Ltd' is no demo company"),
        ((House(name="Real Ltd", demo=False),), ("--organisation", "real ltd"), "is called 'Real Ltd', not 'real ltd'"),
        ((DEMO,), ("--organisation", "Real Ltd"), "is called 'Demo Company (test)'"),
        ((), (), "answered 404"),
        ((DEMO, DEMO), (), "shows 2 organisations"),
    ],
)
def test_whoever_is_no_demo_company_and_not_named_is_not_written_to(
    tmp_path: Path, houses: tuple[House, ...], words: tuple[str, ...], said: str
) -> None:
    service = Service(houses=houses)
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW, *words)
    assert isinstance(done.exception, ConformanceError)
    assert said in str(done.exception)
    assert "\n" not in str(done.exception)
    assert service.writes == 0


def test_an_organisation_is_written_to_when_its_exact_name_is_given(tmp_path: Path) -> None:
    service = Service(houses=(House(name="Real Ltd", demo=False),))
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, "--organisation", "Real Ltd", *FEW)
    assert done.return_value == 0, done.output
    assert active_after(service)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response(status=401), "answered 401"),
        (Response(status=200, body=b"{}"), "holds no Organisations"),
        (Response(status=302, headers=Headers((("Location", "/"),))), "answered 302"),
        (Response(status=429, headers=Headers((("Retry-After", "9000"),))), "asks to wait 9000 s"),
    ],
)
def test_an_odd_answer_about_the_organisation_is_a_refusal(tmp_path: Path, answer: Response, said: str) -> None:
    service = Service(spoil=lambda request: answer)
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
    assert said in str(done.exception)
    assert service.writes == 0


@pytest.mark.slow
def test_two_workers_share_one_budget_and_are_never_turned_away(tmp_path: Path, short_minute: float) -> None:
    service = Service()
    gate = Gate(CONTRACT, limits(minute=40, concurrent=2), window=short_minute, latency=0.01)
    with Served(service, gate) as url:
        target = profile(tmp_path, url, "[requests]", "minute = 40", "run = 1000")
        done = judge(target, tmp_path, "-n", "2")
    assert done.return_value == 0, done.output
    assert not gate.turned
    assert gate.most_at_once == 2
    assert f"{gate.passed} requests sent" in done.output
    assert gate.passed > 120
    assert active_after(service)


@pytest.mark.slow
def test_a_stricter_service_is_believed(tmp_path: Path, short_minute: float) -> None:
    service = Service()
    gate = Gate(CONTRACT, limits(minute=15), window=short_minute)
    with Served(service, gate) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
    assert done.return_value == 0, done.output
    assert not gate.turned
    assert active_after(service)


@pytest.mark.slow
def test_everybody_waits_as_long_as_retry_after_says(tmp_path: Path) -> None:
    turns = iter(range(1, 10_000))
    moments: list[tuple[float, bool]] = []

    def spoil(_request: Request) -> Response | None:
        busy = next(turns) % 20 == 0
        moments.append((time.monotonic(), busy))
        return Response(status=429, headers=Headers((("Retry-After", "1"),))) if busy else None

    service = Service(spoil=spoil)
    with Served(service) as url:
        done = judge(profile(tmp_path, url, "[requests]", "run = 1000"), tmp_path, "-n", "2", *FEW)
    assert done.return_value == 0, done.output
    busy = [moment for moment, turned in moments if turned]
    assert len(busy) >= 2
    # What was under way already when the service turned somebody away may still arrive.
    for each in busy:
        assert not [one for one, _ in moments if each + 0.3 < one < each + 0.95]
    assert active_after(service)


def test_a_day_limit_ends_the_run_at_once_and_says_so(tmp_path: Path) -> None:
    service = Service()
    gate = Busy(CONTRACT, limits(day=30))
    with Served(service, gate) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
    assert done.return_value == 3
    reasons = {each["reason"] for each in report(tmp_path)["findings"]}
    assert any("left for today" in each for each in reasons), reasons
    assert not gate.turned
    assert active_after(service)


def test_a_run_that_used_up_its_requests_is_incomplete_and_cleaned_up(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        done = judge(profile(tmp_path, url, "[requests]", "run = 30"), tmp_path, *FEW)
    assert done.return_value == 3
    assert "it will end incomplete" in done.output
    found = report(tmp_path)
    assert found["status"] == "incomplete"
    assert any("30 requests that the profile gives a run" in each["reason"] for each in found["findings"])
    assert len(service.heard) <= 30
    assert active_after(service)


def test_strangers_are_left_alone(tmp_path: Path) -> None:
    service = Service()
    strangers = ["Ada Ltd", "Conformance 0123456789 of another run", "Zoe & Co"]
    pairs = (("Authorization", f"Bearer {TOKEN}"), ("xero-tenant-id", TENANT), ("Content-Type", "application/json"))
    body = envelope.write_request(CONTRACT, "json", tuple({"Name": each} for each in strangers))
    service.server(Request(method="POST", path=f"{CONTRACT.base}/Contacts", headers=Headers(pairs), body=body))
    assert sorted(service.active) == sorted(strangers)
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
    assert done.return_value == 0, done.output
    assert active_after(service, strangers)


def test_what_cannot_be_archived_is_named_and_stops_nothing_else(tmp_path: Path) -> None:
    stubborn: list[str] = []

    def spoil(request: Request) -> Response | None:
        body = request.body.decode("utf-8", "replace")
        if not stubborn and request.method == "POST" and "known-last" in body:
            stubborn.append(body.partition("Conformance ")[2][:10])
        if "ARCHIVED" in body and stubborn:
            record = service.server.tenants[TENANT].records()
            kept = [str(each["ContactID"]) for each in record if stubborn[0] in str(each["Name"])]
            if any(each in body for each in kept):
                return Response(status=500, body=b"no")
        return None

    service = Service()
    service.spoil = spoil
    with Served(service) as url:
        done = judge(profile(tmp_path, url), tmp_path, *FEW)
        assert done.return_value in (1, 3)
        assert len(service.active) <= 1
        if service.active:
            assert "still active: 1" in done.output
            assert "500" in done.output
            assert "conformance live cleanup" in done.output
            service.spoil = lambda _request: None
            words = ["live", "cleanup", str(tmp_path / "profile.toml"), str(journal(tmp_path))]
            again = CliRunner().invoke(commands, words, standalone_mode=False)
            assert again.return_value == 0, again.output
    assert active_after(service)


def test_a_token_is_in_nothing_that_is_written_or_said(tmp_path: Path) -> None:
    def parrot(request: Request) -> Response | None:
        if request.method == "GET":
            return None
        told = " ".join(value for _, value in request.headers)
        return Response(
            status=400, headers=Headers((("X-Echo", told), ("Content-Type", "text/html"))), body=told.encode()
        )

    with Served(Service(spoil=parrot)) as url:
        done = judge(profile(tmp_path, url), tmp_path, "-v", *FEW)
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(written) > 20
    for each in written:
        assert b"canary" not in each.read_bytes(), each
        assert TENANT.encode() not in each.read_bytes() or each.name == "profile.toml"
    assert "canary" not in done.output


def test_a_command_gives_a_new_token_when_the_first_has_run_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.live.tokens._APART", 0.0)
    count, script = tmp_path / "count", tmp_path / "token.py"
    script.write_text(
        f"import pathlib; count = pathlib.Path({str(count)!r})\n"
        "before = count.read_text() if count.exists() else ''\n"
        "count.write_text(before + 'x'); print(f'canary-token-{len(before)}')\n",
        "utf-8",
    )
    service = Service(tokens=frozenset({"canary-token-0", "canary-token-1"}))

    def spoil(request: Request) -> Response | None:
        old = "canary-token-0" in request.headers.first("Authorization")
        return Response(status=401) if old and len(service.heard) > 10 else None

    service.spoil = spoil
    with Served(service) as url:
        command = f'command = ["{sys.executable}", "{script}"]'
        done = judge(profile(tmp_path, url, token=command), tmp_path, *FEW)
    assert done.return_value == 0, done.output
    assert count.read_text() == "xx"
    assert active_after(service)
    assert not any(b"canary" in each.read_bytes() for each in (tmp_path / "reports").rglob("*") if each.is_file())


def started(folder: Path, url: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "conformance", "run", profile(folder, url, "[requests]", "run = 1000")]
    command += ["--yes", "--reports", str(folder / "reports"), *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, cwd=folder
    )


def until_written(service: Service, writes: int) -> None:
    end = time.monotonic() + 60
    while service.writes < writes and time.monotonic() < end:
        time.sleep(0.01)
    assert service.active


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whoever_interrupts_a_run_finds_nothing_active(tmp_path: Path, workers: tuple[str, ...], how: int) -> None:
    service, gate = Service(), Gate(CONTRACT, limits(minute=1000), latency=0.05)
    with Served(service, gate) as url:
        process = started(tmp_path, url, *workers)
        until_written(service, 8)
        # A terminal interrupts every process of a run; a scheduler ends the first alone.
        os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)
        said, _ = process.communicate(timeout=90)
    assert process.returncode == 130, said
    assert active_after(service), said
    assert "records archived; none of the run is active any more" in said


@pytest.mark.slow
def test_a_run_that_was_killed_can_be_cleaned_up_by_its_journal(tmp_path: Path) -> None:
    service, gate = Service(), Gate(CONTRACT, limits(minute=1000), latency=0.05)
    with Served(service, gate) as url:
        process = started(tmp_path, url)
        until_written(service, 8)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert service.active
        words = ["live", "cleanup", str(tmp_path / "profile.toml"), str(journal(tmp_path)), "--json"]
        done = CliRunner().invoke(commands, words, standalone_mode=False)
        assert done.return_value == 0, done.output
        assert json.loads(done.output)["archived"] > 0
        elsewhere = replace(DEMO, name="Another Demo")
        service.server.houses = (elsewhere,)
        refused = CliRunner().invoke(commands, words, standalone_mode=False)
        assert "is called 'Another Demo'" in str(refused.exception)
    assert active_after(service)


@pytest.mark.slow
def test_in_pytest_a_run_is_let_in_and_cleaned_up_too(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        words = [f"--conformance-target={profile(tmp_path, url)}", "--conformance-only=*/upsert.match-by-*", "-n", "2"]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        service.server.houses = (House(name="Real Ltd", demo=False),)
        refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "none of the run is active any more" in done.stdout
    assert refused.returncode == 4
    assert "'Real Ltd' is no demo company" in refused.stderr
    assert active_after(service)


@pytest.mark.parametrize("words", [("explore",), ("compare", "embedded")])
def test_no_other_command_writes_to_an_organisation(tmp_path: Path, words: tuple[str, ...]) -> None:
    service = Service()
    with Served(service) as url:
        done = CliRunner().invoke(commands, [*words, profile(tmp_path, url)], standalone_mode=False)
    assert "nothing would archive what that makes" in str(done.exception)
    assert service.writes == 0


def test_a_plan_alone_can_write_nothing(tmp_path: Path) -> None:
    service = Service()
    with Served(service) as url:
        made = plan(Options(target=profile(tmp_path, url), only=("*/upsert.match-by-*",)))
        made.check()
        outcomes = [made.tell(each) for each in made.cases]
    assert {each.verdict for each in outcomes} == {Verdict.COULD_NOT_RUN}
    assert service.writes == 0
