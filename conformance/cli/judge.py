"""``conformance judge``: recorded exchanges and answers against the contract, with nobody to ask."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance.contract.load import generations
from conformance.contract.model import Role
from conformance.contract.toml import suggest
from conformance.errors import BadOption
from conformance.judge.recorded import How
from conformance.recordings.opened import named
from conformance.recordings.raw import Told
from conformance.report import judged as report
from conformance.session.recordings import Watch, verdicts

_STATUSES = range(100, 600)


@click.command(
    epilog="Exit codes: 0 nothing wrong, 1 a promise that binds is broken, 2 a file or an option means nothing, "
    "3 nothing could be judged."
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--generation", default="", help="Judge as this one what may be of it.")
@click.option("--operation", default="", metavar="|".join(Role), help="What a body alone answers.")
@click.option("--status", type=int, default=0, metavar="N", help="The status of a body alone.")
@click.option("--content-type", default="", metavar="TYPE", help="The Content-Type of a body alone.")
@click.option("--requests", is_flag=True, help="Judge what clients sent as well.")
@click.option("--json", "as_json", is_flag=True, help="Say it in JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Every place, every file, and every choice.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def judge(files: tuple[str, ...], *, as_json: bool, quiet: bool, verbose: bool, no_color: bool, **words: Any) -> int:
    """Judge recordings: cassettes, HAR files, XML or JSON bodies.

    A FILE may be a folder, or - for what comes in. Of an answer alone its bytes, its headers, its envelope, its
    members and its errors are judged. What is not about contacts is counted, and never blamed.

    \b
    Examples:
      conformance judge tests/cassettes/*.yaml
      conformance judge session.har --json
      conformance judge answer.xml --generation 2.0-2010
      curl -s ... | conformance judge - --operation list --status 200
    """
    how = _how(words)
    told = Told(**{name: words[name] for name in ("status", "content_type", "operation", "generation")})
    if told.status and told.status not in _STATUSES:
        raise BadOption(f"{told.status} is no status of HTTP", "give one like 200 or 404")
    screen = Console(no_color=no_color or None, highlight=False)
    with _progress(quiet=quiet or as_json) as watch:
        found = verdicts(named(files), how, told, sys.stdin.buffer, watch)
    report.troubles(Console(stderr=True, no_color=no_color or None, highlight=False), found)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2, ensure_ascii=False))
        return found.exit_code
    if not quiet:
        report.told(screen, found, verbose=verbose)
    report.verdict(screen, found)
    return found.exit_code


def _how(words: dict[str, Any]) -> How:
    generation, operation = words["generation"], words["operation"].lower()
    if generation and generation not in generations():
        raise BadOption(f"there is no generation {generation!r}", suggest(generation, generations()))
    if operation and operation not in tuple(Role):
        raise BadOption(f"there is no operation {operation!r}", suggest(operation, tuple(Role)))
    words["operation"] = operation
    return How(generation=generation, operation=operation, requests=words["requests"])


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Watch]:
    """A line that tells how far it is, where somebody watches."""
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True, disable=quiet or not screen.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def watch(file: str, number: int, total: int) -> None:
            progress.update(task, description=f"{file[-34:]:<34}", completed=number, total=total)

        yield watch
