"""The parts of a visit, each on its own: the profile, the budget, the desk, tokens, and the journal."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from organisation import CONTRACT, TENANT, limits

from conformance.errors import BadOption, BadSpec, NoAnswer
from conformance.exchange import Request, Response
from conformance.live import account, journal
from conformance.live.account import Source
from conformance.live.budget import Budget, Pace
from conformance.live.desk import Counter
from conformance.live.journal import Journal, Traces
from conformance.live.tokens import Tokens
from conformance.live.wicket import Visitor, Wicket

SECRET = "eyJhbGciOiJSUzI1NiJ9.canary.canary"
GOOD = f"""base_url = "https://api.example.com"
generation = "2.0-2026"
tenant = "{TENANT}"

[token]
environment = "LIVE_TOKEN"
"""


def refused(folder: Path, text: str) -> str:
    path = folder / "profile.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSpec) as caught:
        account.read(path)
    said = str(caught.value)
    assert "canary" not in said
    assert "\n" not in said
    return said.removeprefix(f"{path}:")


def test_a_profile_is_read(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text(GOOD + "\n[requests]\nminute = 30\n", "utf-8")
    found = account.read(tmp_path / "profile.toml")
    assert (found.minute, found.run, str(found.address)) == (30, 2000, "https://api.example.com:443")


@pytest.mark.parametrize(
    ("line", "before", "after", "said"),
    [
        (3, "tenant =", "tennant =", "unknown key 'tennant'; did you mean 'tenant'?"),
        (6, 'environment = "LIVE_TOKEN"', f'environment = "{SECRET}"', "a token does not belong in a file"),
        (5, '[token]\nenvironment = "LIVE_TOKEN"', 'token = "canary-opaque"', "a token does not belong in a file"),
        (6, 'environment = "LIVE_TOKEN"', f'command = ["echo", "{SECRET}"]', "a token does not belong in a file"),
        (6, 'environment = "LIVE_TOKEN"', 'environment = "canary-1"', "no name of a variable"),
        (6, 'environment = "LIVE_TOKEN"', 'access_token = "canary"', "unknown key 'access_token'"),
        (6, 'environment = "LIVE_TOKEN"', "environment = 7", "the value is not of type"),
        (5, 'environment = "LIVE_TOKEN"', "", "one of environment and command"),
        (3, TENANT, "canary", "is not a GUID"),
        (2, "2.0-2026", "1.0", "use 2.0-2026"),
        (1, "https://", "http://", "a token is not sent in the clear"),
        (1, "https://", "https://user:canary@", "no address that can be used"),
        (1, "example.com", "example.com/?token=canary", "no address that can be used"),
        (1, "https://", "ftp://canary.", "no address that can be used"),
        (7, "[token]", "[requests]\nminute = 61\n[token]", "the service lets 60 through"),
        (2, 'generation = "2.0-2026"', "generation = canary", "is not TOML"),
    ],
)
def test_what_is_wrong_in_a_profile_is_told_in_one_line_that_repeats_no_value(
    tmp_path: Path, line: int, before: str, after: str, said: str
) -> None:
    told = refused(tmp_path, GOOD.replace(before, after))
    assert said in told
    assert told.startswith(f"{line}: ") or "[requests]" in after


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_this_machine_may_be_asked_in_the_clear(tmp_path: Path, host: str) -> None:
    (tmp_path / "profile.toml").write_text(GOOD.replace("https://api.example.com", f"http://{host}:8080"), "utf-8")
    account.read(tmp_path / "profile.toml")


def test_a_profile_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSpec, match="cannot be read"):
        account.read(tmp_path / "nowhere.toml")
    assert "more than 64 KiB" in refused(tmp_path, GOOD + "# " + "x" * 70_000)


@dataclass
class Clock:
    """Time that passes when somebody waits for it."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def patient(pace: Pace, clock: Clock, **most: int) -> Budget:
    """A budget in which waiting takes no time of ours."""
    budget = Budget(limits(**most), pace, clock=clock)

    def wait(seconds: float) -> bool:
        clock.now += seconds
        return True

    budget._bell.wait = wait  # type: ignore[method-assign, assignment]
    return budget


