"""``conformance selftest``: proof that the suite would notice."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from conformance.cli.clients_proof import prove
from conformance.contract.load import generations as known
from conformance.errors import BadOption
from conformance.reference.miniatures import MINIATURES
from conformance.report.console import rows
from conformance.report.page import page
from conformance.rules.registry import contract
from conformance.session.alarms import Trial, chosen, trials
from conformance.session.matrix import Matrix, matrix, seeded
from conformance.session.proof import document, sound
from conformance.session.sweep import Sweep, sweep

_SUITE_ERROR = 4

_T = TypeVar("_T")


@click.command(epilog="Exit codes: 0 everything is noticed, 4 something is not.")
@click.option("--generation", "generations", multiple=True, help="[default: all]")
@click.option("--only", default="*", metavar="GLOB", help="Only the clauses whose id fits, without the miniatures.")
@click.option("-n", "processes", default=min(os.cpu_count() or 1, 4), show_default="the cores, up to 4", metavar="N")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@click.option("--clients", is_flag=True, help="Prove the cases about clients instead.")
def selftest(generations: tuple[str, ...], only: str, processes: int, reports: Path, *, clients: bool) -> int:
    """Prove the suite: every seeded fault is noticed, and no faithful server is blamed.

    \b
    Example:
      conformance selftest --generation 2.0-2026
      conformance selftest --only 'partial-update.*' -n 1
      conformance selftest --clients
    """
    wanted = tuple(contract(each).generation for each in generations if each != "all") or known()
    console = Console(highlight=False)
    if clients:
        return prove(console, wanted, processes, reports)
    if not any(seeded(each, only) for each in wanted):
        raise BadOption(f"no clause with a fault fits {only!r}", "see: conformance list clauses")
    found = _matrix(console, wanted, processes, only)
    sweeps = [sweep(name, each) for each in wanted for name in MINIATURES] if only == "*" else []
    total = sum(len(chosen(each, only)) for each in wanted)
    tried = list(_watched(console, "variants", trials(wanted, processes, only), total))
    _print(console, found, sweeps)
    _tried(console, tried)
    _write(reports, document(found, sweeps, tried))
    console.print(f"[dim]{escape(str(reports))}/kill-matrix.json, kill-matrix.html[/]")
    return 0 if sound(found, sweeps, tried) else _SUITE_ERROR


def _matrix(console: Console, wanted: tuple[str, ...], processes: int, only: str) -> Matrix:
    total = sum(len(seeded(each, only)) for each in wanted)
    found = list(_watched(console, "faults", matrix(wanted, processes, only), total))
    made = [each for each in found if isinstance(each, Matrix)]
    return made[0]


def _watched(console: Console, noun: str, ongoing: Iterator[_T], total: int) -> Iterator[_T]:
    """The same, with its progress shown while it goes on, on a terminal."""
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(ongoing, total=total, description=noun)


def _print(console: Console, found: Matrix, sweeps: list[Sweep]) -> None:
    seeded = Counter((each.generation, each.clause) for each in found.kills)
    killed = Counter((each.generation, each.clause) for each in found.kills if each.killed)
    lines = [(*key, str(count), str(killed[key])) for key, count in seeded.items()]
    rows(console, ("generation", "clause", "faults", "killed"), lines)
    console.print()
    for each in found.survivors:
        console.print(f"[bold red]survives[/] {each.generation} {escape(f'{each.fault}: {each.sentence}')}")
    for name in found.vacuous:
        console.print(f"[bold red]kills nothing[/] {escape(name)}")
    for name in found.alarms:
        console.print(f"[bold red]blames the clean server[/] {escape(name)}")
    for one in sweeps:
        style = "green" if one.sane else "bold red"
        console.print(f"a server that [bold]{one.miniature}[/], {one.generation}: [{style}]{one.status}[/]")
    total = sum(killed.values())
    console.print(f"{total} of {len(found.kills)} faults killed, {len(found.alarms)} findings on the clean server")


def _tried(console: Console, tried: Sequence[Trial]) -> None:
    for each in tried:
        for one in each.alarms:
            console.print(
                f"[bold red]blamed though faithful[/] {each.generation} {escape(each.variant)}", soft_wrap=True
            )
            console.print(f"  {escape(one.verdict)} {escape(one.case)}: {escape(one.reason)}", soft_wrap=True)
    quiet = sum(each.quiet for each in tried)
    console.print(f"{quiet} of {len(tried)} faithful variants left in peace")


def _write(reports: Path, document: Mapping[str, Any]) -> None:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        (reports / "kill-matrix.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        (reports / "kill-matrix.html").write_text(page("proof", document), "utf-8")
    except OSError as error:
        raise BadOption(f"reports cannot be written to {reports}: {error.strerror}") from error
