"""``conformance run``: judge a target."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance.cli import engine, planned, visiting
from conformance.cli.options import caller
from conformance.errors import BadOption
from conformance.report import allure, console, recording
from conformance.rules.registry import contract
from conformance.session.forecast import forecast
from conformance.session.status import Status
from conformance.session.status import report as summed
from conformance.session.stream import Stream, writable
from conformance.suite.expected import expected
from conformance.suite.plan import Options, Plan, plan

_SHOWN, _ALL = 10, 100_000


@click.command(epilog="Exit codes: 0 conforms, 1 violates, 2 usage error, 3 incomplete, 4 suite error.")
@click.argument("target")
@click.option("--generation", "generations", multiple=True, help="Generation to judge, or all. [default: the newest]")
@click.option("--format", "formats", multiple=True, type=click.Choice(["xml", "json"]), help="Only this format.")
@click.option("--profile", type=click.Choice(["core", "full"]), help="[default: full; of live: core]")
@click.option("--only", multiple=True, metavar="GLOB", help="Only the cases whose id fits.")
@click.option("--exhaustive", is_flag=True, help="Every check holds its own conversation: many times the exchanges.")
@click.option("--plan", "planning", is_flag=True, help="Only say how many exchanges the run would take; send nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --plan: say it in JSON.")
@click.option("--seed", help="Same seed, same requests. [default: 1; of live: a new one]")
@click.option("-n", "workers", default=0, metavar="N", help="Run in N processes.")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@click.option("--lacks", multiple=True, metavar="CAPABILITY", help="The target does not offer this.")
@caller
@click.option("--organisation", metavar="NAME", help="With live: write to this one, demo company or not.")
@click.option("--yes", is_flag=True, help="With live: go on without asking.")
@click.option("--lenient", is_flag=True, help="With cassette: what does not fit is only remarked on.")
@click.option("--max-age", default="", metavar="AGE", help="With cassette: how old it may be, as in 30d.")
@click.option("--stale", type=click.Choice(["warn", "fail"]), default="warn", help="With cassette: when it is too old.")
@click.option("--expect", default="", metavar="FILE", help="Deviations that are known, and let be: see docs/ci.md.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Every finding, and every choice the target makes.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def run(*, planning: bool, as_json: bool, no_color: bool, **words: Any) -> int:
    """Judge TARGET: embedded, embedded:FAULT, mock:URL, live:PROFILE or cassette:DIR.

    \b
    Examples:
      conformance run mock:http://127.0.0.1:4010
      conformance run mock:http://127.0.0.1:4010 --generation all --format xml
      conformance run mock:http://127.0.0.1:4010 --profile core --plan
      conformance run embedded:upsert.match-by-id.ignored --only '*/upsert.*'
      conformance run live:profile.toml --plan
      conformance run cassette:cassettes --max-age 30d --stale fail
    """
    screen = Console(no_color=no_color or None, highlight=False)
    how = How(**{each.name: words.pop(each.name) for each in fields(How)})
    options = Options(**{name: value for name, value in words.items() if value is not None})
    if as_json and not planning:
        raise BadOption("--json says nothing without --plan", "reports/report.json holds what a run came to")
    if not planning:
        return judged(screen, options, plan(options), how)
    planned.show(screen, plan(options), as_json=as_json)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What of the command line is about the run, and not about the target."""

    reports: Path
    workers: int
    quiet: bool
    verbose: bool
    yes: bool


def judged(screen: Console, options: Options, made: Plan, how: How) -> int:
    """The exit code of a run that has been told, and shown."""
    reports, quiet = how.reports, how.quiet
    if made.visit is not None:
        visiting.enter(screen, made, made.visit, yes=how.yes)
    expected(options.expect, made.cases)
    made.check()
    writable(reports)
    if not quiet and made.remote and made.visit is None:
        screen.print(f"[dim]{planned.total(forecast(made.cases, made.settings))}[/]", soft_wrap=True)
    try:
        stream, interrupted = engine.told(screen, made, _arguments(options, how.workers), reports=reports, quiet=quiet)
    finally:
        left = visiting.leave(screen, made.visit)
    _surroundings(made, stream)
    document = summed(stream.header, stream.cases, stream.footer)
    if not quiet:
        limit = _ALL if how.verbose else _SHOWN
        console.details(screen, document, stream.cases, limit=limit, rerun=(_again(options), ""))
        recording.details(screen, document, limit=limit)
    console.verdict(screen, document)
    if how.verbose:
        _choices(screen, stream)
    if not quiet:
        screen.print(f"[dim]reports: {escape(str(reports))}/report.json, junit.xml, events.jsonl, allure-results/[/]")
    return engine.INTERRUPTED if interrupted else Status(stream.footer["status"]).exit_code or left


def _arguments(options: Options, workers: int) -> list[str]:
    """The words for the engine; what is empty is left out."""
    given = {
        "target": [options.target],
        "generation": options.generations,
        "format": options.formats,
        "profile": [options.profile],
        "only": options.only,
        "seed": [options.seed],
        "lacks": options.lacks,
        "header": options.headers,
        "token": [options.token],
        "tenant": options.tenants,
        "api-key": [options.api_key],
        "xero-key": [options.xero_key],
        "timeout": [options.timeout],
        "organisation": [options.organisation],
        "record": [options.record],
        "max-age": [options.max_age],
        "stale": [options.stale],
        "expect": [options.expect],
    }
    words = [f"--conformance-{name}={each}" for name, values in given.items() for each in values if each]
    words += ["--conformance-exhaustive"] if options.exhaustive else []
    words += ["--conformance-lenient"] if options.lenient else []
    return [*words, *(["-n", str(workers)] if workers > 1 else [])]


def _surroundings(made: Plan, stream: Stream) -> None:
    if stream.folder is not None:
        contracts = tuple(contract(each) for each in made.generations)
        allure.surroundings(stream.folder / "allure-results", stream.header, contracts)


def _again(options: Options) -> str:
    """The command that repeats the run, without secrets; a finding adds its ``--only``."""
    words = ["conformance", "run", options.target]
    words += [word for each in options.generations for word in ("--generation", each)]
    words += [word for each in options.lacks for word in ("--lacks", each)]
    words += ["--exhaustive"] if options.exhaustive else []
    words += ["--expect", options.expect] if options.expect else []
    words += ["--profile", options.profile] if options.profile else []
    words += ["--seed", options.seed] if options.seed not in ("", "1") else []
    return shlex.join(words)


def _choices(screen: Console, stream: Stream) -> None:
    """Which way the target goes: in what nobody knows, and between sources that contradict each other."""
    chosen = [each for each in stream.cases if each["choice"]]
    if not chosen:
        return
    screen.print("\n[bold]Choices[/]: what the contract leaves open, and what this target does")
    lines = [(each["grade"], each["case"], each["choice"]) for each in chosen]
    console.rows(screen, ("grade", "case", "this target"), sorted(lines, key=lambda line: line[0] != "contradicted"))
