"""``conformance list``: what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
from rich.console import Console

from conformance.contract.load import generations as known
from conformance.derive.cases import cases, select
from conformance.derive.faults import faults
from conformance.report.console import rows
from conformance.rules.registry import contract

_WHAT = ("clauses", "cases", "faults", "generations")


@click.command("list")
@click.argument("what", type=click.Choice(_WHAT))
@click.option("--generation", "generations", multiple=True, help="Only this generation.")
def listing(what: str, generations: tuple[str, ...]) -> None:
    r"""List clauses, cases, faults or generations.

    \b
    Examples:
      conformance list generations
      conformance list cases --generation 2.0-2026 | grep partial-update
    """
    wanted = tuple(contract(each).generation for each in generations if each != "all") or known()
    tables = {"clauses": _clauses, "faults": _faults, "generations": _generations}
    if what == "cases":
        for case in select(wanted):
            click.echo(case.id)
        return
    titles, lines = tables[what](wanted)
    console = Console(highlight=False)
    if console.is_terminal:
        rows(console, titles, lines)
    else:
        for line in lines:
            click.echo("\t".join(line))


def _clauses(wanted: Iterable[str]) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    lines = (
        (generation, clause.id, clause.level.value, clause.grade.value, clause.untested and "untested", clause.sentence)
        for generation in wanted
        for clause in contract(generation).clauses
    )
    return ("generation", "clause", "level", "grade", "", "sentence"), lines


def _faults(wanted: Iterable[str]) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    lines = ((generation, each.name, each.fault.sentence) for generation in wanted for each in faults(generation))
    return ("generation", "fault", "how the server is wrong"), lines


def _generations(wanted: Iterable[str]) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    lines = (
        (each, contract(each).title, ", ".join(contract(each).formats), f"{len(cases(each))} cases") for each in wanted
    )
    return ("generation", "title", "formats", ""), lines
