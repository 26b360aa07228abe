"""``conformance record`` and ``conformance run cassette:DIR``, as they are used."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from vcr.cassette import Cassette

from conformance.cli import commands

ONLY = ("--generation", "2.0-2010", "--format", "json")
SOME = (*ONLY, "--only", "*/create-conflict.*", "--only", "*/batch.*")


def conformance(*words: str, reports: Path) -> Result:
    return CliRunner().invoke(commands, [*words, "--reports", str(reports)], standalone_mode=False)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recording")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1764000000")
        done = conformance("record", "embedded", str(folder / "cassettes"), *SOME, reports=folder / "reports")
    assert done.return_value == 0, done.output
    return folder / "cassettes"


@pytest.fixture
def cassettes(recording: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(recording, tmp_path / "cassettes"))


def play(cassettes: Path, tmp_path: Path, *words: str) -> tuple[int, str, dict[str, Any]]:
    some = words or SOME
    done = conformance("run", f"cassette:{cassettes}", *some, reports=tmp_path / "reports")
    assert done.exception is None, done.exception
    report = json.loads((tmp_path / "reports" / "report.json").read_text())
    return done.return_value, " ".join(done.output.split()), report


def test_a_recording_is_judged_without_any_socket(
    cassettes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    code, said, report = play(cassettes, tmp_path)
    assert code == 0, said
    assert "not of the real service" in said
    assert report["status"] == "conforms"
    found = report["recording"]
    assert found["recorded_from"] == ["embedded"]
    assert found["recorded"] == "2025-11-24T16:00:00+00:00"
    assert found["problems"] == found["warnings"] == found["remarks"] == []


def test_every_file_says_where_it_comes_from_and_vcrpy_loads_it(cassettes: Path) -> None:
    files = sorted(cassettes.rglob("*.yaml"))
    assert files
    for path in files:
        head = json.loads(path.read_text())["conformance"]
        assert head["recorded_from"] == "embedded"
        assert "reference server" in head["note"]
        assert {"recorded", "suite", "contract", "generation", "format", "seed", "profile"} <= set(head)
        assert "case" in head or "scene" in head
        loaded = Cassette.load(path=str(path))
        assert len(loaded) == len(json.loads(path.read_text())["interactions"]) > 0


def test_in_several_processes_nothing_changes(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SOURCE_DATE_EPOCH", "1764000000"), ("TZ", "Asia/Tokyo"), ("PYTHONHASHSEED", "7")):
        monkeypatch.setenv(name, value)
    words = ("record", "embedded", str(tmp_path / "other"), *SOME, "-n", "2")
    done = conformance(*words, reports=tmp_path / "reports")
    assert done.return_value == 0, done.output
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (recording, tmp_path / "other")
    )
    assert one == other
    assert play(tmp_path / "other", tmp_path, *SOME, "-n", "2")[0] == 0


def test_a_part_of_a_recording_is_judged_by_itself(cassettes: Path, tmp_path: Path) -> None:
    for folder in (cassettes / "2.0-2010", cassettes / "2.0-2010" / "json"):
        code, said, report = play(folder, tmp_path, "--only", "*/create-conflict.*")
        assert code == 0, said
        assert list(report["formats"]["2.0-2010"]) == ["json"]


def some(cassettes: Path, text: str) -> Path:
    return next(path for path in sorted(cassettes.rglob("*.yaml")) if text in path.read_text())


def test_a_request_that_was_not_recorded_names_the_case_and_what_differs(cassettes: Path, tmp_path: Path) -> None:
    path = some(cassettes, '"method": "PUT"')
    document = json.loads(path.read_text())
    asked = next(each["request"] for each in document["interactions"] if each["request"]["method"] == "PUT")
    asked["body"] = asked["body"].replace("Conformance ", "Another ")
    path.write_text(json.dumps(document))
    code, said, report = play(cassettes, tmp_path)
    assert code == 3
    assert report["status"] == "incomplete"
    assert "has no answer to PUT /api.xro/2.0/Contacts; the nearest that was recorded is PUT" in said
    assert "Name is 'Conformance " in said
    assert "here and 'Another " in said


def test_what_was_played_once_is_not_played_again(cassettes: Path, tmp_path: Path) -> None:
    path = some(cassettes, '"method": "GET"')
    document = json.loads(path.read_text())
    asked = [(each["request"]["uri"], each["request"]["body"]) for each in document["interactions"]]
    twice = next((place for place, each in enumerate(asked) if asked.count(each) > 1), None)
    for each in sorted(cassettes.rglob("*.yaml")) if twice is None else ():
        path, document = each, json.loads(each.read_text())
        asked = [(one["request"]["uri"], one["request"]["body"]) for one in document["interactions"]]
        twice = next((place for place, one in enumerate(asked) if asked.count(one) > 1), None)
        if twice is not None:
            break
    assert twice is not None
    del document["interactions"][twice]
    path.write_text(json.dumps(document))
    code, said, _ = play(cassettes, tmp_path)
    assert code == 3
    assert "and has been played already" in said


def test_what_is_never_played_is_told(cassettes: Path, tmp_path: Path) -> None:
    path = some(cassettes, '"method": "GET"')
    document = json.loads(path.read_text())
    extra = {**document["interactions"][0], "request": {**document["interactions"][0]["request"], "method": "DELETE"}}
    path.write_text(json.dumps({**document, "interactions": [*document["interactions"], extra]}))
    code, said, report = play(cassettes, tmp_path)
    assert code == 3
    assert "never played, the first is DELETE" in said
    assert len(report["recording"]["remarks"]) == 1
    code, said, report = play(cassettes, tmp_path, *SOME, "--lenient")
    assert code == 0
    assert "never played, the first is DELETE" in said


def test_cases_without_a_cassette_and_cassettes_without_a_case_are_told(cassettes: Path, tmp_path: Path) -> None:
    path = next(path for path in sorted(cassettes.rglob("*.yaml")) if path.parent.name != "scenes")
    document = json.loads(path.read_text())
    document["conformance"]["case"] = "2.0-2010/json/upsert.long-gone"
    path.with_name("upsert.long-gone.yaml").write_text(json.dumps(document))
    path.unlink()
    index = path.with_name("index.json")
    told = json.loads(index.read_text())["cases"]
    (cassettes / "strange.yaml").write_text("interactions: []\n")
    index.write_text(json.dumps({"cases": dict(list(told.items())[:-1])}))
    code, said, report = play(cassettes, tmp_path)
    assert code == 3
    problems = " ".join(report["recording"]["problems"])
    assert "no case is called 2.0-2010/json/upsert.long-gone any more" in problems
    assert "strange.yaml is no recording of this suite" in problems
    assert "there is no cassette of" in problems
    assert "does not fit" in said


def test_age_and_contract_are_told_and_fail_when_asked_to(cassettes: Path, tmp_path: Path) -> None:
    code, said, report = play(cassettes, tmp_path, *SOME, "--max-age", "30d")
    assert code == 0
    assert "days ago, and --max-age is 30d" in said
    assert report["recording"]["age_days"] > 300
    assert play(cassettes, tmp_path, *SOME, "--max-age", "30d", "--stale", "fail")[0] == 3
    assert play(cassettes, tmp_path, *SOME, "--max-age", "99999d", "--stale", "fail")[0] == 0
    for path in cassettes.rglob("*.yaml"):
        path.write_text(path.read_text().replace('"contract": "', '"contract": "0'))
    code, said, _ = play(cassettes, tmp_path)
    assert code == 0
    assert "2.0-2010 was recorded against another contract than today's" in said
    assert play(cassettes, tmp_path, *SOME, "--stale", "fail")[0] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--max-age", "soon"), "is not an age"),
        (("--seed", "7"), "recorded with the seed '1'"),
        (("--generation", "1.0"), "holds nothing of generation '1.0'"),
    ],
)
def test_options_that_mean_nothing_are_one_line(
    cassettes: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = conformance("run", f"cassette:{cassettes}", *words, reports=tmp_path)
    assert said in str(done.exception)


def test_a_cassette_that_would_execute_something_is_refused(cassettes: Path, tmp_path: Path) -> None:
    path = some(cassettes, '"method": "GET"')
    path.write_text(f"version: 1\nx: !!python/object/apply:pathlib.Path.touch [{tmp_path / 'PWNED'}]\n")
    done = conformance("run", f"cassette:{cassettes}", reports=tmp_path / "reports")
    assert f"{path}:2: the tag !!python/object/apply:pathlib.Path.touch would make an object" in str(done.exception)
    assert not (tmp_path / "PWNED").exists()


def test_folders_without_a_recording_are_one_line(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        done = conformance("run", f"cassette:{folder}", reports=tmp_path / "reports")
        assert "\n" not in str(done.exception)
        assert str(folder) in str(done.exception)


def test_recording_a_part_anew_leaves_the_rest(cassettes: Path, tmp_path: Path) -> None:
    before = {path.relative_to(cassettes) for path in cassettes.rglob("*") if path.is_file()}
    words = (*ONLY, "--only", "*/create-conflict.*")
    done = conformance("record", "embedded", str(cassettes), *words, reports=tmp_path / "reports")
    assert done.return_value == 0, done.output
    assert {path.relative_to(cassettes) for path in cassettes.rglob("*") if path.is_file()} == before
    assert play(cassettes, tmp_path)[0] == 0


def test_the_plugin_judges_a_recording_too(cassettes: Path, tmp_path: Path) -> None:
    words = [f"--conformance-target=cassette:{cassettes}", "--conformance-only=*/batch.*", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", f"--rootdir={tmp_path}", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
