"""The client itself: what a caller asks becomes requests, and answers become what the caller is handed."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from time import sleep
from urllib.parse import quote, urlencode, urlsplit

from conformance.client.model.behaviour import Attempt, Behaviour, Call, Refused
from conformance.contract.model import Contract, Role
from conformance.document import Record
from conformance.errors import Unreadable
from conformance.exchange import Headers, Request, Response
from conformance.wire import envelope
from conformance.wire.envelope import Answer

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"


@dataclass(eq=False)
class Client:
    """One client of one generation, in one format."""

    contract: Contract
    format: str
    base_url: str
    token: str
    tenant: str
    keys: Mapping[str, str]
    behaviour: Behaviour = field(default_factory=Behaviour)
    timeout: float = 3.0
    #: how many calls there were
    number: int = 0

    def write(self, role: Role, records: tuple[Record, ...], identity: str = "") -> Answer:
        """Send records, and read what the server made of them. Raises Refused."""
        role = role if role in self.contract.operations else Role.UPSERT
        call = self._call(role, records)
        sent = tuple(self.behaviour.outgoing(call, each) for each in records)
        body = envelope.write_request(self.contract, self.format, sent)
        operation = self.contract.operations[role]
        request = Request(method=operation.method, path=operation.address(identity), body=body)
        repeats = operation.repeats.header
        media = self.contract.formats[self.format].media_type
        headers = request.headers.with_field("Content-Type", media)
        headers = headers.with_field(repeats, str(uuid.uuid4())) if repeats else headers
        return self._answer(call, replace(request, headers=headers))

    def read(self, identifier: str, by: str) -> tuple[Record, ...]:
        """Fetch one record. Raises Refused."""
        operation = self.contract.operations[Role.READ]
        place = operation.identifiers.get(by, "path")
        path = operation.address(identifier) if place == "path" else operation.path
        query = () if place == "path" else ((place, identifier),)
        request = Request(method=operation.method, path=path, query=query)
        return self._answer(self._call(Role.READ), request).records or ()

    def browse(self, query: tuple[tuple[str, str], ...] = (), since: datetime | None = None) -> tuple[Record, ...]:
        """Fetch many. Raises Refused."""
        operation = self.contract.operations[Role.LIST]
        request = Request(method=operation.method, path=operation.path, query=query)
        if since is not None and operation.since:
            request = replace(request, headers=Headers(((operation.since, since.strftime(_HTTP_DATE)),)))
        return self._answer(self._call(Role.LIST), request).records or ()

    def pages(self, size: int | None) -> tuple[Record, ...]:
        """Fetch all, page by page. Raises Refused."""
        ways = self.contract.operations[Role.LIST].narrowing
        if "page" not in ways:
            return self.browse()
        found: list[Record] = []
        page = 1
        while True:
            sized = ((ways["size"], str(size)),) if size and "size" in ways else ()
            part = self.browse(((ways["page"], str(page)), *sized))
            found += part
            if not self.behaviour.more(self._call(Role.LIST), page, len(part)):
                return tuple(found)
            page += 1

    def _call(self, role: Role, asked: tuple[Record, ...] = ()) -> Call:
        self.number += 1
        return Call(contract=self.contract, role=role, format=self.format, number=self.number, asked=asked)

    def _answer(self, call: Call, request: Request) -> Answer:
        request = self.behaviour.leaving(call, self._shown(request))
        try:
            response = self.behaviour.arriving(call, self._tried(call, request))
        except Refused as refused:
            told = self.behaviour.told(call, refused)
            if told is not None:
                raise told from None
            return Answer(envelope={})
        try:
            answer = envelope.read_answer(self.contract, response)
        except Unreadable as error:
            answer = Answer(envelope={})
            problem: Refused | None = Refused(f"the answer cannot be read: {error}", response.status)
        else:
            problem = _refused(answer, response)
        told = None if problem is None else self.behaviour.told(call, problem)
        if told is not None:
            raise told
        records = tuple(self.behaviour.handed(call, each) for each in answer.records or ())
        return replace(answer, records=self.behaviour.listed(call, records) if call.role is Role.LIST else records)

    def _shown(self, request: Request) -> Request:
        """The request with all that the service asks a caller to show."""
        access = self.contract.access
        headers = request.headers.with_field("Accept", self.contract.formats[self.format].media_type)
        headers = headers.with_field("Accept-Encoding", "gzip")
        if access.token_header:
            headers = headers.with_field(access.token_header, f"{access.token_scheme} {self.token}")
        if access.tenant_header:
            headers = headers.with_field(access.tenant_header, self.tenant)
        keys = tuple((name, self.keys.get(name, "")) for name in access.keys)
        return replace(request, headers=headers, query=(*keys, *request.query))

    def _tried(self, call: Call, request: Request) -> Response:
        number = 0
        while True:
            response, failure, late = self._sent(request)
            again = self.behaviour.again(call, Attempt(number=number, request=request, response=response, late=late))
            if again is None:
                break
            sleep(again)
            number += 1
        if response is None:
            raise Refused(f"no answer: {failure}")
        return response

    def _sent(self, request: Request) -> tuple[Response | None, str, bool]:
        parts = urlsplit(self.base_url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        path = quote(request.path, safe="/-._~!$'()*,;=:@")
        query = f"?{urlencode(request.query, quote_via=quote)}" if request.query else ""
        try:
            connection.putrequest(request.method, path + query, skip_accept_encoding=True)
            for name, value in request.headers:
                connection.putheader(name, value)
            if request.body:
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            reply = connection.getresponse()
            body = reply.read()
        except (OSError, HTTPException) as error:
            return None, f"{type(error).__name__} {error}".strip(), isinstance(error, TimeoutError)
        finally:
            connection.close()
        unpacked = gzip.decompress(body) if reply.headers.get("Content-Encoding") == "gzip" else body
        return Response(status=reply.status, headers=Headers(tuple(reply.headers.items())), body=unpacked), "", False


def _refused(answer: Answer, response: Response) -> Refused | None:
    """The error in an answer; also where its status says that all is well."""
    error = answer.error
    if error is None:
        return (
            None if 200 <= response.status < 300 else Refused(f"the server answered {response.status}", response.status)
        )
    messages = tuple(message for each in error.elements for message in each.messages)
    said = error.message or error.text or f"the server answered {response.status}"
    return Refused(said, response.status, messages)
