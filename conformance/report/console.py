"""The run on a terminal: progress while it goes on, and a summary that fits 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from conformance.session.causes import causes, grouped
from conformance.session.events import Event
from conformance.session.outcome import Verdict
from conformance.session.status import Status, findings

_STYLES = {
    "pass": "green",
    "warn": "yellow",
    "fail": "bold red",
    "could-not-run": "magenta",
    "suite-error": "bold white on red",
    "tolerated": "cyan",
    "stale": "bold red",
    "not-applicable": "dim",
}

_SAYING = {
    Status.CONFORMS: ("green", "conforms"),
    Status.VIOLATES: ("bold red", "violates the contract"),
    Status.INCOMPLETE: ("magenta", "incomplete: some promises could not be looked at"),
    Status.SUITE_ERROR: ("bold white on red", "suite error: the suite itself is wrong, not the target"),
}


def details(
    console: Console, report: dict[str, Any], cases: Sequence[Event], *, limit: int, rerun: tuple[str, str]
) -> None:
    """What came of the cases: findings first, then a line for each chapter.

    ``rerun`` is the command that repeats the run: what stands in it before and behind the ``--only`` of one case.
    """
    _findings(console, findings(cases), limit, rerun)
    console.print(_chapters(report))
    if report["weather"]:
        said = "; ".join(f"{note} ({count} x)" for note, count in list(report["weather"].items())[:3])
        console.print(f"[dim]weather, which is no verdict: {escape(said)}[/]", soft_wrap=True)
    open_ = [each for each in cases if each["choice"]]
    if open_:
        console.print(f"[dim]{len(open_)} cases are about what the contract leaves open: see choices in report.json[/]")


def verdict(console: Console, report: dict[str, Any]) -> None:
    """What the run comes to, in two lines."""
    style, words = _SAYING[Status(report["status"])]
    console.print(f"[{style}]{escape(report['target'])} {words}[/]", soft_wrap=True)
    console.print(
        f"{report['cases']} cases, {report['exchanges']} exchanges, {report['seconds']:.1f} s, "
        f"{report['profile']} profile, {', '.join(report['generations'])}"
    )


def _findings(console: Console, shown: Sequence[Event], limit: int, rerun: tuple[str, str]) -> None:
    """Causes, each with the first of its findings told in full and what follows from it counted beneath."""
    found = causes(shown)
    for each in found[:limit]:
        first = each.first
        style = _STYLES.get(first["verdict"], "red")
        title = f"[{style}]{first['verdict']}[/]  [bold]{escape(first['clause'])}[/]  {_cases(each.events)}"
        console.print(title)
        console.print(Padding(escape(first["reason"]), (0, 0, 0, 2)))
        console.print(f"  [dim]{escape(rerun[0])} \\\\[/]", soft_wrap=True)
        console.print(f"  [dim]  --only '{escape(first['case'])}'{escape(rerun[1])}[/]", soft_wrap=True)
        _following(console, each.secondary, all_=limit > len(found))
    if len(found) > limit:
        left = sum(len(each.events) + len(each.secondary) for each in found[limit:])
        console.print(f"[dim]... and {left} more findings: all of them are in report.json, or use -v[/]")
    if shown:
        number = f"{len(found)} causes" if len(found) > 1 else "1 cause"
        console.print(f"{number}, {_cases(shown)}")
        console.print()


def _following(console: Console, events: Sequence[Event], *, all_: bool) -> None:
    if not events:
        return
    groups = grouped(events)
    clauses = {each[0]["clause"] for each in groups}
    number = f"{len(clauses)} clauses" if len(clauses) > 1 else "1 clause"
    console.print(f"  and {_cases(events)} of {number} that rest on it", soft_wrap=True)
    for each in groups if all_ else ():
        console.print(f"    [dim]{each[0]['verdict']}  {escape(each[0]['clause'])}  {_cases(each)}[/]", soft_wrap=True)


def _cases(events: Sequence[Event]) -> str:
    return f"{len(events)} cases" if len(events) != 1 else "1 case"


def _chapters(report: dict[str, Any]) -> Table:
    chapters: dict[str, dict[str, int]] = report["chapters"]
    columns = [each.value for each in Verdict if any(each.value in counts for counts in chapters.values())]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("chapter")
    for each in columns:
        table.add_column(each, justify="right", style=_STYLES.get(each, ""))
    worst = sorted(chapters.items(), key=lambda pair: -_weight(pair[1]))
    for name, counts in worst:
        table.add_row(name, *(str(counts.get(each, "")) for each in columns))
    return table


def _weight(counts: dict[str, int]) -> int:
    return sum(counts.get(each, 0) for each in ("fail", "suite-error", "stale")) * 1000 + counts.get("could-not-run", 0)


def rows(console: Console, titles: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """A plain table, for listings; a terminal that is narrow wraps it, a pipe gets it as wide as it is."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for each in titles:
        table.add_column(each, overflow="fold")
    for line in lines:
        table.add_row(*(escape(each) for each in line))
    console.print(table)