@pytest.mark.parametrize("seed", range(20))
def test_no_minute_ever_sees_more_than_the_budget_wherever_requests_arrive(seed: int) -> None:
    dice, clock, most = random.Random(seed), Clock(), 7
    budget = patient(Pace(minute=most, run=1000), clock)
    arrivals: list[float] = []
    for _ in range(100):
        ticket, start = budget.take(), clock.now
        clock.now += dice.choice([0.0, 0.1, 5.0, 20.0]) * dice.random()
        arrivals.append(start + (clock.now - start) * dice.random())
        budget.give(ticket.number, 200, {})
    for each in arrivals:
        assert sum(1 for one in arrivals if each <= one < each + 60.0) <= most


def test_a_service_that_has_little_left_is_believed_until_it_says_otherwise() -> None:
    clock = Clock()
    budget = patient(Pace(minute=60, run=1000), clock)
    budget.give(budget.take().number, 200, {"X-MinLimit-Remaining": "1"})
    budget.give(budget.take().number, 200, {"X-MinLimit-Remaining": "0"})
    assert clock.now == 0
    budget.take()
    assert clock.now == pytest.approx(60)


def test_retry_after_holds_up_everybody_and_a_long_one_ends_the_run() -> None:
    clock = Clock()
    budget = patient(Pace(minute=60, run=1000), clock)
    first, second = budget.take(), budget.take()
    budget.give(first.number, 429, {"Retry-After": "12", "X-Rate-Limit-Problem": "minute"})
    assert not budget.take().refused
    assert clock.now == pytest.approx(12)
    budget.give(second.number, 429, {"Retry-After": "5000", "X-Rate-Limit-Problem": "day"})
    assert budget.take().refused == "the service answered 429 for the day limit and asks to wait 5000 s"
    assert "asks to wait" in budget.take(last=True).refused


def test_the_requests_of_a_run_end_but_for_those_kept_for_cleaning_up() -> None:
    budget = patient(Pace(minute=60, run=5, kept=2), Clock())
    told = [budget.take().refused for _ in range(4)]
    assert told[:3] == ["", "", ""]
    assert told[3] == "the 5 requests that the profile gives a run, less 2 kept for cleaning up are used up"
    assert not budget.take(last=True).refused


def test_a_request_of_a_lost_worker_ends_after_its_lease() -> None:
    clock = Clock()
    budget = patient(Pace(minute=60, run=100, lease=12), clock, concurrent=1)
    budget.take()
    assert not budget.take().refused
    assert 12 <= clock.now < 14


def counter(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Counter:
    monkeypatch.setenv("LIVE_TOKEN", SECRET)
    budget = Budget(limits(), Pace(minute=60, run=3))
    return Counter(budget, Tokens(Source(environment="LIVE_TOKEN")), Journal.begin(folder, {}))


def test_another_process_is_served_with_the_key_and_nobody_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = counter(monkeypatch, tmp_path)
    wicket = Wicket(desk)
    visitor = Visitor.of(json.loads(json.dumps(wicket.address)))
    permit = visitor.admit({"kind": "sent", "names": ["a"]})
    assert (permit.token, permit.refused) == (SECRET, "")
    assert SECRET not in repr(permit)
    visitor.report(permit.ticket, 200, {"X-DayLimit-Remaining": "9"}, ["id"])
    assert desk.budget.day_left == 9
    assert not visitor.renew(permit.number)
    with pytest.raises(NoAnswer):
        Visitor(visitor.at, b"another key").admit(None)
    assert not visitor.admit(None).refused
    wicket.close()
    with pytest.raises(NoAnswer, match="the run has ended"):
        visitor.admit(None)
    assert desk.journal is not None
    _, traces = journal.read(desk.journal.path)
    assert traces == Traces(names=frozenset({"a"}), ids=frozenset({"id"}))
    assert SECRET not in desk.journal.path.read_text("utf-8")


def command(*code: str, seconds: float = 20.0) -> Tokens:
    return Tokens(Source(command=(sys.executable, "-c", "\n".join(code)), seconds=seconds))


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (Tokens(Source(environment="NOBODY_SETS_THIS")), "holds nothing"),
        (command("print()"), "holds nothing"),
        (command("print('canary one', 'canary two')"), "no token"),
        (command("print('canary\\ncanary')"), "no token"),
        (command("print('canary' * 10000)"), "no token"),
        (command("while True: print('canary' * 10000)"), "no token"),
        (
            command("import sys; print('canary-token'); print('canary', file=sys.stderr); sys.exit(3)"),
            "ended with code 3",
        ),
        (Tokens(Source(command=("/nowhere/at/all",))), "cannot be run"),
    ],
)
def test_what_is_no_token_is_told_in_one_line_that_does_not_repeat_it(tokens: Tokens, said: str) -> None:
    with pytest.raises(BadOption, match=said) as caught:
        tokens.current()
    assert "canary" not in str(caught.value)


