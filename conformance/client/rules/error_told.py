"""An error that the server answers reaches the caller as one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.counterpart import Handler, Said
from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract
from conformance.contract.values import guid
from conformance.exchange import Headers, Request, Response

_FOREIGN = {
    "500-in-html": (500, "text/html", b"<html><body><h1>Something went wrong</h1></body></html>"),
    "503-in-html": (503, "text/html", b"<html><body><h1>Down for maintenance</h1></body></html>"),
    "502-empty": (502, "", b""),
}


def scenarios(_contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Errors of the catalogue, and those that stand in no catalogue: of proxies and of broken servers."""
    yield Scenario(clause=clause, parameter="not-found", tell=_not_found, needs=("get",))
    for name in _FOREIGN:
        yield Scenario(clause=clause, parameter=name, tell=partial(_foreign, name=name), needs=("get",))


def _not_found(play: Play) -> None:
    said = play.get(guid(play.seed, "nobody"))
    if said.error is None:
        status = play.heard[-1].exchange.response
        raise play.broken(
            "error-swallowed", f"the server answered {status.status if status else 'nothing'}, and {said.outcome}"
        )


def _foreign(play: Play, name: str) -> None:
    status, media, body = _FOREIGN[name]
    headers = Headers((("Content-Type", media),) if media else ())

    def twist(_request: Request, _handler: Handler) -> Said:
        return Response(status=status, headers=headers, body=body)

    play.twist(twist)
    said = play.get(guid(play.seed, "anybody"))
    if said.error is None:
        raise play.broken("error-swallowed", f"the server answered {status}, and {said.outcome}")


RULE = ClientRule(name="error-told", scenarios=scenarios)
