"""``conformance serve``: the reference server on a socket."""

from __future__ import annotations

import click

from conformance.contract.load import generations as known
from conformance.derive.faults import require
from conformance.errors import BadOption
from conformance.reference import build
from conformance.reference.door import Guests
from conformance.reference.http import dispatch
from conformance.reference.http import serve as serve_on
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract


@click.command()
@click.option("--port", default=8080, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--generation", "generations", multiple=True, help="[default: the newest, with 1.0 beside it]")
@click.option("--fault", default="", help="Be wrong in this way; see: conformance list faults")
@click.option("--token", "tokens", multiple=True, help="Know this token and no other; may be repeated. [default: any]")
def serve(port: int, host: str, generations: tuple[str, ...], fault: str, tokens: tuple[str, ...]) -> None:
    """Serve the contract from memory, faithfully or with one seeded fault.

    \b
    Examples:
      conformance serve --port 8080
      conformance serve --generation 2.0-2010 --fault upsert.match-by-number.ignored
    """
    chosen = _chosen(generations, fault)
    seeded = require(fault, chosen) if fault else {}
    servers, guests = {}, Guests(tokens=frozenset(tokens) or None)
    for each in chosen:
        one = seeded.get(each)
        stages = build.stages(contract(each), one.fault if one else None, one.formats if one else ())
        servers[contract(each).base] = ReferenceServer(contract(each), stages, guests=guests)
    served = ", ".join(chosen) + (f", with the fault {fault}" if fault else "")
    serve_on(dispatch(servers), host=host, port=port, ready=lambda url: click.echo(f"{url}  ({served})"))


def _chosen(wanted: tuple[str, ...], fault: str) -> tuple[str, ...]:
    """One generation for each base path: two of them share an address, and only one can answer there."""
    names = tuple(contract(each).generation for each in wanted) or _fitting(fault)
    bases = [contract(each).base for each in names]
    for base in bases:
        if bases.count(base) > 1:
            raise BadOption(f"two of these generations live at {base}", "serve one of them, or start a second server")
    return names


def _fitting(fault: str) -> tuple[str, ...]:
    """The newest generation of each base path, among those that have the fault."""
    able = tuple(require(fault, known())) if fault else known()
    return tuple({contract(each).base: each for each in able}.values())
