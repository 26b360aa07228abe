"""What was recorded plays as it was: the same verdicts, for the same reasons, and nothing is left."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from taped import record, reference, replay

from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.derive.faults import faults
from conformance.session.outcome import Outcome
from conformance.session.run import Settings
from conformance.targets.target import Credentials


def ends(outcomes: list[Outcome]) -> list[tuple[str, str, str, str, str]]:
    return [(each.case.id, each.verdict.value, each.code, each.reason, each.choice) for each in outcomes]


def remarks(outcomes: list[Outcome]) -> list[str]:
    return [remark for each in outcomes for remark in each.remarks]


@pytest.mark.parametrize("generation", generations())
def test_a_recording_of_the_reference_server_gives_the_same_verdicts(generation: str, tmp_path: Path) -> None:
    told = cases(generation)
    recorded = record(reference(generation), told, tmp_path)
    assert {each.verdict.value for each in recorded} == {"pass"}
    played = replay(told, tmp_path)
    assert ends(played) == ends(recorded)
    assert not remarks(played)


def chosen() -> list[tuple[str, str]]:
    """A fault of each chapter, and by turns of each generation that has it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for generation in generations():
        for each in faults(generation):
            chapter = each.name.partition(".")[0]
            found.setdefault(chapter, []).append((each.name, generation))
    picked = [known[len(known) * share // 3] for known in found.values() for share in (0, 1, 2)]
    return list(dict.fromkeys(picked))[::2]


@pytest.mark.parametrize(("fault", "generation"), chosen())
def test_a_recording_of_a_broken_server_gives_the_same_verdicts(fault: str, generation: str, tmp_path: Path) -> None:
    chapter = fault.partition(".")[0]
    told = [each for each in cases(generation) if each.clause.chapter == chapter]
    recorded = record(reference(generation, fault), told, tmp_path)
    played = replay(told, tmp_path)
    assert ends(played) == ends(recorded)
    assert not remarks(played)


def kept(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}


@pytest.mark.parametrize("generation", generations())
def test_whatever_the_order_every_cassette_is_the_same_byte_for_byte(generation: str, tmp_path: Path) -> None:
    told = [each for each in cases(generation) if each.format in ("json", "xml")]
    told = [each for each in told if each.format == told[0].format]
    shuffled = random.Random(4).sample(told, len(told))
    for name, order in (("one", told), ("other", shuffled)):
        record(reference(generation), order, tmp_path / name)
    one, other = kept(tmp_path / "one"), kept(tmp_path / "other")
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_other_credentials_play_what_was_recorded(tmp_path: Path) -> None:
    told = [each for each in cases("2.0-2026") if each.format == "json" and each.clause.chapter in ("access", "upsert")]
    recorded = record(reference("2.0-2026"), told, tmp_path)
    mine = Credentials(token="another-token", tenants=("11111111-0000-4000-8000-000000000001", "another-tenant"))
    played = replay(told, tmp_path, Settings(credentials=mine))
    assert ends(played) == ends(recorded)
    assert not remarks(played)
