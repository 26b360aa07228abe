"""A write carries no member that the server alone sets."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract, Mutability
from conformance.document import Record, empty
from conformance.errors import Unreadable
from conformance.judge.operation import meant
from conformance.wire import envelope
from conformance.wire.spelling import shown_format


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every write that can be read; the identifier is no offence, for it says which record is meant."""
    resource = contract.resource
    names = {each.name for each in resource.fields if each.mutability is Mutability.READ_ONLY} - {resource.identity}
    judged, offences = 0, []
    for each in heard:
        held = records(contract, each)
        judged += bool(held)
        found = sorted({name for record in held for name in names & set(record) if not empty(record[name])})
        if found:
            line = f"{each.request.method} {each.request.path} carries {', '.join(found)}"
            offences.append(Offence(code="read-only-sent", sentence=f"{line}, which only the server sets", heard=each))
    return Look(judged=judged, offences=tuple(offences))


def records(contract: Contract, heard: Heard) -> tuple[Record, ...]:
    """The records in a write; none in a request that holds none, or that cannot be read."""
    if not heard.request.body or meant(contract, heard.request) is None:
        return ()
    try:
        return envelope.read_request(contract, shown_format(heard.request.body), heard.request.body).records
    except Unreadable:
        return ()


RULE = ClientRule(name="read-only-sent", watch=watch)
