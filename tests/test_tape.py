"""What was recorded plays as it was: the same verdicts, for the same reasons, and nothing is left."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
from taped import record, reference, replay
from vcr.cassette import Cassette as Store
from vcr.record_mode import RecordMode

from conformance.cassettes import names
from conformance.cassettes.read import read
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.derive.faults import faults
from conformance.errors import Garbled, Interrupted, NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.session.outcome import Outcome
from conformance.session.run import Settings
from conformance.session.weather import Weather
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


class Moody:
    """The reference server, which now and then resets, garbles, limits the rate, or answers in no text at all."""

    def __init__(self) -> None:
        self.server = reference("2.0-2026")
        self.at_once, self.tape, self.read = False, self.server.tape, self.server.read
        self.asked = 0

    def send(self, request: Request) -> Response:
        self.asked += 1
        if self.asked % 7 == 0:
            raise Interrupted("the connection was reset before any answer")
        if self.asked % 11 == 0:
            raise Garbled("the answer cannot be unpacked: it is not what its Content-Encoding says")
        if self.asked % 13 == 0:
            raise NoAnswer("there was no answer within 10 s")
        if self.asked % 5 == 0:
            return Response(status=429, headers=Headers((("Retry-After", "60"),)))
        response = self.server.send(request)
        return replace(response, body=b"\xff\x00\x80 no text\xfe") if self.asked % 17 == 0 else response


def test_what_went_wrong_is_on_the_cassette_too_and_nothing_is_waited_for(tmp_path: Path) -> None:
    told = [each for each in cases("2.0-2026") if each.format == "json" and each.clause.chapter in ("upsert", "batch")]
    recorded = record(Moody(), told, tmp_path, Settings(weather=Weather(wait=lambda _: None)))
    kinds = {each.verdict.value for each in recorded}
    assert {"pass", "could-not-run"} <= kinds
    assert any("told again" in note for each in recorded for note in each.weather)
    assert any("waited 60 s" in note for each in recorded for note in each.weather)
    start = perf_counter()
    played = replay(told, tmp_path)
    assert perf_counter() - start < 50
    assert ends(played) == ends(recorded)
    assert [each.weather for each in played] == [each.weather for each in recorded]
    assert not remarks(played)


def test_vcrpy_loads_every_cassette_also_of_failures_and_of_what_is_no_text(tmp_path: Path) -> None:
    told = [each for each in cases("2.0-2026") if each.format == "json" and each.clause.chapter == "upsert"]
    record(Moody(), told, tmp_path, Settings(weather=Weather(wait=lambda _: None)))
    texts = [path.read_text() for path in tmp_path.rglob("*.yaml")]
    assert any("!!binary" in each for each in texts)
    assert any('"kind": "interrupted"' in each for each in texts)
    for path in tmp_path.rglob("*.yaml"):
        loaded = Store.load(path=str(path), record_mode=RecordMode.NONE)
        found = read(path)
        assert len(loaded) == len(found.interactions)
        for response, exchange in zip(loaded.responses, found.exchanges, strict=True):
            if exchange.response is not None:
                assert response["body"]["string"] == exchange.response.body
                assert response["status"]["code"] == exchange.response.status


def test_names_of_files_are_safe_and_unlike_each_other_whatever_the_file_system() -> None:
    found = [names.file(names.of_case(each.id)).as_posix() for one in generations() for each in cases(one)]
    assert len({each.lower() for each in found}) == len(found)
    assert all(re.fullmatch(r"[\w./%-]+", each) and len(each) < 200 for each in found)
    assert [names.told(each.removesuffix(".yaml")) for each in found] == [
        each.id for one in generations() for each in cases(one)
    ]
