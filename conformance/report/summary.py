"""A run as a page in Markdown, short enough for the summary of a job; it is made of ``report.json`` alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Report = Mapping[str, Any]

NEEDED = frozenset({"target", "status", "cases", "verdicts", "profile", "generations", "findings", "chapters"})
"""What a report must hold."""

_MOST = 20
_LONGEST = 400
_STEERS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@:-])")


def page(report: Report) -> str:
    """The whole page."""
    return "\n".join([*_head(report), *_findings(report), *_tolerated(report), *_chapters(report)]) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"## {_text(report['target'])}: {report['status']}\n"
    counts = ", ".join(f"{count} {verdict}" for verdict, count in report["verdicts"].items())
    yield f"{report['cases']} cases ({counts or 'none'}), {report['profile']} profile, " + ", ".join(
        report["generations"]
    )
    yield ""


def _findings(report: Report) -> Iterator[str]:
    """The first of each clause and verdict, as often as there is room."""
    groups: dict[tuple[str, str], list[Report]] = {}
    for each in report["findings"]:
        groups.setdefault((each["verdict"], each["clause"]), []).append(each)
    if groups:
        yield from _row("verdict", "clause", "cases", "what was seen first")
        yield from _row(*["---"] * 4)
    for (verdict, clause), found in list(groups.items())[:_MOST]:
        yield from _row(verdict, _text(clause), str(len(found)), _text(found[0]["reason"]))
    if len(groups) > _MOST:
        yield f"\n{len(groups) - _MOST} more clauses: report.json has them all."
    yield ""


def _tolerated(report: Report) -> Iterator[str]:
    found: Sequence[Report] = report.get("tolerated", ())
    for each in found[:_MOST]:
        yield f"- tolerated: {_text(each['case'])}: {_text(each['reason'])}"
    if len(found) > _MOST:
        yield f"- and {len(found) - _MOST} more"
    yield ""


def _chapters(report: Report) -> Iterator[str]:
    chapters: Mapping[str, Mapping[str, int]] = report["chapters"]
    names = list(dict.fromkeys(verdict for counts in chapters.values() for verdict in counts))
    yield from _row("chapter", *names)
    yield from _row("---", *["--:"] * len(names))
    for chapter, counts in chapters.items():
        yield from _row(_text(chapter), *(str(counts.get(each, "")) for each in names))


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cells) + " |"


def _text(text: str) -> str:
    """What a stranger wrote, as text and nothing else."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return _STEERS.sub(r"\\\1", line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
