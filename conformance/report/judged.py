"""Judged recordings on a terminal: findings by cause, what was judged and what not, within 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from conformance.session.recordings import Event, File, Verdicts

_STYLES = {"fail": "bold red", "warn": "yellow", "choice": "cyan"}
_BRIEF = 10


def told(console: Console, found: Verdicts, *, verbose: bool) -> None:
    """Findings first, then the files that could not be read, then the counts."""
    _findings(console, grouped(found.of("fail", "warn")), verbose=verbose)
    choices = grouped(found.of("choice"))
    if verbose and choices:
        console.print("[bold]Choices[/]: what the contract leaves open, and how it is here")
        _findings(console, choices, verbose=False)
    for each in found.files if verbose else ():
        _file(console, each)
    _skipped(console, found, verbose=verbose)
    if choices and not verbose:
        console.print(f"[dim]{len(choices)} choices where the contract is open: -v shows them[/]", soft_wrap=True)


def verdict(console: Console, found: Verdicts) -> None:
    """What it comes to, in a line."""
    places = _count(len(found.of("fail")), "finding")
    words = {
        0: "[green]nothing wrong was found[/]",
        1: f"[bold red]{places}[/]",
        2: "[magenta]nothing wrong was found[/]",
    }
    said = words.get(found.exit_code, "[magenta]nothing could be judged[/]")
    files = _count(sum(not each.trouble for each in found.files), "file")
    console.print(f"{said} in {_count(found.judged, 'exchange')} of {files}", soft_wrap=True)


def troubles(console: Console, found: Verdicts) -> None:
    """A line for each file that could not be read."""
    for each in found.files:
        if each.trouble:
            console.print(f"conformance: {escape(each.trouble)}", soft_wrap=True)


def grouped(events: Iterable[Event]) -> list[tuple[Event, ...]]:
    """Findings of one clause, in one way, together; in the order of the first of each."""
    groups: dict[tuple[str, str, str], list[Event]] = {}
    for each in events:
        groups.setdefault((each["generation"], each["clause"], each["code"]), []).append(each)
    return [tuple(each) for each in groups.values()]


def _findings(console: Console, groups: Sequence[tuple[Event, ...]], *, verbose: bool) -> None:
    for each in groups:
        first = each[0]
        title = f"[{_STYLES[first['verdict']]}]{first['verdict']}[/]  [bold]{escape(first['clause'])}[/]"
        console.print(f"{title}  {escape(first['generation'])}, {_count(len(each), 'place')}")
        console.print(Padding(escape(_reason(first)), (0, 0, 0, 2)))
        origin = f"{first['clause']}, {first['level']}, {first['grade']}: {first['sentence']} ({first['source']})"
        console.print(Padding(f"[dim]{escape(origin)}[/]", (0, 0, 0, 2)))
        if first["erratum"]:
            console.print(f"  [dim]excused by the erratum {escape(first['erratum'])}[/]")
        for other in each[1:] if verbose else each[1:4]:
            console.print(Padding(f"[dim]also {escape(_place(other))}[/]", (0, 0, 0, 2)))
        if len(each) > 4 and not verbose:
            console.print(f"  [dim]and {_count(len(each) - 4, 'more place')}: -v shows them, --json too[/]")
    if groups:
        console.print()


def _reason(event: Event) -> str:
    return f"{_place(event)}: {event['reason']}"


def _place(event: Event) -> str:
    line = f" ({event['request']})" if event["request"] else ""
    at = f", {event['path']}" if event["path"] else ""
    return f"{event['file']}, interaction {event['interaction']}{line}{at}"


def _file(console: Console, file: File) -> None:
    if not file.trouble:
        held = ", ".join(f"{name} ({count})" for name, count in file.generations.items()) or "none"
        said = f"{file.name}: {file.sort}, judged as {held}"
        console.print(f"[dim]{escape(said)}[/]", soft_wrap=True)


def _skipped(console: Console, found: Verdicts, *, verbose: bool) -> None:
    assumed = [each for file in found.files for each in file.assumed.items()]
    totals: dict[str, int] = {}
    for name, count in assumed:
        totals[name] = totals.get(name, 0) + count
    for name, count in list(totals.items())[: None if verbose else _BRIEF]:
        console.print(f"[dim]{count} x taken for {escape(name)}[/]", soft_wrap=True)
    for reason, count in found.skipped.most_common(None if verbose else _BRIEF):
        console.print(f"[dim]{count} x not judged: {escape(reason)}[/]", soft_wrap=True)
    if len(found.skipped) > _BRIEF and not verbose:
        console.print(f"[dim]and {len(found.skipped) - _BRIEF} other reasons: -v shows them[/]")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
