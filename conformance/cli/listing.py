"""``conformance list``: what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from conformance.contract.load import generations as known
from conformance.derive.cases import cases, select
from conformance.derive.faults import faults
from conformance.rules.registry import contract

_WHAT = ("clauses", "cases", "faults", "generations")


@click.command("list")
@click.argument("what", type=click.Choice(_WHAT))
@click.option("--generation", "generations", multiple=True, help="Only this generation.")
def listing(what: str, generations: tuple[str, ...]) -> None:
    """List clauses, cases, faults or generations.

    \b
    Examples:
      conformance list generations
      conformance list cases --generation 2.0-2026 | grep partial-update
    """
    wanted = tuple(contract(each).generation for each in generations if each != "all") or known()
    if what == "cases":
        for case in select(wanted):
            click.echo(case.id)
        return
    console = Console(highlight=False)
    for head, *rest in _TABLES[what](wanted):
        if console.is_terminal:
            console.print(f"[bold]{escape(head)}[/]  {escape('  '.join(each for each in rest[:-1] if each))}")
            console.print(Padding(escape(rest[-1]), (0, 0, 0, 2)))
        else:
            click.echo("\t".join((head, *rest)))


def _clauses(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for generation in wanted:
        for each in contract(generation).clauses:
            grade = f"{each.level.value} {each.grade.value}"
            untested = f"untested: {each.untested}" if each.untested else ""
            yield each.id, generation, each.chapter, grade, each.rule, untested, f"{each.sentence} ({each.source})"


def _faults(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return ((each.name, generation, each.fault.sentence) for generation in wanted for each in faults(generation))


def _generations(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for each in wanted:
        formats = ", ".join(contract(each).formats)
        yield each, formats, f"{len(cases(each))} cases", contract(each).title


_TABLES: Mapping[str, Callable[[Iterable[str]], Iterator[tuple[str, ...]]]] = {
    "clauses": _clauses,
    "faults": _faults,
    "generations": _generations,
}
