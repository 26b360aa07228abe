"""``conformance compare``: what changed in behaviour."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance.cli.fresh import side
from conformance.cli.options import caller
from conformance.errors import BadOption
from conformance.regression import ignores
from conformance.regression.comparison import compare as compared
from conformance.regression.runs import Run
from conformance.report import regression
from conformance.report.page import page
from conformance.suite.plan import Options

_SHOWN, _ALL = 10, 100_000


@click.command(epilog="Exit codes: 0 nothing as bad as --fail-on, 1 something is, 2 usage error, 3 no target answers.")
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--fail-on", type=click.Choice(["breaking", "risky", "none"]), default="breaking", show_default=True)
@click.option("--ignore", "ignored", multiple=True, metavar="'RULE[=PLACE]: REASON'", help="Does not count.")
@click.option("--ignore-file", type=click.Path(path_type=Path), help=f"[default: {ignores.FILE}, if there is one]")
@click.option("--markdown", is_flag=True, help="For a pull request.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page as well.")
@click.option("--rules", is_flag=True, help="Only list the rules by which changes are classed.")
@click.option("--generation", "generations", multiple=True, help="Of a target: the generation, or all.")
@click.option("--format", "formats", multiple=True, type=click.Choice(["xml", "json"]), help="Of a target.")
@click.option("--profile", type=click.Choice(["core", "full"]), default=None, help="Of a target. [default: full]")
@click.option("--only", multiple=True, metavar="GLOB", help="Of a target: only the cases whose id fits.")
@click.option("--seed", default=None, help="Of a target. [default: that of the other side, or 1]")
@click.option("--exhaustive", is_flag=True, help="Of a target: every check holds its own conversation.")
@click.option("--lacks", multiple=True, metavar="CAPABILITY", help="A target does not offer this.")
@caller
@click.option("-v", "--verbose", is_flag=True, help="Every change.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def compare(before: str | None, after: str | None, *, rules: bool, **words: Any) -> int:
    """Say what changed from BEFORE to AFTER, and whom it breaks.

    Each is a run (its reports folder, or its events.jsonl) or a target, which
    is run now: with the same cases, seed and profile as the other side.

    \b
    Examples:
      conformance compare baseline reports
      conformance compare baseline mock:http://127.0.0.1:4010 --markdown
      conformance compare reports/events.jsonl embedded --html changes.html
      conformance compare embedded embedded:upsert.match-by-id.ignored
    \b
    Names, ids, dates, and records of other people are no change. A file
    .conformance-ignore.toml says what else is none, and why:
      [[ignore]]
      rule = "member-new"
      path = "*Contacts[].Tags"
      reason = "announced in May"
    """
    if rules:
        click.echo(regression.rules(), nl=False)
        return 0
    if not before or not after:
        raise BadOption("two sides are compared", "as in: conformance compare baseline reports")
    if words["as_json"] and words["markdown"]:
        raise BadOption("--json and --markdown exclude each other", "choose one")
    shown = {name: words.pop(name) for name in ("markdown", "as_json", "html", "verbose", "no_color", "fail_on")}
    known = _ignores(words.pop("ignored"), words.pop("ignore_file"))
    first, second = _sides(before, after, Options(target=before, **words), Console(stderr=True))
    found = compared(first, second, known)
    _show(found.document(), **shown)
    return int(found.found(shown["fail_on"]))


def _ignores(texts: Iterable[str], file: Path | None) -> list[ignores.Ignore]:
    own = Path(ignores.FILE)
    chosen = file or (own if own.exists() else None)
    return [*(ignores.parsed(each) for each in texts), *(ignores.read(chosen) if chosen else ())]


def _sides(before: str, after: str, options: Options, console: Console) -> tuple[Run, Run]:
    """Both runs; a target takes after the side that is a run, and of two targets the second after the first."""
    plain = replace(options, profile=options.profile or "full", seed=options.seed or "1")
    if Path(after).exists() and not Path(before).exists():
        second = side(after, plain, None, console)
        return side(before, options, second, console), second
    first = side(before, plain, None, console)
    # A server that is asked twice has the records of the first run already.
    twice = after == before and not Path(before).exists() and not before.startswith("embedded")
    later = replace(options, seed=f"{first.header['seed']}-again") if twice else options
    return first, side(after, later, first, console)


def _show(document: dict[str, Any], **how: Any) -> None:
    if how["html"]:
        text = page("comparison", {"document": document, "summary": regression.summary(document)})
        try:
            how["html"].write_text(text, "utf-8")
        except OSError as error:
            raise BadOption(f"{how['html']} cannot be written: {error.strerror}", "name another file") from error
    if how["as_json"]:
        click.echo(json.dumps(document, indent=2))
    elif how["markdown"]:
        click.echo(regression.markdown(document), nl=False)
    else:
        console = Console(no_color=how["no_color"] or None, highlight=False)
        regression.screen(console, document, limit=_ALL if how["verbose"] else _SHOWN)
