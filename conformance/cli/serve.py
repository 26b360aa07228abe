"""``conformance serve``: the reference server on a socket."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import click

from conformance.contract.load import generations as known
from conformance.derive.faults import require
from conformance.errors import BadOption
from conformance.reference import build
from conformance.reference.door import Guests
from conformance.reference.gate import Gate
from conformance.reference.http import dispatch
from conformance.reference.http import serve as serve_on
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.wire.organisation import House

_DEMO = "Demo Company (reference)"


@click.command()
@click.option("--port", default=8080, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--generation", "generations", multiple=True, help="[default: the newest, with 1.0 beside it]")
@click.option("--fault", default="", help="Be wrong in this way; see: conformance list faults")
@click.option("--token", "tokens", multiple=True, help="Know this token and no other; may be repeated. [default: any]")
@click.option("--organisation", default="", metavar="NAME", help=f"Not a demo company, but this. [default: {_DEMO}]")
@click.option("--limits", is_flag=True, help="Turn away what is over the service's limits, and say what is left.")
@click.option("--minute", default=60.0, show_default=True, metavar="SECONDS", help="How long the minute of a limit is.")
def serve(port: int, host: str, generations: tuple[str, ...], fault: str, **rest: Any) -> None:
    """Serve the contract from memory, faithfully or with one seeded fault.

    \b
    Examples:
      conformance serve --port 8080
      conformance serve --generation 2.0-2010 --fault upsert.match-by-number.ignored
      conformance serve --limits --minute 6
    """
    extras = _Extras(**rest)
    chosen = _chosen(generations, fault)
    seeded = require(fault, chosen) if fault else {}
    servers = {}
    for each in chosen:
        one = seeded.get(each)
        stages = build.stages(contract(each), one.fault if one else None, one.formats if one else ())
        server = ReferenceServer(contract(each), stages, guests=Guests(tokens=frozenset(extras.tokens) or None))
        servers[contract(each).base] = replace(server, houses=extras.houses)
    served = ", ".join(chosen) + (f", with the fault {fault}" if fault else "")
    gate = extras.gate(chosen)
    serve_on(dispatch(servers), host=host, port=port, ready=lambda url: click.echo(f"{url}  ({served})"), gate=gate)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extras:
    """What surrounds the records that are served."""

    tokens: tuple[str, ...]
    organisation: str
    limits: bool
    minute: float

    @property
    def houses(self) -> tuple[House, ...]:
        """The one organisation."""
        return (House(name=self.organisation or _DEMO, demo=not self.organisation),)

    def gate(self, chosen: tuple[str, ...]) -> Gate | None:
        """What counts the requests; nothing where no limits are wanted. Raises BadOption."""
        if not self.limits:
            return None
        if not 0 < self.minute <= 3600:
            raise BadOption(f"a minute of {self.minute:g} seconds", "give a number above 0, as in --minute 6")
        limited = [contract(each) for each in chosen if contract(each).limits is not None]
        if not limited or limited[0].limits is None:
            able = [each for each in known() if contract(each).limits is not None]
            raise BadOption(f"no limits are known of {', '.join(chosen)}", f"serve {' or '.join(able)}")
        return Gate(limited[0], limited[0].limits, window=self.minute)


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
