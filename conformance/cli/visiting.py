"""What is said and asked around a run against a real organisation."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.markup import escape

from conformance.errors import BadOption
from conformance.live.archive import cost
from conformance.live.visit import Visit
from conformance.session.forecast import Forecast, forecast
from conformance.suite.plan import Plan
from conformance.suite.reception import lines

_LEFT = 3


def enter(screen: Console, made: Plan, visit: Visit, *, yes: bool) -> None:
    """Say what the run is going to do, find out to whom, and ask. Raises BadOption."""
    found = forecast(made.cases, made.settings)
    visit.keep(found.records)
    show(screen, made, visit, found)
    house = visit.check()
    kind = "a demo company" if house.demo else "no demo company, and named with --organisation"
    screen.print(f"organisation: {escape(ascii(house.name)[1:-1])}, {kind}", soft_wrap=True)
    _asked(yes=yes)


def _asked(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadOption("nobody is there to be asked", "--yes goes on without asking; nothing was written")
    click.confirm("Go on?", abort=True)


def show(screen: Console, made: Plan, visit: Visit, found: Forecast) -> None:
    """The plan: requests, records, minutes. Nothing is sent for it."""
    budget = visit.counter.budget
    clearing = cost(found.records)
    total = 1 + found.exchanges + clearing
    minutes = -(-total // visit.account.minute)
    formats = ", ".join(dict.fromkeys(each.format for each in made.cases))
    where = f"{visit.account.address}, {', '.join(made.generations)}, {formats}, {made.settings.profile} profile"
    screen.print(f"{escape(made.target)}: {escape(where)}, seed {escape(made.settings.seed)}", soft_wrap=True)
    parts = f"{found.cases} cases {found.exchanges}, the organisation 1, cleaning up at most {clearing}"
    screen.print(f"  requests  {total} ({parts}), of {budget.pace.run} a run", soft_wrap=True)
    screen.print(f"  records   {found.records}, archived at the end")
    screen.print(f"  minutes   {minutes} at {visit.account.minute} requests a minute")
    if total > budget.pace.run:
        screen.print("  [yellow]more than the profile gives a run: it will end incomplete[/]", soft_wrap=True)


def leave(screen: Console, visit: Visit | None) -> int:
    """Say what was archived, and what is still active; the exit code for that."""
    if visit is None or visit.cleared is None:
        return 0
    for each in lines(visit, visit.cleared):
        screen.print(escape(each), soft_wrap=True)
    return 0 if visit.cleared.clean else _LEFT
