"""``conformance selftest --clients``: proof that the cases about clients would notice."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from conformance.client.proof import ClientProof, document, proof
from conformance.errors import BadOption
from conformance.report.console import rows

_SUITE_ERROR = 4


def prove(console: Console, wanted: Sequence[str], processes: int, reports: Path) -> int:
    """Tell every fault of the model client, print what came of it, and write it down; 0 when all is sound."""
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        ProcessPoolExecutor(max(1, processes)) as pool,
    ):
        made = pool.map(proof, wanted)
        found = list(progress.track(made, total=len(wanted), description="generations"))
    _print(console, found)
    try:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / "client-matrix.json").write_text(json.dumps(document(found), indent=1) + "\n", "utf-8")
    except OSError as error:
        raise BadOption(f"reports cannot be written to {reports}: {error.strerror}") from error
    console.print(f"[dim]{reports}/client-matrix.json[/]")
    return 0 if all(each.sound for each in found) else _SUITE_ERROR


def _print(console: Console, found: Sequence[ClientProof]) -> None:
    lines = []
    for each in found:
        duties = dict.fromkeys(one.clause for one in each.faults)
        for duty in duties:
            mine = [one for one in each.faults if one.clause == duty]
            lines.append((each.generation, duty, str(len(mine)), str(sum(one.killed for one in mine))))
    rows(console, ("generation", "clause", "faults", "killed"), lines)
    console.print()
    for each in found:
        for one in each.faults:
            if not one.killed:
                name = escape(f"{each.generation} {one.format} {one.fault}: {one.sentence}")
                console.print(f"[bold red]survives[/] {name}", soft_wrap=True)
        for name in each.vacuous:
            console.print(f"[bold red]notices nothing[/] {escape(name)}", soft_wrap=True)
        for case, reason in each.blamed:
            line = escape(f"{case}: {reason}")
            console.print(f"[bold red]blames the client without a fault[/] {line}", soft_wrap=True)
    faults = [one for each in found for one in each.faults]
    blamed = sum(len(each.blamed) for each in found)
    killed = sum(one.killed for one in faults)
    console.print(f"{killed} of {len(faults)} faults of clients killed, {blamed} findings on the client without any")
