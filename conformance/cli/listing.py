"""``conformance list``: what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from conformance.client.cases import cases as client_cases
from conformance.client.registry import contract as duties
from conformance.contract.load import generations as known
from conformance.contract.model import Contract
from conformance.derive.cases import cases, select
from conformance.derive.coverage import Covered, coverage, shares
from conformance.derive.faults import faults
from conformance.errors import BadOption
from conformance.report import clauses
from conformance.report import generations as stories
from conformance.report.console import rows
from conformance.rules.registry import contract

_DUTIES = ("clauses", "cases")
_WHAT = ("clauses", "cases", "faults", "generations")


@click.command("list")
@click.argument("what", type=click.Choice(_WHAT))
@click.option("--generation", "generations", multiple=True, help="Only this generation.")
@click.option("--clients", is_flag=True, help="Clauses or cases about clients: what is asked of them.")
@click.option("--coverage", "covered", is_flag=True, help="Clauses with how many checks and faults each has.")
@click.option("--markdown", is_flag=True, help="Clauses as docs/clauses.md, or generations as docs/generations.md.")
def listing(what: str, generations: tuple[str, ...], *, clients: bool, covered: bool, markdown: bool) -> None:
    """List clauses, cases, faults or generations.

    \b
    Examples:
      conformance list generations
      conformance list cases --generation 2.0-2026 | grep partial-update
      conformance list clauses --coverage
      conformance list clauses --clients
    """
    wanted = tuple(contract(each).generation for each in generations if each != "all") or known()
    if clients and (covered or markdown or what not in _DUTIES):
        raise BadOption("--clients is about clauses and cases", "see: conformance list clauses --clients")
    if covered and what != "clauses":
        raise BadOption(f"{what} have no coverage", "see: conformance list clauses --coverage")
    if markdown:
        click.echo(_page(what, wanted), nl=False)
        return
    if covered:
        _coverage(wanted)
        return
    if what == "cases":
        for identifier in _cases(wanted, clients=clients):
            click.echo(identifier)
        return
    _table(_clauses(wanted, duties) if clients else _TABLES[what](wanted))


def _cases(wanted: tuple[str, ...], *, clients: bool) -> list[str]:
    told = [each.id for generation in wanted for each in client_cases(generation)] if clients else []
    return told or [each.id for each in select(wanted)]


def _table(lines: Iterable[tuple[str, ...]]) -> None:
    console = Console(highlight=False)
    for head, *rest in lines:
        if console.is_terminal:
            console.print(f"[bold]{escape(head)}[/]  {escape('  '.join(each for each in rest[:-1] if each))}")
            console.print(Padding(escape(rest[-1]), (0, 0, 0, 2)))
        else:
            click.echo("\t".join((head, *rest)))


def _page(what: str, wanted: tuple[str, ...]) -> str:
    if what not in _PAGES:
        raise BadOption(f"there is no page of {what}", f"there is one of {' and of '.join(_PAGES)}")
    return _PAGES[what](wanted)


def _coverage(wanted: Iterable[str]) -> None:
    """A table of every clause, and beneath it what they come to."""
    console = Console(highlight=False)
    found = [each for generation in wanted for each in coverage(generation)]
    titles = ("clause", "level", "grade", "checks", "faults", "generation", "formats")
    rows(console, titles, [_told(each) for each in found])
    for kind, counts in shares(found).items():
        told = ", ".join(f"{name} {each.tested} of {each.clauses}" for name, each in counts.items() if each.clauses)
        console.print(f"tested by {kind}: {told}" if kind != "all" else f"tested: {told}", soft_wrap=True)


def _told(each: Covered) -> tuple[str, ...]:
    clause = each.clause
    formats = ", ".join(each.formats) or f"untested: {clause.untested}"
    counts = (str(each.checks), str(each.faults))
    return clause.id, clause.level.value, clause.grade.value, *counts, each.generation, formats


def _clauses(wanted: Iterable[str], load: Callable[[str], Contract] = contract) -> Iterator[tuple[str, ...]]:
    for generation in wanted:
        for each in load(generation).clauses:
            grade = f"{each.level.value} {each.grade.value}"
            untested = f"untested: {each.untested}" if each.untested else ""
            yield each.id, generation, each.chapter, grade, each.rule, untested, f"{each.sentence} ({each.source})"


def _faults(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    return ((each.name, generation, each.fault.sentence) for generation in wanted for each in faults(generation))


def _generations(wanted: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for each in wanted:
        formats = ", ".join(contract(each).formats)
        yield each, formats, f"{len(cases(each))} cases", contract(each).title


_PAGES: Mapping[str, Callable[[tuple[str, ...]], str]] = {"clauses": clauses.page, "generations": stories.page}

_TABLES: Mapping[str, Callable[[Iterable[str]], Iterator[tuple[str, ...]]]] = {
    "clauses": _clauses,
    "faults": _faults,
    "generations": _generations,
}
