"""What a run was judged from, where that is a recording, and what of it does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding


def details(console: Console, report: dict[str, Any], *, limit: int) -> None:
    """Where the recording comes from, and what does not fit; nothing for a run that was judged as it was told."""
    found = report.get("recording")
    if not found:
        return
    origin = f"recorded from {', '.join(found['recorded_from'])} on {found['recorded']}, {_age(found['age_days'])}"
    console.print(f"[dim]{escape(origin)}: {found['cassettes']} cassettes, {found['exchanges']} exchanges[/]")
    if found["note"]:
        console.print(f"[dim]{escape(found['note'])}[/]")
    left = [each["remark"] for each in found["remarks"]]
    strict = [*found["problems"], *(left if found["strict"] else [])]
    mild = [*found["warnings"], *([] if found["strict"] else left)]
    _listed(console, "magenta", "does not fit", strict, limit)
    _listed(console, "yellow", "remark", mild, limit)


def _age(days: float) -> str:
    return f"{days:.0f} days old" if days >= 2 else f"{days * 24:.1f} hours old"


def _listed(console: Console, style: str, title: str, lines: Sequence[str], limit: int) -> None:
    for each in lines[:limit]:
        console.print(f"[{style}]{title}[/]")
        console.print(Padding(escape(each), (0, 0, 0, 2)))
    if len(lines) > limit:
        console.print(f"[dim]... and {len(lines) - limit} more: all of them are under recording in report.json[/]")
