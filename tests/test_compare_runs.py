"""Two runs side by side: noise is nothing, and what changed is named, classed, and told once."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from conformance.cli import commands
from conformance.cli.fresh import side
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.derive.faults import require
from conformance.errors import BadOption
from conformance.regression.comparison import Comparison, compare
from conformance.regression.ignores import parsed, read
from conformance.regression.names import GUID
from conformance.regression.runs import Run, load
from conformance.regression.table import RULES, STATUSES, TABLE, VALUES, VERDICTS
from conformance.report import regression
from conformance.rules.registry import contract
from conformance.session import alarms
from conformance.session.events import case_event
from conformance.session.redact import Redactor
from conformance.session.run import Settings, run
from conformance.suite.plan import Options
from conformance.targets.embedded import Embedded
from conformance.variants.catalogue import find
from conformance.wire.scalar import ZERO_GUID

ROOT = Path(__file__).resolve().parent.parent
NEWEST = generations()[-1]
STRANGER = {"ContactID": "11111111-2222-4333-8444-555555555555", "Name": "somebody else"}
SOME = ("*/upsert.match-by-*", "*/partial-update.omitted-scalar-kept*", "*/create-conflict.name-refused*")


FAULTS = (
    "upsert.mixed-list.loses-new",
    "create-conflict.name-error-number.other",
    "partial-update.omitted-scalar-kept.clears-EmailAddress",
    "read-only.ignored-on-upsert.takes-IsSupplier",
    "access.tenants-apart.shared-narrowed-list",
    "upsert.id-before-number.swaps",
)
#: faithful variants, and whether there is anything to say of them
VARIANTS = {
    "json-pretty": False,
    "xml-namespaces": False,
    "headers-in-small-letters": False,
    "json-unknown-everywhere": True,
    "json-nulls": True,
    "xml-nils": True,
    "guids-in-capitals": True,
    "application-xml": True,
}


def told(target: str = "embedded", *only: str, generation: str = NEWEST, **words: Any) -> Run:
    options = Options(target=target, generations=(generation,), only=only, **words)
    return side(target, options, None, Console(quiet=True))


@pytest.fixture(scope="module")
def baseline() -> Run:
    return told("embedded", *SOME, formats=("json",))


def altered(run: Run, change: Callable[[dict[str, Any]], object]) -> Run:
    """The same run, with every answer that has a record changed."""
    events = copy.deepcopy(run.events)
    for exchange in exchanges(events):
        response = exchange["response"]
        body = json.loads(response["body"])
        if body.get("Contacts"):
            change(body)
            response["body"] = json.dumps(body)
    return Run(name="changed", header=run.header, events=events)


def exchanges(events: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    return (each for event in events for each in event["exchanges"] if "Contacts" in each["response"]["body"])


def rules(found: Comparison) -> dict[str, str]:
    return {line.rule.id: line.harm.value for line in found.lines}


# ---------------------------------------------------------------- noise


@pytest.mark.parametrize("generation", generations())
def test_the_same_server_twice_is_no_change(generation: str) -> None:
    first, second = (told(generation=generation, profile="core") for _ in range(2))
    found = compare(first, second)
    assert not found.lines
    assert found.exchanges > 20


@pytest.mark.parametrize("generation", generations())
def test_another_seed_is_no_change(generation: str) -> None:
    first, second = (told(generation=generation, profile="core", seed=each) for each in ("1", "another"))
    found = compare(first, second)
    assert not found.lines
    assert found.exchanges == sum(len(each) for each in first.conversations.values())


def test_other_identifiers_dates_headers_and_neighbours_are_no_change(baseline: Run) -> None:
    text = json.dumps(baseline.events).replace("/Date(17672", "/Date(17999")
    for each in set(GUID.findall(text)) - {ZERO_GUID}:
        text = text.replace(each, f"{each[::-1][:8]}-1111-4111-8111-{each[-12:]}")
    later = Run(name="later", header=baseline.header, events=tuple(json.loads(text)))
    for each in exchanges(later.events):
        each["response"]["headers"] += [["Date", "now"], ["Server", "x"], ["X-Request-Id", "7"], ["Via", "y"]]
        if each["request"]["method"] == "GET" and "?" in each["request"]["url"]:
            body = json.loads(each["response"]["body"])
            body["Contacts"] = [*reversed(body["Contacts"]), STRANGER]
            each["response"]["body"] = json.dumps(body, indent=4)
    assert not compare(baseline, later).lines


def test_a_scene_told_in_another_case_is_no_change(baseline: Run) -> None:
    events = copy.deepcopy(baseline.events)
    teller = next(event for event in events if any("scene" in each for each in event["exchanges"]))
    moved = [each for each in teller["exchanges"] if "scene" in each]
    teller["exchanges"] = [each for each in teller["exchanges"] if "scene" not in each]
    other = next(each for each in events if each is not teller and each["format"] == teller["format"])
    other["exchanges"] = [*moved, *other["exchanges"]]
    found = compare(baseline, Run(name="moved", header=baseline.header, events=(*reversed(events),)))
    assert not found.lines
    assert found.exchanges == compare(baseline, baseline).exchanges


# ---------------------------------------------------------------- changes


def _first(body: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = body["Contacts"][0]
    return record


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str, str]] = {
    "a new member": (lambda body: _first(body).update(Tags="new"), "member-new", "harmless"),
    "a member gone": (lambda body: _first(body).pop("Name"), "member-vanished", "breaking"),
    "a boolean as text": (lambda body: _first(body).update(IsSupplier="false"), "type-changed", "breaking"),
    "another boolean": (lambda body: _first(body).update(IsSupplier=True), "boolean-changed", "risky"),
    "another text": (lambda body: _first(body).update(ContactStatus="LIVE"), "text-changed", "risky"),
    "a value gone": (lambda body: _first(body).update(ContactStatus=None), "value-emptied", "breaking"),
    "null where nothing was": (lambda body: _first(body).update(Website=None), "emptiness-changed", "risky"),
    "another notation": (
        lambda body: _first(body).update(UpdatedDateUTC="2026-01-01T00:00:00"),
        "notation-changed",
        "risky",
    ),
    "no moment at all": (lambda body: _first(body).update(UpdatedDateUTC="yesterday"), "type-changed", "breaking"),
    "capitals": (
        lambda body: _first(body).update(ContactID=_first(body)["ContactID"].upper()),
        "notation-changed",
        "risky",
    ),
    "the envelope": (lambda body: body.pop("Status"), "member-vanished", "breaking"),
}


@pytest.mark.parametrize(("change", "rule", "harm"), CHANGES.values(), ids=CHANGES)
def test_a_change_in_answers_is_one_line_with_its_class(
    baseline: Run, change: Callable[[dict[str, Any]], object], rule: str, harm: str
) -> None:
    found = compare(baseline, altered(baseline, change))
    assert rules(found) == {rule: harm}
    assert len(found.lines) == 1
    assert found.lines[0].count > 3
    assert found.lines[0].example["request"]


def test_an_identifier_that_stands_for_another_record_is_breaking(baseline: Run) -> None:
    later = altered(baseline, lambda _: None)
    answer = next(exchanges(later.events))["response"]
    body = json.loads(answer["body"])
    answer["body"] = json.dumps(body).replace(_first(body)["ContactID"], "88888888-2222-4333-8444-555555555555")
    assert rules(compare(baseline, later)) == {"identifier-changed": "breaking"}


@pytest.mark.parametrize(
    ("status", "rule", "harm"),
    [(400, "-refused", "breaking"), (500, "server-fails", "breaking"), (201, "other-success", "risky")],
)
def test_a_status_is_compared(baseline: Run, status: int, rule: str, harm: str) -> None:
    later = altered(baseline, lambda _: None)
    for each in exchanges(later.events):
        if each["response"]["status"] == 200:
            each["response"]["status"] = status
    found = rules(compare(baseline, later))
    assert all(name.endswith(rule) and value == harm for name, value in found.items())
    assert found


@pytest.mark.parametrize(
    ("headers", "rule", "harm"),
    [
        ([["Content-Type", "text/plain"]], "media-type-changed", "breaking"),
        ([["content-type", "application/json"]], "media-type-parameter-changed", "risky"),
        ([], "media-type-changed", "breaking"),
        ([["Content-Type", "application/json; charset=utf-8"], ["X-New", "1"]], "header-new", "harmless"),
    ],
)
def test_headers_are_compared(baseline: Run, headers: list[list[str]], rule: str, harm: str) -> None:
    later = altered(baseline, lambda _: None)
    for each in exchanges(later.events):
        each["response"]["headers"] = headers
    assert rules(compare(baseline, later)) == {rule: harm}


@pytest.mark.parametrize("body", ["", "{", "<Response/>", "plain"])
def test_a_body_of_another_kind_is_breaking(baseline: Run, body: str) -> None:
    later = altered(baseline, lambda _: None)
    for each in exchanges(later.events):
        each["response"]["body"] = body
    assert set(rules(compare(baseline, later)).values()) == {"breaking"}


def test_a_cut_body_is_said_to_be_cut_and_the_rest_is_compared(baseline: Run) -> None:
    later = altered(baseline, lambda _: None)
    for each in exchanges(later.events):
        each["response"] = {"status": 201, "headers": [], "body": '{"Contacts": [\n... cut, 30000 bytes in all'}
    found = compare(baseline, later)
    assert "other-success" in rules(found)
    assert "member-vanished" not in rules(found)


def test_verdicts_are_compared(baseline: Run) -> None:
    broken = told("embedded:partial-update.omitted-scalar-kept.clears-EmailAddress", *SOME, formats=("json",))
    found = compare(baseline, broken)
    line = next(each for each in found.lines if each.where == "partial-update.omitted-scalar-kept")
    assert (line.rule.id, line.harm, line.detail) == ("promise-broken", "breaking", "pass -> fail")
    assert found.found("breaking")
    mended = compare(broken, baseline)
    assert rules(mended)["promise-mended"] == "harmless"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_clause_and_its_class(name: str) -> None:
    fault = require(name, (NEWEST,))[NEWEST].fault
    clause = contract(NEWEST).clause(fault.clause)
    first, second = (told(each, f"*/{fault.clause}*", formats=("json",)) for each in ("embedded", f"embedded:{name}"))
    found = compare(first, second)
    mine = {each.harm for each in found.lines if each.about == "cases" and each.where == fault.clause}
    assert mine == {"breaking" if clause.grade.binding else "risky"}
    assert any(fault.clause in each.clauses for each in found.lines if each.about == "answers")


@pytest.mark.parametrize("name", VARIANTS)
def test_a_faithful_server_that_writes_otherwise_breaks_nobody(name: str) -> None:
    made, variant = contract(NEWEST), find(name, NEWEST)
    assert variant is not None
    first = told("embedded", *SOME)
    target, settings = Embedded(alarms.faithful(made, variant)), Settings()
    mine = [each for each in cases(NEWEST) if each.id in first.cases]
    events = [case_event(run(each, target, settings), Redactor(())) for each in mine]
    found = compare(first, Run(name=name, header=first.header, events=tuple(events)))
    assert "breaking" not in rules(found).values()
    assert bool(found.lines) is VARIANTS[name]


def test_an_identifier_that_another_record_has_now_is_no_change(baseline: Run) -> None:
    found = compare(baseline, told("embedded", SOME[0], SOME[2], formats=("json",)))
    assert set(rules(found)) == {"case-vanished"}


def test_a_choice_that_changed_is_risky() -> None:
    only = "*/partial-update.null-omitted*"
    first = told("embedded", only, formats=("json",))
    fault = "embedded:partial-update.omitted-scalar-kept.clears-EmailAddress"
    assert rules(compare(first, told(fault, only, formats=("json",))))["choice-changed"] == "risky"


def test_cases_that_come_and_vanish_are_one_line(baseline: Run) -> None:
    fewer = replace(baseline, events=baseline.events[2:])
    assert rules(compare(baseline, fewer)) == {"case-vanished": "risky"}
    assert rules(compare(fewer, baseline)) == {"case-new": "harmless"}


# ---------------------------------------------------------------- what is around it


def test_every_rule_is_reached_and_every_row_names_one() -> None:
    named = {each[-1] for table in (VERDICTS, STATUSES, VALUES) for each in table} - {"broken"}
    assert named <= set(TABLE)
    assert len(TABLE) == len(RULES)


def test_the_page_of_rules_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "comparison.md").read_text("utf-8") == regression.rules()


def test_an_ignore_needs_a_reason_and_a_use(baseline: Run, tmp_path: Path) -> None:
    later = altered(baseline, lambda body: _first(body).pop("Name"))
    found = compare(baseline, later, [parsed("member-vanished=Contacts[].Name: gone since May")])
    assert not found.counted
    assert not found.found("risky")
    assert found.document()["ignored"][0]["ignored"] == "gone since May"
    unused = compare(baseline, baseline, [parsed("member-new: x")]).document()["unused_ignores"]
    assert unused == ["member-new"]
    for text in ("member-vanished", "member-vanished: ", "nonsense: because"):
        with pytest.raises(BadOption):
            parsed(text)
    file = tmp_path / "ignores.toml"
    file.write_text('[[ignore]]\nrule = "member-new"\n', "utf-8")
    with pytest.raises(BadOption, match="without a reason"):
        read(file)


def cli(*words: str) -> Result:
    return CliRunner().invoke(commands, ["compare", *words], standalone_mode=False)


def stream(run: Run, path: Path) -> Path:
    footer = {"kind": "footer", "status": "conforms", "cases": 1, "exchanges": 1, "seconds": 1}
    path.write_text("".join(json.dumps(each) + "\n" for each in (run.header, *run.events, footer)), "utf-8")
    return path


def test_the_command_line_tells_it_in_every_form(baseline: Run, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>|`x`\x1b[31m"
    first = stream(baseline, tmp_path / "a.jsonl")
    second = stream(altered(baseline, lambda body: _first(body).update(ContactStatus=evil)), tmp_path / "b.jsonl")
    page = tmp_path / "page.html"
    plain = cli(str(first), str(second), "--html", str(page), "--no-color")
    assert plain.return_value == 0
    assert "text-changed" in plain.output
    assert "\x1b" not in plain.output
    assert max(len(each) for each in plain.output.splitlines()) <= 80
    assert "<script>" not in page.read_text("utf-8")
    assert "\\|" in cli(str(first), str(second), "--markdown").output
    document = json.loads(cli(str(first), str(second), "--json").output)
    assert document["counts"] == {"breaking": 0, "risky": 1, "harmless": 0}
    assert cli(str(first), str(second), "--fail-on", "risky").return_value == 1
    assert cli(str(first), str(second), "--fail-on", "none").return_value == 0


def test_a_run_is_compared_with_a_target_that_is_run_like_it(baseline: Run, tmp_path: Path) -> None:
    first = stream(baseline, tmp_path / "events.jsonl")
    done = cli(str(tmp_path), "embedded", "--json")
    assert json.loads(done.output)["cases"] == len(baseline.events)
    assert done.return_value == 0
    mended = json.loads(cli("embedded:upsert.match-by-id.ignored", str(first), "--json").output)
    assert mended["before"]["target"] == "embedded:upsert.match-by-id.ignored"
    assert "promise-mended" in {each["rule"] for each in mended["changes"]}
    assert cli(str(first), "embedded:upsert.match-by-id.ignored").return_value == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a whole run"),
        ('{"kind": ', ":1: not a line of JSON"),
        ('{"kind": "case"}', ":1: not an event"),
        ("[" * 100_000, ":1: not a line of JSON"),
    ],
)
def test_a_broken_stream_is_one_clear_line(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(BadOption) as error:
        load(file)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_a_run_without_its_end_is_refused(baseline: Run, tmp_path: Path) -> None:
    file = stream(baseline, tmp_path / "events.jsonl")
    file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    with pytest.raises(BadOption, match="not a whole run"):
        load(file)


def test_runs_with_nothing_in_common_are_refused(baseline: Run) -> None:
    other = told("embedded", "*/upsert.match-by-number", generation=generations()[0])
    with pytest.raises(BadOption, match="nothing in common"):
        compare(baseline, other)


def test_one_server_asked_twice_with_one_seed_is_said_to_be(baseline: Run) -> None:
    both = replace(baseline, header={**baseline.header, "target": "mock:http://127.0.0.1:1"})
    assert any("asked twice with one seed" in each for each in compare(both, both).notes)
    assert not any("asked twice" in each for each in compare(baseline, baseline).notes)
