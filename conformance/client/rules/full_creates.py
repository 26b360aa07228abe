"""A new record is sent with what it has: an empty member has nothing to clear there."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.client.rules.read_only_sent import records
from conformance.contract.model import Clause, Contract, Role
from conformance.document import empty
from conformance.judge.operation import meant


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every request that creates and nothing else."""
    judged, offences = 0, []
    kept = set(contract.resource.sent_always)
    for each in heard:
        operation = meant(contract, each.request)
        held = records(contract, each) if operation is not None and operation.role is Role.CREATE else ()
        judged += bool(held)
        names = sorted({name for one in held for name, value in one.items() if empty(value) and name not in kept})
        if names:
            line = f"{each.request.method} {each.request.path} creates with {', '.join(names)} empty"
            offences.append(Offence(code="empty-on-create", sentence=line, heard=each))
    return Look(judged=judged, offences=tuple(offences))


RULE = ClientRule(name="full-creates", watch=watch)
