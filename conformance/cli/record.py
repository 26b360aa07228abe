"""``conformance record``: a run whose exchanges are kept, without secrets, to be judged again without a network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance.cassettes.install import begin, discard, install
from conformance.cli import engine
from conformance.cli.run import How, judged, run
from conformance.errors import BadOption
from conformance.suite.plan import Options, plan

_NOT_HERE = {"target", "planning", "as_json", "lenient", "max_age", "stale"}


@click.pass_context
def _record(context: click.Context, /, *, folder: Path, no_color: bool, **words: Any) -> int:
    """Run the cases against TARGET and write what is said into DIR.

    One cassette for each case and for each conversation that several cases
    read, in vcrpy's format; tokens, keys, cookies and tenant ids never get
    there. What was in DIR of the same cases is replaced once the run has ended.

    \b
    Examples:
      conformance record mock:http://127.0.0.1:4010 cassettes
      conformance record embedded cassettes --generation all
      conformance run cassette:cassettes
    """
    del context
    screen = Console(no_color=no_color or None, highlight=False)
    how = How(**{each.name: words.pop(each.name) for each in fields(How)})
    if words["target"].startswith("cassette:"):
        raise BadOption("a cassette is recorded already", "name what it was recorded from")
    options = Options(**{name: value for name, value in words.items() if value is not None})
    taped = replace(options, record=f"{_now()} {_begun(folder)}")
    ended = False
    try:
        code = judged(screen, taped, plan(taped), how)
        ended = code != engine.INTERRUPTED
    finally:
        if not ended:
            discard(folder)
    if not ended:
        screen.print("[magenta]interrupted: nothing was recorded, and what was there before is still there[/]")
        return code
    _installed(screen, folder, install(folder, whole=not options.only), quiet=how.quiet)
    return code


def _begun(folder: Path) -> Path:
    try:
        return begin(folder)
    except OSError as error:
        raise BadOption(f"cassettes cannot be written to {folder}: {error.strerror}", "name another folder") from error


def _now() -> str:
    """The moment that stands in each head; SOURCE_DATE_EPOCH sets it, so that the same run makes the same bytes."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(told), UTC) if told.isdecimal() else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")


def _installed(screen: Console, folder: Path, found: Sequence[Path], *, quiet: bool) -> None:
    size = sum(each.stat().st_size for each in found)
    if not quiet:
        words = f"{len(found)} cassettes, {size / 1e6:.1f} MB, in {folder}"
        screen.print(f"[dim]recorded: {escape(words)}; play them: conformance run cassette:{escape(str(folder))}[/]")


record = click.Command(
    "record",
    callback=_record,
    help=_record.__doc__,
    params=[
        click.Argument(["target"]),
        click.Argument(["folder"], metavar="DIR", type=click.Path(path_type=Path)),
        *(each for each in run.params if each.name not in _NOT_HERE),
    ],
    epilog=run.epilog,
)
