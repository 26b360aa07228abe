"""Allure results, through allure-pytest: what the current test is about, and every exchange as a step.

The only door to allure. It is called while the item runs, since that is when allure-pytest listens.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import allure

from conformance import __version__
from conformance.contract.model import Contract, Grade, Level
from conformance.report import text
from conformance.session.events import Event, case_event
from conformance.session.outcome import Outcome, Verdict
from conformance.session.redact import Redactor

_SEVERITY = {
    Level.MUST: allure.severity_level.CRITICAL,
    Level.SHOULD: allure.severity_level.NORMAL,
    Level.MAY: allure.severity_level.MINOR,
}


_NAME = "Contract of the Xero Contacts API"


def describe(outcome: Outcome, redactor: Redactor) -> None:
    """Tell allure what the current test is, and attach its exchanges and its difference."""
    event = case_event(outcome, redactor)
    _label(outcome)
    for each in event["exchanges"]:
        with allure.step(text.title(each)):
            allure.attach(text.exchange(each), "exchange", allure.attachment_type.TEXT)
    if event["difference"]:
        allure.attach("\n".join(event["difference"]), "difference", allure.attachment_type.TEXT)
    allure.dynamic.description(_description(event, outcome))


def _description(event: Event, outcome: Outcome) -> str:
    clause = outcome.case.clause
    lines = [f"{clause.level}, {clause.grade}: {clause.source}."]
    if event["choice"]:
        lines.append(f"The contract leaves this open. What this target does: {event['choice']}.")
    elif outcome.verdict is not Verdict.PASS:
        lines.append(event["reason"])
    if event["told_with"]:
        lines.append(f"Told in one conversation with {', '.join(dict.fromkeys(event['told_with']))}.")
    return "\n\n".join(lines)


def _label(outcome: Outcome) -> None:
    clause = outcome.case.clause
    parameter = f"{outcome.case.parameter}, " if outcome.case.parameter else ""
    allure.dynamic.title(f"{parameter}{outcome.case.format.replace('-', ' written, read as ')}  ({clause.id})")
    allure.dynamic.epic(outcome.case.contract.generation)
    allure.dynamic.feature(clause.chapter)
    allure.dynamic.story(clause.sentence)
    allure.dynamic.severity(_SEVERITY[clause.level] if clause.grade is Grade.DOCUMENTED else _milder(clause.level))
    allure.dynamic.tag(outcome.case.format, clause.grade.value)
    allure.dynamic.label("clause", clause.id)


def _milder(level: Level) -> Any:
    return _SEVERITY[Level.SHOULD if level is Level.MUST else Level.MAY]


# Understood alike by Java and by JavaScript, which know no common flag for a dot that takes line ends.
_SUITE_ERROR = r"[\s\S]*the suite itself failed[\s\S]*"


def categories() -> list[dict[str, Any]]:
    """What allure sorts endings by."""
    return [
        {"name": "Violation of the contract", "matchedStatuses": ["failed"]},
        {"name": "Suite error", "matchedStatuses": ["broken"], "messageRegex": _SUITE_ERROR},
        {"name": "Could not run", "matchedStatuses": ["broken"]},
        {"name": "Not applicable", "matchedStatuses": ["skipped"]},
    ]


def configuration() -> dict[str, Any]:
    """What the Allure command line is told: by what to group, and the same categories, which it reads nowhere else."""
    options = {"reportName": _NAME, "singleFile": True, "reportLanguage": "en", "groupBy": ["epic", "feature", "story"]}
    return {"name": _NAME, "categories": categories(), "plugins": {"awesome": {"options": options}}}


def surroundings(folder: Path, header: Event, contracts: tuple[Contract, ...]) -> None:
    """Write ``environment.properties`` and ``categories.json`` beside the results."""
    facts = {
        "suite": __version__,
        "target": header["target"],
        "profile": header["profile"],
        "seed": header["seed"],
        **{f"contract {each.generation}": f"{each.title}, sha256 {each.digest[:16]}" for each in contracts},
    }
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name.replace(' ', '.')} = {value}" for name, value in facts.items()]
    (folder / "environment.properties").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "categories.json").write_text(json.dumps(categories(), indent=2) + "\n", "utf-8")
