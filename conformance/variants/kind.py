"""What a faithful variant is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.contract.model import Contract
from conformance.exchange import Request, Response
from conformance.rules.stages import Handler, Stages

Dress = Callable[[Contract, Request, Response], Response]
"""A change to the bytes of an answer that leaves what it says alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One legal difference from the reference server, and why it is legal."""

    name: str
    sentence: str
    why: str
    alter: Callable[[Contract, Stages], Stages]
    #: the formats in which the difference shows; empty for all
    formats: tuple[str, ...] = ()
    #: the formats of requests to which the server answers so; empty for all
    where: tuple[str, ...] = ()
    #: whether it can only be seen on a socket
    socket: bool = False
    #: the clause that leaves the difference open; empty when no clause speaks of it
    clause: str = ""


def dressed(dress: Dress) -> Callable[[Contract, Stages], Stages]:
    """The change to a server's stages that puts ``dress`` on all its answers."""

    def alter(contract: Contract, stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            return dress(contract, request, stages.around(request, answer))

        return Stages(
            **{name: getattr(stages, name) for name in stages.__dataclass_fields__ if name != "around"}, around=around
        )

    return alter
