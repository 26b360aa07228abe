"""A request that only reads has no body."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract, Role


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every request with the method of the operation that lists."""
    reads = [each for each in heard if each.request.method == contract.operations[Role.LIST].method]
    offences = [
        Offence(
            code="body-on-read",
            sentence=f"{each.request.method} {each.request.path} has a body of {len(each.request.body)} bytes",
            heard=each,
        )
        for each in reads
        if each.request.body
    ]
    return Look(judged=len(reads), offences=tuple(offences))


RULE = ClientRule(name="bodiless", watch=watch)
