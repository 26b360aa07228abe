"""What a run would take, as ``conformance run --plan`` tells it."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple

import click
from rich.console import Console

from conformance.cli import visiting
from conformance.report.console import rows
from conformance.session.forecast import PACE, Forecast, forecast
from conformance.suite.plan import Plan


def show(console: Console, made: Plan, *, as_json: bool) -> None:
    """Print the exchanges of each chapter, in each generation and format, and what they come to."""
    found = forecast(made.cases, made.settings)
    if made.visit is not None and not as_json:
        visiting.show(console, made, made.visit, found)
        return
    if as_json:
        click.echo(json.dumps(_document(made, found), indent=2))
        return
    titles = ("generation", "format", "chapter", "cases", "exchanges")
    rows(console, titles, [[str(value) for value in astuple(each)] for each in found.shares])
    console.print()
    console.print(total(found), soft_wrap=True)
    console.print(
        "[dim]nothing was sent; a target that breaks a promise is asked more[/]",
        soft_wrap=True,
    )


def total(found: Forecast) -> str:
    """The sum, in one line."""
    minutes = f"{found.minutes} minutes" if found.minutes != 1 else "1 minute"
    return f"{found.cases} cases, {found.exchanges} exchanges planned, {minutes} at {PACE} a minute"


def _document(made: Plan, found: Forecast) -> dict[str, object]:
    return {
        "target": made.target,
        "generations": list(made.generations),
        "profile": made.settings.profile.value,
        "exhaustive": made.settings.exhaustive,
        "cases": found.cases,
        "exchanges": found.exchanges,
        "records": found.records,
        "minutes": found.minutes,
        "exchanges_a_minute": PACE,
        "shares": [asdict(each) for each in found.shares],
    }
