"""The reference server in this process, faithful or with one fault."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.model import Contract
from conformance.exchange import Request, Response
from conformance.reference import build, clock
from conformance.reference.door import Guests
from conformance.reference.server import ReferenceServer
from conformance.rules.kind import Fault
from conformance.targets.target import Credentials

_PLAIN = Credentials()


@dataclass(frozen=True, slots=True)
class Embedded:
    """A target without a socket; its clock and its identifiers are the same on every run."""

    server: ReferenceServer

    def send(self, request: Request) -> Response:
        """The server's answer."""
        return self.server(request)


def guests(contract: Contract, credentials: Credentials) -> Guests:
    """Whom a server knows that knows the caller with these credentials, and nobody else."""
    token, tenant, keys = credentials.shown(contract.access)
    return Guests(
        tokens=frozenset({token}), tenants=frozenset({tenant, *credentials.tenants}), keys=keys if any(keys) else None
    )


def embedded(
    contract: Contract,
    fault: Fault | None = None,
    formats: tuple[str, ...] = (),
    credentials: Credentials | None = _PLAIN,
) -> Embedded:
    """A fresh and empty server of this generation, which knows one caller; or everybody, where that is None."""
    stages = build.stages(contract, fault, formats)
    known = Guests() if credentials is None else guests(contract, credentials)
    identifier = clock.counting(contract.generation)
    return Embedded(ReferenceServer(contract, stages, now=clock.ticking(), identifier=identifier, guests=known))
