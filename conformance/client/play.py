"""One scenario's conversation with a client: what it is asked to do, what it sends, and what it hands back.

Its methods are the steps that scenarios are written in. A scenario knows no client, no format and no generation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from time import monotonic

from conformance.client import saying
from conformance.client.counterpart import Counterpart, Heard, Twist
from conformance.client.driver import Asked, DriverLost
from conformance.client.saying import Saying
from conformance.contract import values
from conformance.contract.model import Contract, Role
from conformance.document import Record, Value
from conformance.errors import Unreadable
from conformance.exchange import Headers, Request
from conformance.reference.server import ReferenceServer
from conformance.rules.ending import Broken, CouldNotRun
from conformance.variants.kind import Variant
from conformance.wire import dates, envelope, json
from conformance.wire.record import canonical

WRITES = (Role.CREATE, Role.UPSERT, Role.UPDATE)

_SHOWN = 240


@dataclass(eq=False)
class Play:
    """A client behind its driver, with a server of its own that nobody else talks to."""

    contract: Contract
    format: str
    seed: str
    driver: Asked
    counterpart: Counterpart
    #: the messages that the driver says it understands
    can: frozenset[str]
    #: the seconds in which a message must be answered
    seconds: float
    #: what a caller of the reference server shows
    admitted: Headers = field(default_factory=Headers)
    admitted_query: tuple[tuple[str, str], ...] = ()
    #: what was asked of the client, the newest last
    asked: list[str] = field(default_factory=list)

    # --- what the client is asked to do ---

    def tell(self, do: str, **arguments: Value) -> Saying:
        """What came of one message. Raises CouldNotRun when the driver does not know it, DriverLost when it fails."""
        if do not in self.can:
            raise CouldNotRun(f"the driver says that its client cannot {do}")
        sent = {name: plain(value) for name, value in arguments.items()}
        self.asked.append(f"{do} {_short(sent)}".strip())
        start = monotonic()
        answer = self.driver.ask(do, sent, self.seconds)
        said = saying.read(self.contract, answer, monotonic() - start)
        reason = answer.get("unsupported")
        if reason is not None:
            raise CouldNotRun(f"the driver says that its client cannot do this: {str(reason)[:_SHOWN]}")
        return said

    def create(self, *records: Record) -> Saying:
        """Create, refusing what exists; where the generation has no such call, create or update."""
        return self.tell("create", contacts=records)

    def upsert(self, *records: Record) -> Saying:
        """Create or update."""
        return self.tell("upsert", contacts=records)

    def update(self, identity: str, changes: Record) -> Saying:
        """Change only these members of a record, without reading it."""
        return self.tell("update", id=identity, contact=changes)

    def edit(self, identity: str, changes: Record) -> Saying:
        """Read a record, change these members of it, and write back what was read."""
        return self.tell("edit", id=identity, contact=changes)

    def get(self, identity: str) -> Saying:
        """Fetch one record."""
        return self.tell("get", id=identity)

    def find(self, number: str) -> Saying:
        """Fetch one record by the number that a client chose."""
        return self.tell("find", number=number)

    def browse(self, **options: Value) -> Saying:
        """Fetch many."""
        return self.tell("list", **options)

    def pages(self, size: int) -> Saying:
        """Fetch all, page by page."""
        return self.tell("pages", size=Decimal(size))

    @contextmanager
    def in_time(self, why: str) -> Iterator[None]:
        """A client that hangs here hangs because of what it was answered, so that is the finding."""
        try:
            yield
        except DriverLost as error:
            if not error.hung:
                raise
            raise self.broken("hangs", f"{why}, and the client came to no end within {self.seconds:g} s") from error

    # --- what the server holds, and what it heard ---

    def given(self, *records: Record) -> list[dict[str, Value]]:
        """Records that exist before the client is asked anything, as the server shows them."""
        known = [self._put(each) for each in records]
        self.counterpart.heard.clear()
        return known

    def stored(self, identity: str) -> dict[str, Value] | None:
        """The record as the server holds it, in canonical form; None when there is none."""
        operation = self.contract.operations[Role.READ]
        place = operation.identifiers[self.contract.resource.identity]
        inside = place == "path"
        path = operation.address(identity) if inside else operation.path
        found = self._ask(operation.method, path, b"", () if inside else ((place, identity),))
        return canonical(self.contract.resource.fields, found[0]) if found else None

    def everything(self) -> list[dict[str, Value]]:
        """All records that the server shows in its list, in canonical form."""
        operation = self.contract.operations[Role.LIST]
        found = self._ask(operation.method, operation.path, b"")
        return [canonical(self.contract.resource.fields, each) for each in found]

    def twist(self, twist: Twist) -> None:
        """From now on, answer so."""
        self.counterpart.twist = twist

    def serve(self, variant: Variant) -> None:
        """From now on, be a server that holds the same records and differs in one legal way."""
        server = self.counterpart.handler
        assert isinstance(server, ReferenceServer)
        mine = variant.where or tuple(server.stages)
        altered = {
            name: variant.alter(self.contract, each) if name in mine else each for name, each in server.stages.items()
        }
        self.counterpart.handler = replace(server, stages=altered)

    @property
    def heard(self) -> Sequence[Heard]:
        """All that the client has sent so far."""
        return tuple(self.counterpart.heard)

    def writes(self) -> list[Heard]:
        """The writes among it."""
        methods = {self.contract.operations[each].method for each in WRITES if each in self.contract.operations}
        return [each for each in self.heard if each.request.method in methods]

    def sent(self, heard: Heard) -> tuple[Record, ...]:
        """The records in a write of the client's; none when it cannot be read."""
        try:
            return envelope.read_request(self.contract, self.format, heard.request.body).records
        except Unreadable:
            return ()

    # --- values ---

    def new(self, *fields: str, label: str = "", turn: int = 0) -> dict[str, Value]:
        """A record that nobody has yet, with a value for each field named."""
        return dict(values.specimen(self.contract.resource, self.seed, *fields, label=label, turn=turn))

    def writable(self) -> list[str]:
        """The names of all fields that a client may set in this format, but for the life-cycle member."""
        resource = self.contract.resource
        return [
            each.name
            for each in resource.fields
            if each.writable and each.name != resource.status and (not each.formats or self.format in each.formats)
        ]

    # --- endings ---

    def broken(self, code: str, reason: str, before: Value = None, after: Value = None) -> Broken:
        """The finding, with what the caller had asked for last."""
        asked = f"asked to {self.asked[-1]}: " if self.asked else ""
        return Broken(code=code, reason=f"{asked}{reason}", before=before, after=after)

    def _put(self, record: Record) -> dict[str, Value]:
        operation = self.contract.operations[Role.UPSERT]
        body = envelope.write_request(self.contract, self.format, (record,))
        shown = self._ask(operation.method, operation.path, body)
        identity = str(shown[0].get(self.contract.resource.identity)) if shown else ""
        known = self.stored(identity) if identity else None
        if known is None:
            raise CouldNotRun(f"the reference server did not take {_short({'contact': plain(record)})}")
        return known

    def _ask(self, method: str, path: str, body: bytes, query: tuple[tuple[str, str], ...] = ()) -> tuple[Record, ...]:
        media = self.contract.formats[self.format].media_type
        headers = self.admitted.with_field("Accept", media).with_field("Content-Type", media)
        request = Request(method=method, path=path, query=(*self.admitted_query, *query), headers=headers, body=body)
        return envelope.read_answer(self.contract, self.counterpart.handler(request)).records or ()


def plain(value: Value) -> Value:
    """A value as the protocol writes it: moments are texts in ISO 8601, in UTC."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return tuple(plain(each) for each in value)
    if isinstance(value, datetime):
        return dates.write(value, "iso-z")
    return value


def _short(arguments: Mapping[str, Value]) -> str:
    text = json.write(arguments).decode() if arguments else ""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
