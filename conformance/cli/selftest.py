"""``conformance selftest``: proof that the suite would notice."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from conformance.contract.load import generations as known
from conformance.errors import BadOption
from conformance.reference.miniatures import MINIATURES
from conformance.report.console import rows
from conformance.rules.registry import contract
from conformance.session.matrix import Kill, Matrix, matrix, seeded
from conformance.session.sweep import Sweep, sweep

_SUITE_ERROR = 4


@click.command(epilog="Exit codes: 0 everything is noticed, 4 something is not.")
@click.option("--generation", "generations", multiple=True, help="[default: all]")
@click.option("--only", default="*", metavar="GLOB", help="Only the clauses whose id fits, without the miniatures.")
@click.option("-n", "processes", default=min(os.cpu_count() or 1, 4), show_default="the cores, up to 4", metavar="N")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
def selftest(generations: tuple[str, ...], only: str, processes: int, reports: Path) -> int:
    """Prove the suite: every seeded fault is noticed, and a clean server is not blamed.

    \b
    Example:
      conformance selftest --generation 2.0-2026
      conformance selftest --only 'partial-update.*' -n 1
    """
    wanted = tuple(contract(each).generation for each in generations if each != "all") or known()
    console = Console(highlight=False)
    if not any(seeded(each, only) for each in wanted):
        raise BadOption(f"no clause with a fault fits {only!r}", "see: conformance list clauses")
    found = _matrix(console, wanted, processes, only)
    sweeps = [sweep(name, each) for each in wanted for name in MINIATURES] if only == "*" else []
    _print(console, found, sweeps)
    _write(reports, found, sweeps)
    console.print(f"[dim]{reports}/kill-matrix.json[/]")
    return 0 if found.sound and all(each.sane for each in sweeps) else _SUITE_ERROR


def _matrix(console: Console, wanted: tuple[str, ...], processes: int, only: str) -> Matrix:
    total = sum(len(seeded(each, only)) for each in wanted)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("faults", total=total)
        for each in matrix(wanted, processes, only):
            if isinstance(each, Matrix):
                return each
            progress.advance(task)
    raise RuntimeError("the matrix did not end")


def _print(console: Console, found: Matrix, sweeps: list[Sweep]) -> None:
    seeded = Counter((each.generation, each.clause) for each in found.kills)
    killed = Counter((each.generation, each.clause) for each in found.kills if each.killed)
    lines = [(*key, str(count), str(killed[key])) for key, count in seeded.items()]
    rows(console, ("generation", "clause", "faults", "killed"), lines)
    console.print()
    for each in found.survivors:
        console.print(f"[bold red]survives[/] {each.generation} {each.fault}: {each.sentence}")
    for name in found.vacuous:
        console.print(f"[bold red]kills nothing[/] {name}")
    for name in found.alarms:
        console.print(f"[bold red]blames the clean server[/] {name}")
    for one in sweeps:
        style = "green" if one.sane else "bold red"
        console.print(f"a server that [bold]{one.miniature}[/], {one.generation}: [{style}]{one.status}[/]")
    total = sum(killed.values())
    console.print(f"{total} of {len(found.kills)} faults killed, {len(found.alarms)} findings on the clean server")


def _write(reports: Path, found: Matrix, sweeps: list[Sweep]) -> None:
    document = {
        "faults": [_kill(each) for each in found.kills],
        "survivors": [each.fault for each in found.survivors],
        "vacuous": list(found.vacuous),
        "alarms": list(found.alarms),
        "miniatures": [
            {"name": each.miniature, "generation": each.generation, "status": each.status, "verdicts": each.verdicts}
            for each in sweeps
        ],
        "sound": found.sound and all(each.sane for each in sweeps),
    }
    try:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / "kill-matrix.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise BadOption(f"reports cannot be written to {reports}: {error.strerror}") from error


def _kill(each: Kill) -> dict[str, Any]:
    return {
        "fault": each.fault,
        "generation": each.generation,
        "clause": each.clause,
        "sentence": each.sentence,
        "reason": each.code,
        "killed": each.killed,
        "killers": list(each.killers),
        "others": list(each.others),
    }
