"""What a server's answer alone shows to be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract.model import Contract
from conformance.errors import Unreadable
from conformance.exchange import Response
from conformance.judge.structure import finding, in_answer
from conformance.rules.kind import Finding
from conformance.wire import envelope
from conformance.wire.envelope import Answer
from conformance.wire.spelling import Spelling, shown_format, spelt

_NO_CONTENT = 204


def findings(contract: Contract, response: Response) -> Iterator[Finding]:
    """An answer that cannot be read, records without their envelope, and members of another kind."""
    success = 200 <= response.status < 300
    if not response.body and (not success or response.status == _NO_CONTENT):
        return
    try:
        answer = envelope.read_answer(contract, response)
    except Unreadable as error:
        yield finding("unreadable", f"the body cannot be read: {error}")
        return
    if answer.records is None and answer.error is not None:
        # An error has a shape of its own, or none at all; it may repeat what a client got wrong.
        yield from _speechless() if success and answer.error.text else ()
    elif answer.records is not None or success:
        yield from _records(contract, answer, spelt(contract, shown_format(response.body), response.body))


def _speechless() -> Iterator[Finding]:
    yield finding("unreadable", "the body of a success is neither JSON nor XML")


def _records(contract: Contract, answer: Answer, spelling: Spelling) -> Iterator[Finding]:
    if not _enveloped(contract, spelling):
        yield finding("envelope-missing", "the records stand without the envelope that every answer has around them")
    elif contract.envelope.status not in answer.envelope:
        yield finding("status-missing", f"the envelope has no {contract.envelope.status}")
    for each in spelling.members if answer.records is not None else ():
        yield from in_answer(spelling.format, each)


def _enveloped(contract: Contract, spelling: Spelling) -> bool:
    """Whether the root is the envelope. JSON has no names for roots, so there any member of one will do."""
    names = contract.envelope
    if spelling.format == "xml":
        return names.root in spelling.around
    members = {contract.resource.many, names.identifier, names.status, names.provider, names.moment}
    return not members.isdisjoint(spelling.around)
