"""A spec file that is wrong is refused with its file, its line and the remedy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conformance.contract import load
from conformance.contract.model import Contract, Grade
from conformance.contract.toml import line_of
from conformance.errors import BadOption, BadSpec
from conformance.rules.registry import contract, rules

KINDS = {name: rule.takes for name, rule in rules().items()}
NEWEST = "2.0-2026"


def altered(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the newest generation in which one text stands in place of another."""
    place = folder / NEWEST
    shutil.copytree(load.folder() / NEWEST, place)
    text = (place / file).read_text("utf-8")
    assert old in text
    (place / file).write_text(text.replace(old, new, 1), "utf-8")
    return place


def refusal(place: Path) -> BadSpec:
    with pytest.raises(BadSpec) as caught:
        load.read(place, KINDS)
    return caught.value


def line(place: Path, file: str, text: str) -> int:
    """The line, from 1, on which ``text`` first stands."""
    lines = (place / file).read_text("utf-8").splitlines()
    return next(number for number, each in enumerate(lines, 1) if text in each)


CASES = [
    ("clauses.toml", 'level = "MUST"', 'levle = "MUST"', "levle", "did you mean 'level'"),
    ("clauses.toml", 'rule = "creates"', 'rule = "craetes"', "craetes", "did you mean 'creates'"),
    ("clauses.toml", 'by = "ContactNumber" }', 'by = "ContactNumbr" }', "ContactNumbr", "did you mean 'ContactNumber'"),
    ("clauses.toml", 'with = { by = "Name" }', 'with = { bye = "Name" }', "bye", "did you mean 'by'"),
    ("clauses.toml", 'grade = "documented"', 'grade = "rumoured"', "rumoured", "correct the value"),
    ("clauses.toml", 'id = "upsert.match-by-name"', 'id = "upsert.match-by-id"', "upsert.match-by-id", "its own id"),
    ("clauses.toml", 'id = "upsert.minimum"', 'id = "upsurt.minimum"', "upsurt", "did you mean 'upsert'"),
    ("clauses.toml", 'message = "name-taken"', 'message = "name-token"', "name-token", "did you mean 'name-taken'"),
    ("wire.toml", 'identity = "ContactID"', 'identity = "ContactId"', "ContactId", "did you mean 'ContactID'"),
    ("wire.toml", 'moments = "iso"', 'moment = "iso"', "moment", "did you mean 'moments'"),
]


@pytest.mark.parametrize("case", CASES, ids=[each[3] for each in CASES])
def test_a_wrong_word_is_refused_with_its_place_and_the_remedy(tmp_path: Path, case: tuple[str, ...]) -> None:
    file, old, new, named, remedy = case
    place = altered(tmp_path, file, old, new)
    error = refusal(place)
    assert error.file == place / file
    assert named in error.problem
    assert remedy in error.remedy
    text = (place / file).read_text("utf-8").splitlines()[error.line - 1]
    assert named in text, f"line {error.line} is {text!r}"


def test_the_second_of_two_equal_ids_is_the_one_that_is_refused(tmp_path: Path) -> None:
    place = altered(tmp_path, "clauses.toml", 'id = "upsert.same-twice"', 'id = "upsert.match-by-id"')
    lines = (place / "clauses.toml").read_text("utf-8").splitlines()
    both = [number for number, each in enumerate(lines, 1) if each == 'id = "upsert.match-by-id"']
    assert refusal(place).line == both[1]


def test_broken_syntax_is_refused_with_its_line(tmp_path: Path) -> None:
    place = altered(tmp_path, "clauses.toml", 'level = "MUST"', "level = MUST")
    error = refusal(place)
    assert error.line == line(place, "clauses.toml", "level = MUST")
    assert str(error).startswith(f"{place / 'clauses.toml'}:{error.line}: ")


def test_a_schema_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    place = altered(tmp_path, "wire.toml", 'file = "openapi.yaml"', 'file = "openapi.yml"')
    assert "openapi.yml" in refusal(place).problem


def test_an_unknown_generation_is_a_usage_error_with_the_known_names() -> None:
    with pytest.raises(BadOption, match=re.escape("2.0-2026")):
        load.load("2.0-2027", KINDS)


@pytest.fixture(params=load.generations())
def generation(request: pytest.FixtureRequest) -> Contract:
    return contract(str(request.param))


def test_every_clause_says_where_it_comes_from_and_is_tested_or_says_why_not(generation: Contract) -> None:
    for clause in generation.clauses:
        assert clause.sentence.endswith("."), clause.id
        assert len(clause.source) > 8, clause.id
        assert clause.grade in Grade
        tested = list(rules()[clause.rule].checks(generation, clause))
        assert clause.untested or tested, f"{clause.id} has neither a check nor a reason"


def test_a_changed_file_changes_the_digest_of_the_contract(tmp_path: Path) -> None:
    place = altered(tmp_path, "clauses.toml", "shown in the answer.", "shown in its answer.")
    assert load.read(place, KINDS).digest != contract(NEWEST).digest


def test_a_place_inside_an_inline_table_is_found() -> None:
    text = '[[clause]]\nid = "a"\n\n[[clause]]\nid = "b"\nwith = { by = "X" }\n'
    assert line_of(text, ["clause", 1, "by"]) == 6
    assert line_of(text, ["clause", 1, "id"]) == 5
    assert line_of("[a]\nb = 1\n\n[c.d]\nb = 2\n", ["c", "d", "b"]) == 5
