"""What is written of mutants is about functions that exist and changes that were made; the page is fresh."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "mutation"


@pytest.fixture(name="script")
def _script(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield import_module("survivors")
    sys.modules.pop("survivors")


def test_every_sentence_is_about_changes_that_nobody_noticed(script: ModuleType) -> None:
    left = script.kept()["left"]
    for each in script.sentences():
        for function in each.functions:
            fitting = [one for one in left if one["function"] == function and each.fits(one)]
            assert fitting, f"{function}: {each.why}"
        for text in each.texts:
            assert any(text in line for one in left if each.fits(one) for line in one["change"]), (text, each.why)


def test_every_function_that_is_named_still_exists(script: ModuleType) -> None:
    for each in {one["function"] for one in script.kept()["left"]}:
        found: object = import_module(".".join(each.split(".")[:3]))
        for name in each.split(".")[3:]:
            found = vars(found).get(name)
            assert found, f"{each} is gone: take it out of docs/mutants.json and docs/mutants.toml"


def test_the_page_of_mutants_is_fresh(script: ModuleType) -> None:
    assert script.PAGE.read_text("utf-8") == script.page(), "run: python mutation/survivors.py"
