"""What a run costs: the exchanges with a server that keeps every promise, which are the same in every run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.cases import cases, select
from conformance.derive.faults import faults
from conformance.errors import BadOption
from conformance.rules.registry import contract
from conformance.session.forecast import forecast
from conformance.session.outcome import Profile, Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

NEWEST = "2.0-2026"
FOUR = ("upsert", "create-conflict", "partial-update", "read-only")
FORMATS = [(each, name) for each in generations() for name in contract(each).formats]


def told(*words: str) -> Result:
    return CliRunner().invoke(commands, list(words), standalone_mode=False)


def asked(generation: str, name: str, *chapters: str, core: bool = False, exhaustive: bool = False) -> int:
    profile = Profile.CORE if core else Profile.FULL
    wanted = select((generation,), formats=(name,), core=core)
    mine = [each for each in wanted if not chapters or each.clause.chapter in chapters]
    return forecast(mine, Settings(profile=profile, exhaustive=exhaustive)).exchanges


def test_the_core_profile_of_one_format_costs_a_few_minutes_at_the_pace_of_the_service() -> None:
    assert asked(NEWEST, "json", core=True) <= 150
    assert asked(NEWEST, "xml", core=True) <= 150
    assert asked(NEWEST, "json", *FOUR, core=True) <= 65


@pytest.mark.parametrize(("generation", "name"), FORMATS)
def test_the_full_profile_of_one_format_fits_into_a_day_of_a_tenant_with_room_to_spare(
    generation: str, name: str
) -> None:
    assert asked(generation, name) <= 1000
    assert asked(generation, name, *FOUR) <= 330


def test_a_run_takes_what_its_plan_says(tmp_path: Path) -> None:
    words = ("run", "embedded", "--format", "json", "--only", "*/upsert.s*", "--reports", str(tmp_path))
    planned = json.loads(told(*words, "--plan", "--json").output)
    assert not list(tmp_path.iterdir())
    assert told(*words).return_value == 0
    done = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert done["exchanges"] == planned["exchanges"] == sum(each["exchanges"] for each in planned["shares"])
    assert done["cases"] == planned["cases"]


def test_a_plan_sends_nothing_and_needs_nobody() -> None:
    done = told("run", "mock:http://127.0.0.1:9", "--plan", "--profile", "core")
    assert done.return_value == 0
    assert "exchanges planned" in done.output


def test_a_word_about_plans_needs_a_plan() -> None:
    assert isinstance(told("run", "embedded", "--json").exception, BadOption)


def test_an_exhaustive_run_shares_nothing(tmp_path: Path) -> None:
    shared = asked(NEWEST, "json", "partial-update")
    assert asked(NEWEST, "json", "partial-update", exhaustive=True) > 4 * shared
    words = ("run", "embedded", "--format", "json", "--only", "*/partial-update.named*", "--reports", str(tmp_path))
    assert told(*words, "--exhaustive", "-q").return_value == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["exhaustive"] is True
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text("utf-8").splitlines()]
    assert all(each["exchanges"] and not each["told_with"] for each in events if each["kind"] == "case")


ONE_FIELD = [
    ("upsert.stored-as-sent.drops-Phones", "upsert.stored-as-sent[Phones]"),
    ("partial-update.omitted-scalar-kept.clears-LastName", "partial-update.omitted-scalar-kept[LastName]"),
    ("partial-update.named-field-changes.ignores-LastName", "partial-update.named-field-changes[LastName]"),
    ("read-only.ignored-on-update.takes-Website", "read-only.ignored-on-update[Website]"),
]


@pytest.mark.parametrize("exhaustive", [False, True])
@pytest.mark.parametrize(("fault", "case"), ONE_FIELD)
def test_a_fault_of_one_field_fails_its_case_and_no_other_of_its_clause(
    fault: str, case: str, *, exhaustive: bool
) -> None:
    seeded = next(each for each in faults(NEWEST) if each.name == fault)
    target, settings = embedded(contract(NEWEST), seeded.fault), Settings(exhaustive=exhaustive)
    own = [each for each in cases(NEWEST) if each.format == "json" and each.clause.id == seeded.fault.clause]
    outcomes = {each.id: run(each, target, settings).verdict for each in own if each.check.parameter}
    assert outcomes.pop(f"{NEWEST}/json/{case}") is Verdict.FAIL
    assert set(outcomes.values()) == {Verdict.PASS}


@pytest.mark.parametrize("fault", [name for name, _ in ONE_FIELD])
def test_a_shared_conversation_makes_no_verdict_another_than_it_would_be(fault: str) -> None:
    seeded = next(each for each in faults(NEWEST) if each.name == fault)
    found = []
    for exhaustive in (False, True):
        target, settings = embedded(contract(NEWEST), seeded.fault), Settings(exhaustive=exhaustive)
        # What a race comes to is another matter each time.
        told_alike = [each for each in cases(NEWEST) if each.clause.chapter != "concurrency"]
        mine = [each for each in told_alike if each.format == "json"]
        found.append({each.id: run(each, target, settings).verdict for each in mine})
    assert found[0] == found[1]
