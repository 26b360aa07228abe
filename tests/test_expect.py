"""Deviations that are known are let be, strictly: those that do not happen, and those whose day is over, are red."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.errors import BadSpec
from conformance.session.expect import known, read, told
from conformance.session.outcome import Outcome, Verdict

FAULT = "embedded:upsert.match-by-id.ignored"
BROKEN = "2.0-2026/json/upsert.match-by-id"
WHOLE = "2.0-2026/json/upsert.match-by-name"
DAY = date(2026, 11, 25)


def declared(folder: Path, text: str) -> Path:
    path = folder / "known.toml"
    path.write_text(text, "utf-8")
    return path


def entry(case: str, more: str = "") -> str:
    return f'[[deviation]]\ncase = "{case}"\nreason = "the old store, until the move"\n{more}\n'


def judged(folder: Path, text: str, *only: str) -> tuple[Result, dict[str, dict[str, Any]], dict[str, Any]]:
    words = ["run", FAULT, "--generation", "2.0-2026", "--format", "json", "--reports", str(folder / "r"), "--no-color"]
    words += [word for each in only for word in ("--only", each)]
    done = CliRunner().invoke(commands, [*words, "--expect", str(declared(folder, text))], standalone_mode=False)
    lines = (folder / "r" / "events.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    report = json.loads((folder / "r" / "report.json").read_text("utf-8"))
    return done, {each["case"]: each for each in events if each["kind"] == "case"}, report


def outcome(verdict: Verdict) -> Outcome:
    case = next(each for each in cases(generations()[-1]) if each.id == BROKEN)
    return Outcome(case=case, verdict=verdict, reason="it is broken")


# --- a run ---


def test_a_deviation_that_happens_is_tolerated_and_the_run_conforms(tmp_path: Path) -> None:
    done, told_, report = judged(tmp_path, entry(BROKEN, 'link = "https://tracker.example/7"'), BROKEN, WHOLE)
    assert done.return_value == 0, done.output
    assert told_[BROKEN]["verdict"] == "tolerated"
    assert "tolerated: the old store, until the move (https://tracker.example/7)" in told_[BROKEN]["reason"]
    assert told_[BROKEN]["exchanges"]
    assert told_[WHOLE]["verdict"] == "pass"
    assert [each["case"] for each in report["tolerated"]] == [BROKEN]
    assert report["findings"] == []


def test_a_deviation_that_does_not_happen_is_stale_and_red(tmp_path: Path) -> None:
    done, told_, report = judged(tmp_path, entry(BROKEN) + entry(WHOLE), BROKEN, WHOLE)
    assert done.return_value == 1
    assert told_[WHOLE]["verdict"] == "stale"
    assert "known.toml:6 and does not happen any more" in told_[WHOLE]["reason"].replace("\n", " ")
    assert [each["verdict"] for each in report["findings"]] == ["stale"]
    assert 'failures="1"' in (tmp_path / "r" / "junit.xml").read_text("utf-8")


def test_a_deviation_whose_day_is_over_is_red_with_its_reason(tmp_path: Path) -> None:
    done, told_, _ = judged(tmp_path, entry(BROKEN, "expires = 2020-01-31"), BROKEN)
    assert done.return_value == 1
    assert told_[BROKEN]["verdict"] == "fail"
    assert "it was tolerated until 2020-01-31" in told_[BROKEN]["reason"]
    assert "the old store, until the move" in told_[BROKEN]["reason"]


def test_a_deviation_of_a_case_that_was_not_asked_for_says_nothing(tmp_path: Path) -> None:
    done, _, _ = judged(tmp_path, entry(BROKEN) + entry("2.0-2010/xml/upsert.*"), BROKEN)
    assert done.return_value == 0, done.output


# --- one outcome ---


@pytest.mark.parametrize(
    ("verdict", "expires", "becomes"),
    [
        (Verdict.FAIL, "", Verdict.TOLERATED),
        (Verdict.WARN, "", Verdict.TOLERATED),
        (Verdict.FAIL, "2026-11-25", Verdict.TOLERATED),
        (Verdict.FAIL, "2026-11-24", Verdict.FAIL),
        (Verdict.WARN, "2026-11-24", Verdict.FAIL),
        (Verdict.PASS, "2026-11-24", Verdict.STALE),
        (Verdict.PASS, "", Verdict.STALE),
        (Verdict.COULD_NOT_RUN, "", Verdict.COULD_NOT_RUN),
        (Verdict.NOT_APPLICABLE, "", Verdict.NOT_APPLICABLE),
        (Verdict.SUITE_ERROR, "", Verdict.SUITE_ERROR),
    ],
)
def test_what_becomes_of_a_verdict(tmp_path: Path, verdict: Verdict, expires: str, becomes: Verdict) -> None:
    found = read(declared(tmp_path, entry(BROKEN, f'expires = "{expires}"' if expires else "")))
    assert told(outcome(verdict), found, DAY).verdict is becomes


def test_of_two_entries_one_that_still_holds_is_enough(tmp_path: Path) -> None:
    found = read(declared(tmp_path, entry(BROKEN, "expires = 2020-01-01") + entry("*/upsert.match-by-id")))
    assert told(outcome(Verdict.FAIL), found, DAY).verdict is Verdict.TOLERATED


# --- what is refused ---


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (entry(BROKEN) + entry(BROKEN, 'untill = "2026-01-01"'), 8, "unknown key 'untill'"),
        ('[[deviations]]\ncase = "x"\n', 1, "unknown key 'deviations'"),
        ('[[deviation]]\ncase = "x"\n', 1, "reason"),
        ('[[deviation]]\ncase = "x"\nreason = " "\n', 3, "reason"),
        (entry(BROKEN, 'expires = "2026-13-01"'), 4, "2026-13-01 is no day"),
        (entry(BROKEN, 'expires = "soon"'), 4, "expires"),
        ("[[deviation]\n", 1, "is not TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    with pytest.raises(BadSpec) as caught:
        read(declared(tmp_path, text))
    assert why in caught.value.problem
    assert caught.value.line == line


def test_an_entry_that_fits_no_case_is_refused_with_its_line(tmp_path: Path) -> None:
    found = read(declared(tmp_path, entry(BROKEN) + entry("*/upsurt.*")))
    with pytest.raises(BadSpec, match=r"known\.toml:6: no case fits '\*/upsurt\.\*'"):
        known(found, (each.id for each in cases(generations()[-1])))


def test_the_command_line_refuses_it_before_anything_is_sent(tmp_path: Path) -> None:
    path = declared(tmp_path, entry("*/upsurt.*"))
    for words in (["run", "mock:http://127.0.0.1:1"], ["client"], ["proxy", "--upstream", "http://127.0.0.1:1"]):
        command = [*words, "--expect", str(path), "--reports", str(tmp_path / "r")]
        command += ["--", "true"] if words[0] != "run" else []
        done = CliRunner().invoke(commands, command, standalone_mode=False)
        assert isinstance(done.exception, BadSpec), done.output
