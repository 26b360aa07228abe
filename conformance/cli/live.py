"""``conformance live``: what is left to do after a run against a real organisation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from conformance.errors import BadOption
from conformance.live import account, journal
from conformance.live.archive import Cleared
from conformance.live.visit import Visit, clear, credentials
from conformance.suite.options import Options
from conformance.suite.reception import told

_LEFT, _UNFINISHED = 1, 3


@click.group()
def live() -> None:
    """After a run against a real organisation (conformance run live:PROFILE).

    \b
    Examples:
      conformance run live:profile.toml
      conformance live cleanup profile.toml reports/live-JOURNAL.jsonl
    """


@live.command(epilog="Exit codes: 0 nothing is active any more, 1 something is, 2 usage error, 3 not finished.")
@click.argument("profile", type=click.Path(path_type=Path))
@click.argument("journal_file", metavar="JOURNAL", type=click.Path(path_type=Path))
@click.option("--timeout", default="10", show_default=True, help="Seconds that one exchange may take.")
@click.option("--json", "as_json", is_flag=True, help="Say it in JSON.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def cleanup(profile: Path, journal_file: Path, *, timeout: str, as_json: bool, no_color: bool) -> int:
    """Archive what a run has left active, by the JOURNAL that it kept in its reports.

    It may be repeated. Only what bears a name that the run has sent is written
    to, and only in the organisation that the run has written to.

    \b
    Examples:
      conformance live cleanup profile.toml reports/live-20261125T083000000000.jsonl
    """
    cleared = _cleared(account.read(profile), journal_file, Options(target="", timeout=timeout).seconds)
    if as_json:
        click.echo(json.dumps({**asdict(cleared), "archived": len(cleared.archived)}, indent=2))
    else:
        screen = Console(no_color=no_color or None, highlight=False)
        for each in told(cleared):
            screen.print(escape(each), soft_wrap=True)
    if cleared.trouble:
        return _UNFINISHED
    return _LEFT if cleared.left else 0


def _cleared(known: account.Account, book: Path, seconds: float) -> Cleared:
    """What came of it. Raises BadOption where this is another organisation than that of the run."""
    facts, _ = journal.read(book)
    made_by, here = str(facts.get("generation")), known.contract.generation
    if made_by != here:
        raise BadOption(f"the journal is of generation {made_by!r}, the profile of {here!r}", "name the other profile")
    shown = credentials(known)
    # The journal says that the run was let in here; to be let in again, the name must be the same.
    visit = Visit(account=known, shown=shown, named=str(facts.get("organisation") or ""), timeout=seconds)
    visit.check()
    return clear(known, visit.counter, shown, book, seconds)
