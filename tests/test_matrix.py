"""The suite would notice: every seeded fault is killed for its own reason, and a clean server is not blamed."""

from __future__ import annotations

import pytest

from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.derive.faults import faults
from conformance.reference.miniatures import MINIATURES
from conformance.rules.registry import contract, rules
from conformance.session.matrix import Matrix, clean, matrix
from conformance.session.outcome import Verdict
from conformance.session.sweep import sweep


@pytest.fixture(scope="module")
def whole() -> Matrix:
    found = [each for each in matrix(generations(), processes=2) if isinstance(each, Matrix)]
    return found[0]


def test_every_fault_is_killed_by_a_check_of_its_own_clause_for_its_own_reason(whole: Matrix) -> None:
    assert [f"{each.generation} {each.fault}: {each.sentence}" for each in whole.survivors] == []


def test_every_check_kills_a_fault(whole: Matrix) -> None:
    assert whole.vacuous == ()


def test_a_clean_server_has_no_finding(whole: Matrix) -> None:
    assert whole.alarms == ()


def test_there_are_faults_enough_in_each_of_the_four_chapters() -> None:
    chapters = {each.fault.clause.partition(".")[0]: 0 for each in faults("2.0-2026")}
    for each in faults("2.0-2026"):
        chapters[each.fault.clause.partition(".")[0]] += 1
    for chapter in ("upsert", "create-conflict", "partial-update", "read-only"):
        assert chapters[chapter] >= 15, chapters


def test_every_tested_clause_has_a_fault() -> None:
    for generation in generations():
        seeded = {each.fault.clause for each in faults(generation)}
        tested = {clause.id for clause in contract(generation).clauses if not clause.untested}
        assert tested <= seeded, tested - seeded


def test_every_rule_kind_serves_some_clause() -> None:
    used = {clause.rule for generation in generations() for clause in contract(generation).clauses}
    assert set(rules()) == used


@pytest.mark.parametrize("generation", generations())
@pytest.mark.parametrize("miniature", sorted(MINIATURES))
def test_a_sweepingly_wrong_server_never_conforms_and_is_never_our_fault(miniature: str, generation: str) -> None:
    found = sweep(miniature, generation)
    assert found.sane, found
    assert sum(found.verdicts.values()) == len(cases(generation))


def test_a_server_that_refuses_everything_earns_no_pass_for_a_promise() -> None:
    found = sweep("always-refuses", "2.0-2026")
    assert set(found.verdicts) <= {Verdict.FAIL, Verdict.COULD_NOT_RUN, Verdict.PASS}
    open_ = sum(not case.clause.grade.binding for case in cases("2.0-2026"))
    assert found.verdicts.get("pass", 0) <= open_


@pytest.mark.parametrize("generation", generations())
def test_case_ids_are_unique_and_name_generation_format_and_clause(generation: str) -> None:
    identifiers = [case.id for case in cases(generation)]
    assert len(set(identifiers)) == len(identifiers)
    for case in cases(generation):
        assert case.id.startswith(f"{generation}/{case.format}/{case.clause.id}")


@pytest.mark.parametrize("generation", generations())
def test_the_same_seed_sends_the_same_bytes(generation: str) -> None:
    first = [exchange.request for outcome in clean(generation).values() for exchange in outcome.exchanges]
    clean.cache_clear()
    again = [exchange.request for outcome in clean(generation).values() for exchange in outcome.exchanges]
    assert first == again
