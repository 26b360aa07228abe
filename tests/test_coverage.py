"""The register is complete and its page fresh: every clause is tested or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.client.cases import cases
from conformance.client.registry import contract as duties
from conformance.contract.load import generations
from conformance.derive.coverage import coverage, shares
from conformance.report.clauses import page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "clauses.md"


def listed(*words: str) -> Result:
    return CliRunner().invoke(commands, ["list", *words], standalone_mode=False, env={"COLUMNS": "200"})


@pytest.mark.parametrize("generation", generations())
def test_every_clause_is_tested_and_provable_or_says_why_not(generation: str) -> None:
    for each in coverage(generation):
        assert bool(each.clause.untested) is not each.tested, each.clause.id
        assert (each.faults > 0) is each.tested, each.clause.id


@pytest.mark.parametrize("generation", generations())
def test_chapters_grades_and_levels_each_add_up_to_all_clauses(generation: str) -> None:
    counted = shares(coverage(generation))
    for kind in ("chapter", "grade", "level"):
        assert sum(each.clauses for each in counted[kind].values()) == counted["all"]["all"].clauses
        assert sum(each.tested for each in counted[kind].values()) == counted["all"]["all"].tested


def test_the_page_of_clauses_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == page(generations()), "run: make docs"


def test_the_table_names_clause_level_grade_checks_faults_generation_and_formats() -> None:
    said = listed("clauses", "--coverage").output
    heads = said.splitlines()[0].split()
    assert heads == ["clause", "level", "grade", "checks", "faults", "generation", "formats"]
    for generation in generations():
        for each in coverage(generation):
            assert any(
                line.split()[0] == each.clause.id and generation in line.split() for line in said.splitlines() if line
            )


def test_only_clauses_have_a_coverage() -> None:
    assert "have no coverage" in str(listed("cases", "--coverage").exception)


def test_duties_of_clients_are_listed_and_explained() -> None:
    clauses = listed("clauses", "--clients").output.splitlines()
    assert {tuple(line.split("\t")[:2]) for line in clauses} == {
        (clause.id, generation) for generation in generations() for clause in duties(generation).clauses
    }
    told = listed("cases", "--clients", "--generation", generations()[-1]).output.splitlines()
    assert told == [each.id for each in cases(generations()[-1])]
    clause = cases(generations()[-1])[0].clause
    said = CliRunner().invoke(commands, ["explain", told[0]], standalone_mode=False).output
    assert clause.sentence in said
    assert clause.text("matters") in said
    assert told[0] in said


def test_every_duty_of_a_client_is_on_the_page_with_its_cases() -> None:
    rows = PAGE.read_text("utf-8").partition("## Duties of clients")[2]
    for generation in generations():
        for clause in duties(generation).clauses:
            assert f"| `{clause.id}` | {generation} |" in rows


def test_faults_of_clients_are_not_listed_here() -> None:
    assert "about clauses and cases" in str(listed("faults", "--clients").exception)
