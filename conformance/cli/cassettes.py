"""``conformance cassettes``: what is in a folder of recordings that should not be."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from conformance.cassettes.lint import KINDS, Bounds, Found, lint
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.rules.registry import contract
from conformance.suite.options import aged

_SHOWN = 20


@click.group()
def cassettes() -> None:
    """Look after recordings.

    \b
    Example:
      conformance cassettes check cassettes
    """


@cassettes.command(epilog="Exit codes: 0 nothing found, 1 something found, 2 usage error, 4 suite error.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--max-age", default="", metavar="AGE", help="How old a recording may be, as in 30d. [default: any age]")
@click.option("--max-bytes", default=1_000_000, show_default=True, help="How large one file may be.")
@click.option("--ignore", multiple=True, type=click.Choice(KINDS), help="Leave this kind of finding out.")
@click.option("--json", "as_json", is_flag=True, help="Say it in JSON.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def check(*, folder: Path, ignore: Sequence[str], as_json: bool, no_color: bool, **most: Any) -> int:
    """Look in DIR for what should not be in a recording.

    That is secrets, personal data, and files that are too large, too old,
    unsafe to read, or of no case.

    \b
    Examples:
      conformance cassettes check cassettes
      conformance cassettes check cassettes --max-age 30d --json
    """
    known = [contract(each) for each in generations()]
    bounds = Bounds(
        cases=frozenset(each.id for one in known for each in cases(one.generation)),
        contracts={each.generation: each.digest for each in known},
        keys=frozenset(key.lower() for each in known for key in each.access.keys),
        tenants=frozenset(each.access.tenant_header.lower() for each in known if each.access.tenant_header),
        largest=most["max_bytes"],
        oldest=aged(most["max_age"]) if most["max_age"] else None,
    )
    found = [each for each in lint(folder, bounds) if each.kind not in ignore]
    if as_json:
        click.echo(json.dumps(_document(folder, found), indent=2))
    else:
        _show(Console(no_color=no_color or None, highlight=False), folder, found)
    return 1 if found else 0


def _document(folder: Path, found: Sequence[Found]) -> dict[str, object]:
    return {
        "folder": str(folder),
        "counts": dict(Counter(each.kind for each in found)),
        "findings": [{"kind": each.kind, "file": str(each.file), "what": each.what} for each in found],
    }


def _show(screen: Console, folder: Path, found: Sequence[Found]) -> None:
    for each in found[:_SHOWN]:
        screen.print(f"[bold red]{each.kind}[/]  {escape(each.what)}", soft_wrap=True)
        screen.print(Padding(f"[dim]{escape(str(each.file))}[/]", (0, 0, 0, 2)), soft_wrap=True)
    if len(found) > _SHOWN:
        screen.print(f"[dim]... and {len(found) - _SHOWN} more: --json lists all of them[/]")
    counts = ", ".join(f"{count} {kind}" for kind, count in Counter(each.kind for each in found).items())
    screen.print(escape(f"{folder}: {counts or 'nothing found'}"), soft_wrap=True)
