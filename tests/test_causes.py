"""Findings are grouped by what causes them: what rests on a broken promise is counted beneath it."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.contract.model import foundations
from conformance.rules.registry import contract
from conformance.session.causes import causes, followers
from conformance.session.events import Event

NEWEST = "2.0-2026"
CHAPTERS = ("upsert", "create-conflict", "partial-update", "read-only")

FAULTS = [
    "upsert.match-by-id.ignored",
    "upsert.match-by-number.ignored",
    "upsert.stored-as-sent.drops-Phones",
    "create-conflict.name-refused.ignores",
    "create-conflict.put-creates.refuses",
    "partial-update.omitted-scalar-kept.clears-LastName",
    "partial-update.named-field-changes.ignores-LastName",
    "partial-update.phones-merged.replaces",
    "read-only.ignored-on-update.takes-Website",
]


def finding(clause: str, *rests: str, verdict: str = "fail", name: str = "json", code: str = "x") -> Event:
    own = {"clause": clause, "rests": list(rests), "verdict": verdict, "format": name, "code": code}
    return {"case": f"{name}/{clause}/{code}/{verdict}", "generation": NEWEST, **own}


def run(folder: Path, *words: str) -> tuple[str, dict[str, Any]]:
    only = [f"--only=*/{each}.*" for each in (*CHAPTERS, "query")]
    told = ("run", *words, "--generation", NEWEST, "--format", "json", *only, "--reports", str(folder))
    output = CliRunner().invoke(commands, told, standalone_mode=False).output
    return output, json.loads((folder / "report.json").read_text("utf-8"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_cause_and_what_rests_on_it_follows(fault: str, tmp_path: Path) -> None:
    clause = fault.rpartition(".")[0]
    _, report = run(tmp_path, f"embedded:{fault}")
    failing = [each for each in report["causes"] if each["verdict"] == "fail"]
    chapter = clause.partition(".")[0]
    assert clause in {each["clause"] for each in failing}
    assert {each["clause"].partition(".")[0] for each in failing} == {chapter}
    assert len({each["clause"] for each in failing}) <= 2
    assert len(report["causes"]) <= 4


def test_every_finding_is_counted_once(tmp_path: Path) -> None:
    output, report = run(tmp_path, "embedded:upsert.match-by-id.ignored")
    parts = [(each, *each["secondary"]) for each in report["causes"]]
    assert sum(each["cases"] for each in chain.from_iterable(parts)) == len(report["findings"])
    following = [each for each in report["findings"] if each["secondary_to"]]
    assert {each["secondary_to"] for each in following} == {"upsert.match-by-id"}
    assert sum(each["cases"] for one in report["causes"] for each in one["secondary"]) == len(following)
    assert f"1 cause, {len(report['findings'])} cases" in output
    assert f"and {len(following)} cases" in output


def test_only_what_fails_in_the_same_format_is_a_cause() -> None:
    events = [finding("b"), finding("a", "b"), finding("a", "b", name="xml"), finding("c", "d", verdict="warn")]
    assert list(followers(events).values()) == ["", "b", "", ""]


def test_a_mix_of_formats_follows_from_either() -> None:
    events = [finding("b", name="xml"), finding("a", "b", name="xml-json"), finding("a", "b", name="json")]
    assert list(followers(events).values()) == ["", "b", ""]


def test_what_could_not_run_causes_nothing_and_the_deepest_fail_is_the_cause() -> None:
    events = [finding("c"), finding("b", "c"), finding("a", "b", "c"), finding("e", "f"), finding("f", verdict="x")]
    assert list(followers(events).values()) == ["", "c", "c", "", ""]


def test_two_that_rest_on_each_other_are_both_causes_and_one_that_could_not_run_follows() -> None:
    both = [finding("a", "b"), finding("b", "a")]
    assert list(followers(both).values()) == ["", ""]
    one = [finding("a", "b"), finding("b", "a", verdict="could-not-run")]
    assert list(followers(one).values()) == ["", "a"]


def test_what_follows_stands_beneath_one_cause_of_its_clause() -> None:
    events = [finding("b", code="lost"), finding("b", code="changed"), finding("a", "b")]
    assert [(each.first["code"], len(each.secondary)) for each in causes(events)] == [("lost", 1), ("changed", 0)]


@pytest.mark.parametrize("generation", generations())
def test_every_clause_of_the_four_chapters_says_what_it_rests_on(generation: str) -> None:
    known = contract(generation)
    for clause in known.clauses:
        if clause.chapter in CHAPTERS and not clause.untested:
            assert clause.rests, clause.id
            assert set(clause.rests) <= set(foundations(known, clause.id))
            assert clause.id not in foundations(known, clause.id)


def test_the_choices_are_told_with_the_side_the_target_is_on(tmp_path: Path) -> None:
    output, report = run(tmp_path, "embedded", "-v")
    graded = {each["grade"] for each in report["choices"]}
    assert graded == {"assumed", "contradicted"}
    assert "Choices" in output
    assert "contradicted" in output
