"""``conformance explain``: one clause, its source, its cases, and what they look like on the wire."""

from __future__ import annotations

from collections.abc import Sequence

import click

from conformance.client.cases import cases as client_cases
from conformance.client.registry import contract as duties
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
    """Explain a clause, of servers or of clients, or the clause of a case id.

    \b
    Examples:
      conformance explain create-conflict.name-refused
      conformance explain partial-update.phones-merged --generation 2.0-2026
      conformance explain requests.media-type
    """
    wanted = clause.rsplit("/", 1)[-1].partition("[")[0]
    places = (contract(only).generation,) if only else generations()
    for made, of in ((contract, cases), (duties, client_cases)):
        found = [(each, one) for each in places for one in made(each).clauses if one.id == wanted]
        for generation, one in found:
            _clause(generation, one, [each.id for each in of(generation) if each.clause.id == wanted])
        if found:
            _example(*found[-1])
            return
    known = sorted({one.id for each in places for made in (contract, duties) for one in made(each).clauses})
    raise BadOption(f"there is no clause {wanted!r}", suggest(wanted, known)[:300])


def _clause(generation: str, clause: Clause, identifiers: Sequence[str]) -> None:
    click.secho(f"{generation}  {clause.id}", bold=True)
    click.echo(f"  {clause.sentence}")
    click.echo(f"  {clause.level}, {clause.grade}: {clause.source}")
    if clause.untested:
        click.echo(f"  untested: {clause.untested}")
    matters = clause.text("matters")
    if matters:
        click.echo(f"  a client that breaks it: {matters}")
    for each in identifiers:
        click.echo(f"    {each}")
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