def test_a_command_that_hangs_is_ended_with_all_it_started() -> None:
    start = time.monotonic()
    sleeps = "import time; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{sleeps}']); {sleeps}"
    with pytest.raises(BadOption, match="took longer than 1 s"):
        command(code, seconds=1.0).current()
    assert time.monotonic() - start < 15


def test_a_refused_token_is_asked_for_anew_once_in_a_minute_at_most(tmp_path: Path) -> None:
    clock, count = Clock(), tmp_path / "count"
    made = command(
        f"import pathlib; count = pathlib.Path({str(count)!r})",
        "before = count.read_text() if count.exists() else ''",
        "count.write_text(before + 'x'); print('a-token-' + str(len(before)))",
    )
    tokens = Tokens(made.source, clock=clock)
    assert tokens.current().text == tokens.current().text == "a-token-0"
    assert not tokens.after(1)
    clock.now = 61
    assert tokens.after(1)
    assert tokens.current().text == "a-token-1"
    assert tokens.after(1)
    assert not tokens.after(2)
    assert count.read_text() == "xx"


def test_only_what_bears_a_name_of_the_run_is_its_own() -> None:
    long = "conformance 0123456789 " + "x" * 240
    traces = Traces(names=frozenset({"ada", long}), marks=frozenset({"conformance 0123456789", "ct-0123456789"}))

    def own(name: str, number: str = "") -> bool:
        return traces.own(CONTRACT, {"Name": name, "ContactNumber": number})

    assert own("Ada")
    assert own("CONFORMANCE 0123456789 first")
    assert own("Zoe", "CT-0123456789")
    assert own(long[:100])
    assert not own("Adam")
    assert not own("Conformance 9876543210 first")
    assert not own("")


def test_a_body_that_nobody_can_read_leaves_its_marks(tmp_path: Path) -> None:
    broken = Request(method="POST", path="/", body=b'{"Contacts": [{"Name": "Conformance 0123456789 x"')
    found = journal.sent(CONTRACT, broken)
    assert found is not None
    assert found["marks"] == ["conformance 0123456789"]
    assert journal.sent(CONTRACT, Request(method="GET", path="/")) is None
    assert journal.seen(CONTRACT, Response(status=200, body=b"{")) == []


@pytest.mark.parametrize(
    "text", ["", "{}\n", "[]\n", "nonsense\n", '{"kind": "run", "format": 2}\n', "\x00\n", "[" * 5000 + "\n"]
)
def test_a_file_that_is_no_journal_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadSpec):
        journal.read(path)


def test_a_last_line_that_broke_off_is_left_out(tmp_path: Path) -> None:
    book = Journal.begin(tmp_path, {})
    book.note({"kind": "sent", "names": ["a"]})
    book.close()
    with book.path.open("a", encoding="utf-8") as file:
        file.write('{"kind": "sent", "nam')
    assert journal.read(book.path)[1].names == {"a"}


def test_many_threads_get_no_more_than_the_service_lets_through_at_once() -> None:
    budget = Budget(limits(concurrent=3), Pace(minute=60, run=100))
    under_way: list[int] = []
    most: list[int] = []

    def ask() -> None:
        ticket = budget.take()
        under_way.append(ticket.number)
        most.append(len(under_way))
        time.sleep(0.01)
        under_way.remove(ticket.number)
        budget.give(ticket.number, 200, {})

    together([ask] * 12)
    assert max(most) <= 3


def together(acts: Sequence[Callable[[], None]]) -> None:
    threads = [Thread(target=each) for each in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
