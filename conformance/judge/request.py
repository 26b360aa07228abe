"""What a client's request alone shows to be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.contract.model import Contract, Operation, Role
from conformance.errors import Unreadable
from conformance.exchange import Request
from conformance.judge import published
from conformance.judge.structure import finding, in_request, unexpected
from conformance.rules.kind import Finding, Sent
from conformance.rules.registry import rules
from conformance.wire import envelope, form
from conformance.wire.spelling import spelt

_WRITES = (Role.CREATE, Role.UPSERT, Role.UPDATE)


def findings(contract: Contract, operation: Operation, request: Request) -> Iterator[Finding]:
    """The clauses and the structure that a write breaks; a request that only reads has nothing to judge."""
    if operation.role not in _WRITES:
        return
    request = form.opened(contract, request)
    name = _format(contract, request)
    try:
        body = envelope.read_request(contract, name, request.body)
    except Unreadable as error:
        yield finding("unreadable", f"the body cannot be read: {error}")
        return
    if not operation.many and len(body.records) > 1:
        yield finding("too-many-records", f"the body holds {len(body.records)} records; this call takes one")
    yield from _clauses(contract, Sent(role=operation.role, format=name, records=body.records, bare=body.bare))
    yield from _structure(contract, name, request.body)


def _format(contract: Contract, request: Request) -> str:
    """The format that the Content-Type names; the first of the generation when it names none."""
    named = request.headers.first("Content-Type").lower()
    return next((each for each in contract.formats if each in named), next(iter(contract.formats)))


def _clauses(contract: Contract, sent: Sent) -> Iterator[Finding]:
    for clause in contract.clauses:
        if not clause.untested and (not clause.formats or sent.format in clause.formats):
            # In one order: what a rule finds may come out of a set.
            yield from sorted(rules()[clause.rule].judge(contract, clause, sent), key=lambda each: each.path)


def _structure(contract: Contract, name: str, body: bytes) -> Iterator[Finding]:
    # A published schema says itself which elements it knows, and how often they may stand.
    schema = name == "xml" and bool(published.corrections(contract))
    for each in spelt(contract, name, body).members:
        yield from () if schema else unexpected(each)
        yield from in_request(name, each)
    if schema:
        yield from published.findings(contract, body)
