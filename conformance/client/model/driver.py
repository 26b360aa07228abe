"""The driver around the model client: it answers the messages of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from conformance import __version__
from conformance.client.model.behaviour import Behaviour, Refused
from conformance.client.model.client import Client
from conformance.client.play import plain
from conformance.contract.model import Resource, Role
from conformance.document import Record, Value, objects
from conformance.rules.registry import contract
from conformance.wire import dates
from conformance.wire.envelope import Answer
from conformance.wire.record import from_json

CAN = ("create", "upsert", "update", "edit", "get", "find", "list", "pages")


@dataclass(eq=False)
class ModelDriver:
    """One client, made by ``hello`` and told what to do by every message after it."""

    behaviour: Behaviour
    client: Client = field(init=False)

    def answer(self, message: Mapping[str, Value]) -> Mapping[str, Value]:
        """What is answered to one message."""
        steps: dict[str, Callable[[Mapping[str, Value]], Mapping[str, Value]]] = {
            "hello": self.hello,
            "create": lambda given: self.write(Role.CREATE, self.records(given)),
            "upsert": lambda given: self.write(Role.UPSERT, self.records(given)),
            "update": self.update,
            "edit": self.edit,
            "get": lambda given: shown(self.client.read(str(given["id"]), self.resource.identity)),
            "find": lambda given: shown(self.client.read(str(given["number"]), self.resource.number)),
            "list": self.browse,
            "pages": self.pages,
        }
        step = steps.get(str(message["do"]))
        if step is None:
            return {"unsupported": f"there is no message {message['do']}"}
        try:
            return step(message)
        except Refused as refused:
            status: dict[str, Value] = {} if refused.status is None else {"status": Decimal(refused.status)}
            return {"error": {"message": refused.message, "messages": refused.messages, **status}}

    @property
    def resource(self) -> Resource:
        """The resource of the generation that is spoken."""
        return self.client.contract.resource

    def hello(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Make the client."""
        keys = given.get("keys")
        self.client = Client(
            contract=contract(str(given["generation"])),
            format=str(given["format"]),
            base_url=str(given["base_url"]),
            token=str(given["token"]),
            tenant=str(given["tenant_id"]),
            keys={name: str(each) for name, each in keys.items()} if isinstance(keys, Mapping) else {},
            behaviour=self.behaviour,
        )
        return {"can": CAN, "client": {"name": "model", "version": __version__}}

    def records(self, given: Mapping[str, Value]) -> tuple[Record, ...]:
        """The records that the caller has."""
        return tuple(from_json(self.resource.fields, each) for each in objects(given.get("contacts")))

    def change(self, given: Mapping[str, Value]) -> Record:
        """What the caller wants changed."""
        held = given["contact"]
        return from_json(self.resource.fields, held) if isinstance(held, Mapping) else {}

    def write(self, role: Role, records: tuple[Record, ...]) -> Mapping[str, Value]:
        """Create, or create and update."""
        return self._written(self.client.write(role, records))

    def update(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Change some members."""
        return self._change(str(given["id"]), self.change(given))

    def edit(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Read, change, write back: all that a client may set goes back as it came."""
        identity = str(given["id"])
        found = self.client.read(identity, self.resource.identity)
        if not found:
            return shown(())
        before = found[0]
        kept = {each.name: before[each.name] for each in self.resource.fields if each.writable and each.name in before}
        return self._change(identity, {**kept, **self.change(given)})

    def _change(self, identity: str, changes: Record) -> Mapping[str, Value]:
        role = Role.UPDATE if Role.UPDATE in self.client.contract.operations else Role.UPSERT
        return self._written(self.client.write(role, ({self.resource.identity: identity, **changes},), identity))

    def _written(self, answer: Answer) -> Mapping[str, Value]:
        records, failed = _told(answer)
        return shown(records, self.behaviour.failed(failed))

    def browse(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Fetch many."""
        ways = self.client.contract.operations[Role.LIST].narrowing
        query = tuple((ways[name], _word(value)) for name, value in given.items() if name in ways)
        since = given.get("modified_since")
        return shown(self.client.browse(query, dates.read(str(since)) if since else None))

    def pages(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        """Fetch all, page by page."""
        size = given.get("size")
        return shown(self.client.pages(int(size) if isinstance(size, Decimal) else None))


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(str(each) for each in value) if isinstance(value, tuple) else str(value)


def _told(answer: Answer) -> tuple[tuple[Record, ...], tuple[Value, ...]]:
    """The records of an answer, and those of them that it says were refused."""
    failed: tuple[Value, ...] = tuple(
        {"index": Decimal(place), "messages": fate.messages} for place, fate in enumerate(answer.fates) if fate.messages
    )
    return answer.records or (), failed


def shown(records: tuple[Record, ...], failed: tuple[Value, ...] = ()) -> Mapping[str, Value]:
    """An answer of this driver's."""
    return {"contacts": tuple(plain(each) for each in records), **({"failed": failed} if failed else {})}
