"""The pages about changes are those that ``make docs`` would write."""

from __future__ import annotations

from pathlib import Path

from conformance.contract.load import generations
from conformance.report import generations as stories
from conformance.report import rulebook

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_of_rules_is_current() -> None:
    assert (DOCS / "diff-rules.md").read_text("utf-8") == rulebook.page(), "run: make docs"


def test_the_page_of_generations_is_current() -> None:
    assert (DOCS / "generations.md").read_text("utf-8") == stories.page(generations()), "run: make docs"
