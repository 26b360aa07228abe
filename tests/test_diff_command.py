"""`conformance diff` and `conformance drift` on the command line: formats, ignores, exit codes, the true story."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.contract.load import folder, generations
from conformance.diff.behaviour import behaviour
from conformance.diff.rulebook import rules
from conformance.diff.sides import compared
from conformance.rules.registry import contract

ROOT = Path(__file__).resolve().parent.parent
EVIL = "/a%\r\n::error::b\x1b[31m|`<b>"


def document(**schemas: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    call = {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}
    return {"openapi": "3.0.3", "paths": {"/things": {"post": call}}, "components": {"schemas": schemas}}


def thing(**properties: Any) -> dict[str, Any]:
    return document(Thing={"type": "object", "properties": properties})


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    old = thing(
        Name={"type": "string", "maxLength": 500}, Kind={"type": "string", "enum": ["A"]}, Gone={"type": "number"}
    )
    new = thing(
        Name={"type": "string", "maxLength": 255}, Kind={"type": "string", "enum": ["A", "B"]}, New={"type": "string"}
    )
    for name, held in (("old.json", old), ("new.json", new)):
        (tmp_path / name).write_text(json.dumps(held, indent=1))
    return str(tmp_path / "old.json"), str(tmp_path / "new.json")


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, ["diff", *words], standalone_mode=False)


def told(*words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json").stdout)
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [each["rule"] for each in found["changes"]]


def test_the_text_says_what_changed_and_whom_it_breaks(files: tuple[str, str]) -> None:
    said = run(*files).stdout
    assert "4 changes (3 breaking, 0 risky, 1 safe)" in " ".join(said.split())
    assert "Thing.Name: maxLength 500 -> 255" in said
    assert "max-length-decreased; breaking for senders" in said
    assert max(len(line) for line in said.splitlines() if "/" not in line) <= 80


def test_a_machine_gets_pointers_lines_and_counts(files: tuple[str, str]) -> None:
    found = told(*files)
    change = next(each for each in found["changes"] if each["rule"] == "max-length-decreased")
    assert change["old"]["pointer"] == "/components/schemas/Thing/properties/Name"
    lines = Path(files[0]).read_text().splitlines()
    assert '"Name"' in lines[change["old"]["line"] - 1]
    assert (change["before"], change["after"], change["requests"], change["answers"]) == (500, 255, 1, 1)
    assert found["counts"] == {"breaking": 3, "risky": 0, "safe": 1}


@pytest.mark.parametrize(("limit", "code"), [("none", 0), ("breaking", 1), ("risky", 1), ("any", 1)])
def test_it_fails_on_what_it_is_told_to(files: tuple[str, str], limit: str, code: int) -> None:
    assert run(*files, "--fail-on", limit).return_value == code
    assert run(files[0], files[0], "--fail-on", limit).return_value == 0


def test_safe_changes_fail_on_any_alone(tmp_path: Path) -> None:
    for name, held in (("a.json", thing()), ("b.json", thing(New={"type": "string"}))):
        (tmp_path / name).write_text(json.dumps(held))
    pair = (str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    codes = {limit: run(*pair, "--fail-on", limit).return_value for limit in ("none", "breaking", "risky", "any")}
    assert codes == {"none": 0, "breaking": 0, "risky": 0, "any": 1}


def test_what_is_ignored_does_not_count_and_is_told(files: tuple[str, str]) -> None:
    words = ("--ignore", "max-length-*@Thing.Name: the database was widened", "--ignore", "member-removed@*/Gone")
    found = told(*files, *words)
    assert ids(found) == ["enum-value-added", "member-added"]
    assert [each["reason"] for each in found["ignored"]] == ["", "the database was widened"]
    kinds = (*words, "--ignore", "enum-value-added")
    assert run(*files, *kinds, "--fail-on", "breaking").return_value == 0


def test_ignores_come_from_a_file_with_reasons_and_unused_ones_are_told(files: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "ignores.toml"
    path.write_text(
        '[[ignore]]\nrule = "enum-value-added"\npath = "Thing.*"\nreason = "has a default branch"\n'
        '[[ignore]]\nrule = "type-changed"\nreason = "not seen any more"\n'
    )
    found = told(*files, "--ignore-file", str(path))
    assert [each["reason"] for each in found["ignored"]] == ["has a default branch"]
    assert [each["rule"] for each in found["unused"]] == ["type-changed"]
    assert "type-changed ignores nothing" in " ".join(run(*files, "--ignore-file", str(path)).stdout.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[ignore]]\nrule = "type-changed"\n', "has no reason"),
        ('[[ignore]]\nreason = "x"\n', "has no rule"),
        ('[[ignore]]\nrule = "type-chnged"\nreason = "x"\n', "did you mean 'type-changed'"),
        ('[[ignore]]\nrule = "type-changed"\nreason = "x"\nuntil = "y"\n', "'until' is not known"),
        ("rule = 1\n", "has no [[ignore]]"),
        ("[[ignore", "is not TOML"),
    ],
)
def test_a_file_of_ignores_that_says_too_little_is_refused(
    files: tuple[str, str], tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "ignores.toml"
    path.write_text(text)
    assert words in str(run(*files, "--ignore-file", str(path)).exception)


def test_only_some_rules_are_told(files: tuple[str, str]) -> None:
    assert ids(told(*files, "--only", "member-*")) == ["member-removed", "member-added"]
    assert "no change rule 'nothing'" in str(run(*files, "--only", "nothing").exception)


@pytest.fixture
def evil(tmp_path: Path) -> tuple[str, str]:
    old, new = thing(**{EVIL: {"type": "string"}}), thing(**{EVIL: {"type": "integer"}})
    for name, held in (("old,a:b.json", old), ("new,a:b.json", new)):
        (tmp_path / name).write_text(json.dumps(held, indent=1))
    return str(tmp_path / "old,a:b.json"), str(tmp_path / "new,a:b.json")


def test_annotations_are_one_command_a_line_whatever_a_file_says(evil: tuple[str, str]) -> None:
    lines = run(*evil, "--format", "github").stdout.split("\n")
    commands_ = [line for line in lines if line.startswith("::")]
    assert len(commands_) == 1
    assert re.fullmatch(r"::error file=[^:,]*%2C[^:,]*%3A[^:,]*,line=\d+,title=type-changed::.*", commands_[0])
    assert "%25" in commands_[0]
    assert "\r" not in "".join(lines)


def test_markdown_means_nothing_more_than_its_words(evil: tuple[str, str]) -> None:
    said = run(*evil, "--format", "markdown").stdout
    row = next(line for line in said.splitlines() if "type-changed" in line)
    assert "<b>" not in said
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "\x1b" not in said


def test_levels_of_annotations_are_those_of_the_changes(files: tuple[str, str]) -> None:
    said = run(*files, "--format", "github").stdout
    assert said.count("::error ") == 3
    assert said.count("::notice ") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "two sides"),
        (("1.0",), "two sides"),
        (("1.0", "2.0-202"), "did you mean '2.0-2026'"),
        (("nothing.yaml", "1.0"), "no file and no generation"),
        ((str(ROOT), "1.0"), "cannot be read"),
    ],
)
def test_a_side_that_is_none_is_refused(words: tuple[str, ...], said: str) -> None:
    assert said in str(run(*words).exception)


def test_an_unknown_resource_is_refused(files: tuple[str, str]) -> None:
    assert "no operation is about 'Nothing'" in str(run(*files, "--resource", "Nothing").exception)
    assert ids(told(*files, "--resource", "things"))[0] == "member-removed"


def test_the_rules_are_listed() -> None:
    listed = json.loads(run("--rules", "--json").stdout)
    assert [each["id"] for each in listed] == list(rules())
    assert run("--rules").stdout.count("\n") == len(rules())


def test_every_sentence_has_gaps_that_are_known() -> None:
    for each in rules().values():
        assert set(re.findall(r"\{(\w*)\}", each.sentence)) <= {"subject", "old", "new"}, each.id


# ---------------------------------------------------------------- the generations


def story(old: str, new: str) -> set[tuple[str, str]]:
    return {(each.rule, each.subject) for each in compared(old, new).changes}


def test_the_story_from_2010_to_2026_is_true() -> None:
    found = story("2.0-2010", "2.0-2026")
    sentences = {each.sentence for each in compared("2.0-2010", "2.0-2026").changes}
    assert ("member-removed", "Contact.SkypeUserName") in found
    assert "Contact.Name: maxLength 500 -> 255" in sentences
    assert "Contact.EmailAddress: maxLength 500 -> 255" in sentences
    assert ("operation-added", "POST /api.xro/2.0/Contacts/{ContactID}") in found
    assert ("required-parameter-added", "header parameter xero-tenant-id") in found
    assert {("member-added", f"Contact.{each}") for each in ("ContactPersons", "PaymentTerms", "Website")} <= found
    assert not [each for each in found if each[0] in ("member-renamed", "type-changed", "operation-removed")]


def test_the_story_from_1_0_to_2010_is_true() -> None:
    found = compared("1.0", "2.0-2010").changes
    sentences = {each.sentence for each in found}
    assert "POST /api.xro/1.0/contacts is now POST /api.xro/2.0/Contacts" in sentences
    assert ("operation-added", "PUT /api.xro/2.0/Contacts") in {(each.rule, each.subject) for each in found}
    assert "the refusal not-found is 404, not 500 Xero.API.Library.Exceptions.ObjectDoesNotExistException" in sentences
    assert any(each.rule == "clause-added" and each.subject.startswith("create-conflict.") for each in found)


@pytest.mark.parametrize("generation", generations())
def test_a_generation_has_not_changed_from_itself(generation: str) -> None:
    assert not compared(generation, generation).changes


def test_clauses_are_compared_in_everything_that_they_say() -> None:
    old, new = contract("2.0-2010"), contract("2.0-2026")
    found = {each.rule for each in behaviour(old, new)} | {each.rule for each in behaviour(new, old)}
    found |= {each.rule for each in behaviour(contract("1.0"), old)} | {
        each.rule for each in behaviour(old, contract("1.0"))
    }
    unseen = {each.id for each in rules().values() if each.area == "behaviour"} - found
    # No two generations differ in these.
    assert unseen <= {"clause-level-raised", "clause-level-lowered", "message-changed"}


def test_a_contract_and_its_own_document_are_compared_in_full() -> None:
    own = str(folder() / "2.0-2026" / "openapi.yaml")
    assert not compared("2.0-2026", own).changes


def test_two_xsds_are_compared_by_their_types() -> None:
    files_ = [str(folder() / each / "contacts.xsd") for each in ("1.0", "2.0-2010")]
    found = {(each.rule, each.subject): each for each in compared(*files_).changes}
    assert ("type-changed", "Contacts.Contact") in found
    change = found["max-length-added", "Contact.Name"]
    assert change.after == 500
    assert change.new.line > 0
    assert not compared(files_[0], files_[0]).changes


# ---------------------------------------------------------------- drift


def drift(tmp_path: Path, change: tuple[str, str] | None = None, *words: str) -> tuple[int, dict[str, Any]]:
    text = (folder() / "2.0-2026" / "openapi.yaml").read_text("utf-8")
    if change is not None:
        assert text.count(change[0]) >= 1
        text = text.replace(*change)
    file = tmp_path / "vendor.yaml"
    file.write_text(text)
    result = CliRunner().invoke(commands, ["drift", "--openapi", str(file), "--json", *words], standalone_mode=False)
    return result.return_value, json.loads(result.stdout)


def test_a_document_that_says_what_we_say_has_no_drift(tmp_path: Path) -> None:
    code, found = drift(tmp_path)
    assert code == 0
    assert found["disagreements"] == []
    assert {each["why"] for each in found["spent"]} == {"the file says now what we say"}


@pytest.mark.parametrize(
    ("change", "subject", "facet", "erratum"),
    [
        (
            ("enum: [DEFAULT, DDI, MOBILE, FAX]", "enum: [DEFAULT, DDI, MOBILE, FAX, OFFICE]"),
            "Phone.PhoneType",
            "enum",
            "office-phone",
        ),
        (("maxItems: 5", "minItems: 0"), "Contact.ContactPersons", "maxItems", "persons-unlimited"),
        (("maxLength: 255", "maxLength: 254"), "Contact.Name", "maxLength", ""),
        (("\n        Website:", "\n        WebSite9:"), "Contact.Website", "member", ""),
    ],
)
def test_a_disagreement_names_its_erratum(
    tmp_path: Path, change: tuple[str, str], subject: str, facet: str, erratum: str
) -> None:
    code, found = drift(tmp_path, change)
    told_ = [each for each in found["disagreements"] if (each["subject"], each["facet"]) == (subject, facet)]
    assert told_, found["disagreements"]
    assert told_[0]["errata"] == ([erratum] if erratum else [])
    assert code == int(any(not each["covered"] for each in found["disagreements"]))


def test_drift_is_told_for_each_generation_in_80_columns(tmp_path: Path) -> None:
    file = tmp_path / "v.yaml"
    file.write_bytes((folder() / "2.0-2026" / "openapi.yaml").read_bytes())
    for each in generations():
        words = ["drift", "--openapi", str(file), "--generation", each]
        result = CliRunner().invoke(commands, words, standalone_mode=False)
        assert result.exception is None
        assert all(len(line) <= 80 or "/" in line for line in result.stdout.splitlines())
