"""The recordings that come with the project still fit it: every case, from the file, without a server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cassettes.library import Library, library
from conformance.cassettes.origin import OWN
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.rules.registry import contract
from conformance.session.outcome import Verdict
from conformance.suite.options import Options
from conformance.suite.plan import plan

FOLDER = Path(__file__).resolve().parent.parent / "cassettes"
REMEDY = "the shipped recordings are stale; record them anew: make cassettes"


@pytest.fixture(scope="module")
def shipped() -> Library:
    if not FOLDER.is_dir():
        pytest.skip("the recordings are not there; make them: make cassettes")
    return library(FOLDER)


@pytest.mark.parametrize("generation", generations())
def test_they_were_made_against_the_contract_of_today(generation: str, shipped: Library) -> None:
    recorded = {each.origin.contract for each in shipped.kept if each.origin.generation == generation}
    assert recorded == {contract(generation).digest}, REMEDY


def test_they_are_of_our_own_reference_server_and_say_so(shipped: Library) -> None:
    assert {each.origin.note for each in shipped.kept} == {OWN}
    assert {each.origin.profile for each in shipped.kept} == {"full"}


@pytest.mark.parametrize("generation", generations())
def test_every_case_is_judged_from_them_and_nothing_is_left(generation: str, shipped: Library) -> None:
    assert [each.id for each in cases(generation) if not shipped.has(each.id)] == [], REMEDY
    made = plan(Options(target=f"cassette:{FOLDER}", generations=(generation,)))
    assert len(made.cases) == len(cases(generation))
    outcomes = [made.tell(each) for each in made.cases]
    told = [f"{each.case.id}: {each.verdict.value}: {each.reason}" for each in outcomes]
    odd = [text for text, each in zip(told, outcomes, strict=True) if each.verdict is not Verdict.PASS]
    assert odd == [], REMEDY
    assert [remark for each in outcomes for remark in each.remarks] == [], REMEDY
    recording = made.head.recording
    assert recording["problems"] == [], REMEDY
    played = {id(one) for each in outcomes for one in each.exchanges}
    assert len(played) == sum(
        len(each.cassette.interactions) for each in shipped.kept if each.origin.generation == generation
    )


def test_the_index_and_the_heads_agree(shipped: Library) -> None:
    for axis, told in shipped.told.items():
        own = {each.cassette.head.get("case") for each in shipped.kept if each.name.startswith(f"{axis}/")}
        assert own - {None} <= set(told)
        assert json.dumps(dict(sorted(told.items()))) == json.dumps(dict(told))
    assert replace(shipped).axes == frozenset(shipped.told)
