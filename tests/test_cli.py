"""The command line as its users meet it: exit codes, one-line errors, reports, and targets that misbehave."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from loopback import Server, serving

from conformance.cli import commands
from conformance.errors import BadOption, TargetDown
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.session.events import read
from conformance.targets.embedded import embedded

NEWEST = "2.0-2026"
FAULT = "partial-update.omitted-scalar-kept.clears-EmailAddress"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(commands, ["run", *words, "--reports", str(folder)], standalone_mode=False)


def report(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "report.json").read_text("utf-8"))


def test_a_faithful_target_conforms_and_leaves_its_reports(tmp_path: Path) -> None:
    done = run(tmp_path, "embedded", "--generation", "1.0")
    assert done.return_value == 0, done.output
    document = report(tmp_path)
    assert document["status"] == "conforms"
    assert document["findings"] == []
    assert document["verdicts"] == {"pass": document["cases"]}
    assert {"events.jsonl", "junit.xml", "allure-results"} <= {each.name for each in tmp_path.iterdir()}


def test_the_summary_fits_eighty_columns_and_has_no_colours_in_a_pipe(tmp_path: Path) -> None:
    done = run(tmp_path, f"embedded:{FAULT}", "--generation", NEWEST, "--format", "json")
    assert "\x1b" not in done.output
    prose = [line for line in done.output.splitlines() if "conformance run" not in line and "--only" not in line]
    assert max(map(len, prose)) <= 80 or any("embedded:" in line for line in prose if len(line) > 80)


def test_a_violation_is_told_in_one_sentence_with_the_command_that_repeats_it(tmp_path: Path) -> None:
    done = run(tmp_path, f"embedded:{FAULT}", "--generation", NEWEST, "--format", "json")
    assert done.return_value == 1
    finding = report(tmp_path)["findings"][0]
    assert finding["case"] == f"{NEWEST}/json/partial-update.omitted-scalar-kept[EmailAddress]"
    assert finding["chapter"] == "partial-update"
    assert finding["verdict"] == "fail"
    assert re.match(r"EmailAddress was '\S+@mail\.example' before the update and is absent after it", finding["reason"])
    assert "documented" in finding["reason"]
    again = run(tmp_path / "again", f"embedded:{FAULT}", "--generation", NEWEST, "--only", finding["case"])
    assert again.return_value == 1
    assert report(tmp_path / "again")["cases"] == 1
    assert f"--only '{finding['case']}'" in done.output


def test_events_meet_their_schema_and_count_what_ran(tmp_path: Path) -> None:
    run(tmp_path, "embedded", "--generation", NEWEST, "--only", "*/upsert.match-*")
    events = read(tmp_path / "events.jsonl")
    assert events[0]["kind"] == "header"
    assert events[-1]["status"] == "conforms"
    assert len(events) == report(tmp_path)["cases"] + 2 == events[0]["cases"] + 2
    assert all(each["exchanges"] or each["told_with"] for each in events[1:-1])


def test_workers_give_the_same_verdicts_as_one_process(tmp_path: Path) -> None:
    words = (f"embedded:{FAULT}", "--generation", NEWEST, "--format", "json", "--only", "*/partial-update.*")
    for name, more in (("one", ()), ("two", ("-n", "2"))):
        assert run(tmp_path / name, *words, *more).return_value == 1
    one, two = report(tmp_path / "one"), report(tmp_path / "two")
    assert one["verdicts"] == two["verdicts"]
    assert sorted(each["case"] for each in one["findings"]) == sorted(each["case"] for each in two["findings"])


def test_junit_has_real_failure_error_and_skipped_children(tmp_path: Path) -> None:
    fault = "upsert.match-by-id.ignored"
    run(tmp_path, f"embedded:{fault}", "--generation", NEWEST, "--format", "json", "--lacks", "create")
    suite = ET.parse(tmp_path / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    verdicts = report(tmp_path)["verdicts"]
    assert len(suite.findall("testcase/failure")) == verdicts["fail"] > 0
    assert len(suite.findall("testcase/error")) == verdicts["could-not-run"] > 0
    assert len(suite.findall("testcase/skipped")) == verdicts["not-applicable"] > 0


def test_allure_results_tell_every_case_apart(tmp_path: Path) -> None:
    run(tmp_path, f"embedded:{FAULT}", "--generation", NEWEST)
    results = [json.loads(each.read_text("utf-8")) for each in (tmp_path / "allure-results").glob("*-result.json")]
    document = report(tmp_path)
    assert len({each["historyId"] for each in results}) == len(results) == document["cases"]
    failed = [each for each in results if each["status"] == "failed"]
    assert len(failed) == document["verdicts"]["fail"]
    labels = {each["name"]: each["value"] for each in failed[0]["labels"]}
    assert labels["epic"] == NEWEST
    assert labels["feature"] == "partial-update"
    assert labels["severity"] == "critical"
    steps = [each for each in failed[0]["steps"] if "->" in each["name"]]
    text = (tmp_path / "allure-results" / steps[0]["attachments"][0]["source"]).read_text("utf-8")
    assert text.startswith("POST /api.xro/2.0/Contacts")
    assert "curl -i -X POST" in text
    assert {"environment.properties", "categories.json"} <= {
        each.name for each in (tmp_path / "allure-results").iterdir()
    }


def test_a_history_id_does_not_change_between_runs(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        run(tmp_path / name, "embedded", "--generation", "1.0")
        results = (tmp_path / name / "allure-results").glob("*-result.json")
        seen.append({json.loads(each.read_text("utf-8"))["historyId"] for each in results})
    assert seen[0] == seen[1]


USAGE = [
    (("moc",), "is not a target"),
    (("mock:",), "is not a target"),
    (("mock:ftp://127.0.0.1",), "http"),
    (("embedded:upsert.match-by-name.ignord",), "did you mean"),
    (("embedded", "--generation", "2.0-2027"), "2.0-2026"),
    (("embedded", "--only", "nothing-like-it"), "conformance list cases"),
    (("embedded", "--generation", "1.0", "--format", "json"), "json"),
    (("embedded", "--lacks", "wings"), "wings"),
    (("embedded", "--header", "no colon"), "Name: value"),
    (("mock:http://127.0.0.1:9", "--timeout", "soon"), "seconds"),
    (("embedded", "--reports", "/dev/null/x"), "/dev/null/x"),
]


@pytest.mark.parametrize(("words", "said"), USAGE, ids=[" ".join(each[0]) for each in USAGE])
def test_every_bad_input_is_one_clear_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    arguments = ["run", *words] + ([] if "--reports" in words else ["--reports", str(tmp_path)])
    with pytest.raises(BadOption) as caught:
        CliRunner().invoke(commands, arguments, standalone_mode=False, catch_exceptions=False)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_target_that_is_down_is_one_line_before_the_first_case(tmp_path: Path) -> None:
    with pytest.raises(TargetDown) as caught:
        CliRunner().invoke(commands, ["run", "mock:http://127.0.0.1:1"], standalone_mode=False, catch_exceptions=False)
    assert "nothing listens at 127.0.0.1:1" in str(caught.value)


def failing_after(count: int, then: Response) -> Any:
    """The faithful server, until it has answered ``count`` requests."""
    target, answered = embedded(contract(NEWEST)), iter(range(count))

    def answer(request: Request) -> Response:
        return then if next(answered, None) is None else target.send(request)

    return answer


def test_a_server_that_turns_to_html_errors_in_the_middle_is_incomplete_and_shown(tmp_path: Path) -> None:
    broken = Response(status=500, headers=Headers((("Content-Type", "text/html"),)), body=b"<h1>Oops</h1>")
    with Served(failing_after(60, broken)) as url:
        done = run(tmp_path, f"mock:{url}", "--generation", NEWEST, "--format", "json")
    assert done.return_value in (1, 3)
    document = report(tmp_path)
    assert document["verdicts"]["could-not-run"] > 50
    assert "suite-error" not in document["verdicts"]
    assert any("500" in each["reason"] for each in document["findings"])


@pytest.mark.parametrize("way", ["hangs", "resets", "garbage"])
def test_a_server_that_stops_speaking_http_never_hangs_the_run(tmp_path: Path, way: str) -> None:
    def behave(server: Server, sock: Any, number: int) -> None:
        server.hear(sock)
        if number == 1:
            sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif way == "hangs":
            server.over.wait(20)
        elif way == "garbage":
            sock.sendall(b"\x00\x01 this is not HTTP\r\n\r\n")

    with serving(behave) as server:
        address = f"http://127.0.0.1:{server.address.port}"
        done = run(tmp_path, f"mock:{address}", "--generation", "1.0", "--timeout", "0.4")
    assert done.return_value == 3, done.output
    events = read(tmp_path / "events.jsonl")
    # What a run without keys of its own cannot ask of a mock is not applicable whatever the mock does.
    told = [each for each in events[1:-1] if each["verdict"] != "not-applicable"]
    assert {each["verdict"] for each in told} == {"could-not-run"}
    assert len(told) > 100
    assert all(one["failure"] for each in told for one in each["exchanges"][:1])


def test_nothing_but_not_applicable_is_no_pass(tmp_path: Path) -> None:
    done = run(tmp_path, "embedded", "--generation", "1.0", "--lacks", "xml")
    assert done.return_value == 3
    assert report(tmp_path)["status"] == "incomplete"


def test_the_core_profile_holds_documented_musts_alone(tmp_path: Path) -> None:
    run(tmp_path, "embedded", "--generation", NEWEST, "--profile", "core", "--format", "json")
    events = read(tmp_path / "events.jsonl")[1:-1]
    assert {(each["level"], each["grade"]) for each in events} == {("MUST", "documented")}


@pytest.mark.parametrize("what", ["clauses", "cases", "faults", "generations"])
def test_what_there_is_can_be_listed(what: str) -> None:
    done = CliRunner().invoke(commands, ["list", what])
    assert done.exit_code == 0
    assert NEWEST in done.output


def test_a_clause_is_explained_with_its_source_its_cases_and_an_exchange() -> None:
    done = CliRunner().invoke(commands, ["explain", "create-conflict.name-refused"])
    assert done.exit_code == 0
    assert "MUST, documented: " in done.output
    assert f"{NEWEST}/json/create-conflict.name-refused" in done.output
    assert "PUT /api.xro/2.0/Contacts" in done.output
    assert "400" in done.output


def test_every_command_explains_itself_with_an_example() -> None:
    for name in commands.commands:
        done = CliRunner().invoke(commands, [name, "--help"])
        assert done.exit_code == 0
        assert f"conformance {name}" in done.output
