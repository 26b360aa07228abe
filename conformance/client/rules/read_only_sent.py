"""A write carries no member that the server alone sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract, Mutability
from conformance.document import Record, Value, empty
from conformance.errors import Unreadable
from conformance.exchange import Response
from conformance.judge.operation import meant
from conformance.wire import envelope
from conformance.wire.record import canonical
from conformance.wire.spelling import shown_format


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every write that can be read; the identifier is no offence, for it says which record is meant.

    Nor is what the server has shown of the record before: whoever reads a record, changes a member and writes it back
    sends the rest as it came.
    """
    resource = contract.resource
    names = {each.name for each in resource.fields if each.mutability is Mutability.READ_ONLY} - {resource.identity}
    judged, offences = 0, []
    shown: dict[str, dict[str, Value]] = {}
    for each in heard:
        held = records(contract, each)
        judged += bool(held)
        found = sorted({name for record in held for name in names & set(_own(contract, each, record, shown))})
        if found:
            line = f"{each.request.method} {each.request.path} carries {', '.join(found)}"
            offences.append(Offence(code="read-only-sent", sentence=f"{line}, which only the server sets", heard=each))
        shown |= _shown(contract, each)
    return Look(judged=judged, offences=tuple(offences))


def _own(contract: Contract, heard: Heard, record: Record, shown: Mapping[str, Mapping[str, Value]]) -> Iterator[str]:
    """The members that are set, and not as the server has shown them before."""
    identity = str(record.get(contract.resource.identity) or heard.request.path.rpartition("/")[2])
    before = shown.get(identity.lower(), {})
    sent = canonical(contract.resource.fields, record)
    return (name for name in record if not empty(record[name]) and (name not in before or sent[name] != before[name]))


def _shown(contract: Contract, heard: Heard) -> dict[str, dict[str, Value]]:
    """What an answer shows of records, by their identifiers."""
    if not isinstance(heard.said, Response):
        return {}
    try:
        found = envelope.read_answer(contract, heard.said).records or ()
    except Unreadable:
        return {}
    fields, identity = contract.resource.fields, contract.resource.identity
    return {str(each.get(identity)).lower(): canonical(fields, each) for each in found}


def records(contract: Contract, heard: Heard) -> tuple[Record, ...]:
    """The records in a write; none in a request that holds none, or that cannot be read."""
    if not heard.request.body or meant(contract, heard.request) is None:
        return ()
    try:
        return envelope.read_request(contract, shown_format(heard.request.body), heard.request.body).records
    except Unreadable:
        return ()


RULE = ClientRule(name="read-only-sent", watch=watch)
