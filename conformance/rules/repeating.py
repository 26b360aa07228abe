"""Keys that make a repeated request harmless: how a check makes them, and how a server goes wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.contract.model import Contract, Role
from conformance.contract.values import token
from conformance.document import Record
from conformance.exchange import Headers, Request, Response
from conformance.rules.mischief import Alter
from conformance.rules.reply import Reply
from conformance.rules.stages import Around, Handler, Stages
from conformance.rules.story import Story

#: what a target may be declared to lack
IDEMPOTENCY = "idempotency"


def key(story: Story, label: str, length: int = 0) -> str:
    """A key that nobody has used; those of one length differ in the last character, which is that of the label."""
    short = token(story.seed, IDEMPOTENCY, "" if length else label)
    return (short * (length // len(short) + 1))[: length - 1] + label[-1] if length else short


def keyed(story: Story, role: Role, record: Record, sent: str, addressed: str = "") -> Reply:
    """A write that carries a key."""
    header = story.contract.operations[role].repeats.header
    return story.write(role, record, addressed=addressed, headers=((header, sent),))


def header(contract: Contract) -> str:
    """The name of the header that holds the key; empty where the generation has none."""
    return next((each.repeats.header for each in contract.operations.values() if each.repeats.header), "")


def with_key(request: Request, name: str, value: str) -> Request:
    """The request with another key, or with none."""
    kept = Headers(tuple(pair for pair in request.headers if pair[0].lower() != name.lower()))
    return replace(request, headers=kept.with_field(name, value) if value else kept)


def rekeying(contract: Contract, change: Callable[[Request, str], str]) -> Alter:
    """Take another key than the one that was sent: change(request, key); an empty one is none at all."""
    name = header(contract)

    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            sent = request.headers.first(name)
            return stages.around(with_key(request, name, change(request, sent)) if sent else request, answer)

        return replace(stages, around=around)

    return alter


def alike(contract: Contract) -> Callable[[Request, str], str]:
    """What tells writes with a key apart as they should be: all that makes a request another one."""
    written = {each.method for each in contract.operations.values() if each.repeats.header}
    tenant = contract.access.tenant_header

    def known(request: Request, sent: str) -> str:
        said = (sent, request.headers.first(tenant), request.method, request.path, request.body)
        return repr(said) if request.method in written else ""

    return known


def forgetting(contract: Contract, fresh: Callable[[], Callable[[Request, str], str]]) -> Alter:
    """The same with a memory of its own for each server: ``fresh`` makes a change that remembers nothing yet."""

    def alter(stages: Stages) -> Stages:
        return rekeying(contract, fresh())(stages)

    return alter


def recalling(
    contract: Contract,
    known: Callable[[Request, str], str],
    twist: Callable[[Around, Request, Handler, Response], Response],
) -> Alter:
    """Answer a request that is ``known`` by an earlier one out of that one's answer, as it is twisted.

    ``known`` names what tells requests apart, from a request and its key; empty where a request is not recalled.
    """
    name = header(contract)

    def alter(stages: Stages) -> Stages:
        first: dict[str, Response] = {}

        def around(request: Request, answer: Handler) -> Response:
            sent = request.headers.first(name)
            mark = known(request, sent) if sent else ""
            if mark and mark in first:
                return twist(stages.around, request, answer, first[mark])
            response = stages.around(request, answer)
            if mark:
                first[mark] = response
            return response

        return replace(stages, around=around)

    return alter
