"""The reference server in this process, faithful or with one fault."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.model import Contract
from conformance.exchange import Request, Response
from conformance.reference import build, clock
from conformance.reference.server import ReferenceServer
from conformance.rules.kind import Fault


@dataclass(frozen=True, slots=True)
class Embedded:
    """A target without a socket; its clock and its identifiers are the same on every run."""

    server: ReferenceServer

    def send(self, request: Request) -> Response:
        """The server's answer."""
        return self.server(request)


def embedded(contract: Contract, fault: Fault | None = None, formats: tuple[str, ...] = ()) -> Embedded:
    """A fresh and empty server of this generation."""
    stages = build.stages(contract, fault, formats)
    identifier = clock.counting(contract.generation)
    return Embedded(ReferenceServer(contract, stages, now=clock.ticking(), identifier=identifier))
