"""Requests in the words of a contract, and answers read: the steps of a conversation that touch the wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Barrier, BrokenBarrierError
from time import sleep
from typing import TypeAlias

from conformance.contract.model import Contract, Role
from conformance.document import Record
from conformance.errors import Unreadable
from conformance.exchange import Headers, Request, Response
from conformance.rules.ending import CouldNotRun, turned_away
from conformance.rules.reply import Reply
from conformance.wire import envelope
from conformance.wire.scalar import guid

#: the seconds for which requests that go out together wait for each other
_STARTED = 5.0

Pairs: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(eq=False)
class Talk:
    """One side of a conversation with a target.

    ``send`` puts one request to the target; ``seed`` makes the records of this conversation its own; ``writes`` and
    ``reads`` are the formats on the way in and out.
    """

    contract: Contract
    send: Callable[[Request], Response]
    seed: str
    writes: str
    reads: str
    lacks: frozenset[str] = frozenset()
    #: makes text of the target's fit to be quoted
    quote: Callable[[str], str] = str
    #: identifiers as the target spells them, by their normal form: they are sent back letter by letter
    spelling: dict[str, str] = field(default_factory=dict)
    #: whether being turned away is an answer like any other
    knocking: bool = False
    #: whether requests may go out at the same moment; a recording has an order, and keeps it
    at_once: bool = True
    #: lets a moment pass, for a target that counts in seconds
    pause: Callable[[float], None] = sleep

    def write(
        self,
        role: Role,
        *records: Record,
        bare: bool = False,
        addressed: str = "",
        query: Pairs = (),
        headers: Pairs = (),
    ) -> Reply:
        """Send records in the format of this story; they go out exactly as given, with further query and headers."""
        spelt = tuple(self._spelt(each) for each in records)
        body = envelope.write_request(self.contract, self.writes, spelt, bare=bare)
        return self.submit(role, body, addressed=addressed, query=query, headers=headers)

    def submit(self, role: Role, body: bytes, *, addressed: str = "", query: Pairs = (), headers: Pairs = ()) -> Reply:
        """Send a body as it is, called what this story writes; header fields given replace those of the same name."""
        operation = self.contract.operations[role]
        path = operation.address(self.spelling.get(addressed, addressed))
        called = _with(self._called, headers)
        return self.ask(Request(method=operation.method, path=path, query=query, headers=called, body=body))

    def draft(self, role: Role, *records: Record, headers: Pairs = ()) -> Request:
        """The request that would send records in a list, to be put together with others."""
        operation = self.contract.operations[role]
        body = envelope.write_request(self.contract, self.writes, tuple(self._spelt(each) for each in records))
        return Request(method=operation.method, path=operation.path, headers=_with(self._called, headers), body=body)

    @property
    def _called(self) -> Pairs:
        return (("Accept", self._media(self.writes)), ("Content-Type", self._media(self.writes)))

    def upsert(self, *records: Record, bare: bool = False) -> Reply:
        """Create or update."""
        return self.write(Role.UPSERT, *records, bare=bare)

    def create(self, *records: Record, query: Pairs = ()) -> Reply:
        """Create, refusing what exists."""
        return self.write(Role.CREATE, *records, query=query)

    def read(self, identifier: str, by: str = "", headers: Pairs = ()) -> Reply:
        """Fetch one record by an identifier, the server's own unless ``by`` names another."""
        operation = self.contract.operations[Role.READ]
        place = operation.identifiers[by or self.contract.resource.identity]
        identifier = self.spelling.get(identifier, identifier)
        inside = place == "path"
        return self.ask(
            Request(
                method=operation.method,
                path=operation.address(identifier) if inside else operation.path,
                query=() if inside else ((place, identifier),),
                headers=_with((("Accept", self._media(self.reads)),), headers),
            )
        )

    def browse(self, *query: tuple[str, str], headers: Pairs = ()) -> Reply:
        """Fetch many records."""
        return self.ask(self.search(*query, headers=headers))

    def search(self, *query: tuple[str, str], headers: Pairs = ()) -> Request:
        """The request that would fetch many records, to be put together with others."""
        operation = self.contract.operations[Role.LIST]
        sent = _with((("Accept", self._media(self.reads)),), headers)
        return Request(method=operation.method, path=operation.path, query=query, headers=sent)

    def ask(self, request: Request) -> Reply:
        """Put any request. Raises CouldNotRun when the target does not let this caller in, or sends it elsewhere."""
        reply = self.hear(request)
        return reply if self.knocking else _let_in(reply)

    def together(self, requests: Sequence[Request]) -> list[Reply]:
        """Put several requests at the same moment; the answers stand in their order. Raises as ``ask`` does."""
        if not self.at_once:
            return [_let_in(self.hear(each)) for each in requests]
        gate = Barrier(len(requests))

        def put(request: Request) -> Response:
            with suppress(BrokenBarrierError):
                gate.wait(_STARTED)
            return self.send(request)

        with ThreadPoolExecutor(len(requests)) as pool:
            responses = list(pool.map(put, requests))
        return [_let_in(self._read(*each)) for each in zip(requests, responses, strict=True)]

    def hear(self, request: Request) -> Reply:
        """Put any request, and take the answer whatever its status is."""
        return self._read(request, self.send(request))

    def _read(self, request: Request, response: Response) -> Reply:
        try:
            answer = envelope.read_answer(self.contract, response)
            return Reply(self.contract, request, response, self._noted(answer), quote=self.quote)
        except Unreadable as error:
            return Reply(self.contract, request, response, None, trouble=error.cause)

    def _media(self, name: str) -> str:
        return self.contract.formats[name].media_type

    def _noted(self, answer: envelope.Answer) -> envelope.Answer:
        """The answer with identifiers in their normal form; how the target spells them is remembered."""
        identity, records = self.contract.resource.identity, []
        for each in answer.records or ():
            spelt = each.get(identity)
            if isinstance(spelt, str) and spelt:
                self.spelling[guid(spelt)] = spelt
                records.append({**each, identity: guid(spelt)})
            else:
                records.append(dict(each))
        return answer if answer.records is None else replace(answer, records=tuple(records))

    def _spelt(self, record: Record) -> Record:
        identity = self.contract.resource.identity
        held = record.get(identity)
        known = self.spelling.get(held) if isinstance(held, str) else None
        return record if known is None else {**record, identity: known}


def _with(named: Pairs, more: Pairs) -> Headers:
    headers = Headers(named)
    for name, value in more:
        headers = headers.with_field(name, value)
    return headers


def _let_in(reply: Reply) -> Reply:
    """The answer, unless it is about the caller. Raises CouldNotRun."""
    if reply.response.status in (401, 403) or 300 <= reply.response.status < 400:
        raise CouldNotRun(turned_away(reply.request, reply.response))
    return reply
