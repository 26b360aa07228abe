"""``conformance explain``: one clause, its source, its cases, and what they look like on the wire."""

from __future__ import annotations

import click

from conformance.contract.load import generations
from conformance.contract.model import Clause
from conformance.contract.toml import suggest
from conformance.derive.cases import cases
from conformance.errors import BadOption
from conformance.report.text import exchange
from conformance.rules.registry import contract
from conformance.session.events import exchange_event
from conformance.session.redact import Redactor
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded


@click.command()
@click.argument("clause")
@click.option("--generation", "only", default="", help="Only this generation.")
def explain(clause: str, only: str) -> None:
    """Explain a clause, or the clause of a case id.

    \b
    Examples:
      conformance explain create-conflict.name-refused
      conformance explain partial-update.phones-merged --generation 2.0-2026
    """
    wanted = clause.rsplit("/", 1)[-1].partition("[")[0]
    places = (contract(only).generation,) if only else generations()
    found = [(each, one) for each in places for one in contract(each).clauses if one.id == wanted]
    if not found:
        known = sorted({one.id for each in places for one in contract(each).clauses})
        raise BadOption(f"there is no clause {wanted!r}", suggest(wanted, known)[:300])
    for generation, one in found:
        _clause(generation, one)
    _example(*found[-1])


def _clause(generation: str, clause: Clause) -> None:
    click.secho(f"{generation}  {clause.id}", bold=True)
    click.echo(f"  {clause.sentence}")
    click.echo(f"  {clause.level}, {clause.grade}: {clause.source}")
    if clause.untested:
        click.echo(f"  untested: {clause.untested}")
    for case in cases(generation):
        if case.clause.id == clause.id:
            click.echo(f"    {case.id}")
    click.echo()


def _example(generation: str, clause: Clause) -> None:
    """The first case of the clause, told to the reference server."""
    case = next((each for each in cases(generation) if each.clause.id == clause.id), None)
    if case is None:
        return
    settings = Settings()
    outcome = run(case, embedded(contract(generation)), settings)
    click.secho(f"An example, {case.id} on the reference server:", bold=True)
    for each in outcome.exchanges:
        click.echo()
        click.echo(exchange(exchange_event(each, Redactor.of(settings.credentials.secrets))))
