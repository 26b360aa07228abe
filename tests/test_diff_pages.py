"""The pages about changes are those that ``make docs`` would write."""

from __future__ import annotations

import re
from pathlib import Path

from conformance.contract.load import generations
from conformance.diff.rulebook import rules
from conformance.report import generations as stories
from conformance.report import rulebook

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_of_rules_is_current() -> None:
    assert (DOCS / "diff-rules.md").read_text("utf-8") == rulebook.page(), "run: make docs"


def test_the_page_beside_the_other_tool_names_rules_that_exist() -> None:
    page = (DOCS / "diff-and-oasdiff.md").read_text("utf-8")
    cells = [line.split("|")[2] for line in page.split("## Where the two")[0].splitlines() if line.count("|") == 3]
    named = {each for cell in cells for each in re.findall(r"`([a-z-]+)`", cell)}
    own = re.findall(r"`([a-z-]+)`", page.partition("Here alone")[2].partition("oasdiff alone")[0])
    assert {*named, *own} - {"any-of", "allOf"} <= rules().keys()


def test_the_page_of_generations_is_current() -> None:
    assert (DOCS / "generations.md").read_text("utf-8") == stories.page(generations()), "run: make docs"
