"""What a driver says that its client did: records that the client handed to its caller, or the error that it raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from conformance.contract.model import Contract
from conformance.document import Record, Value, objects
from conformance.wire.record import canonical, from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An error that reached the caller."""

    message: str
    status: int | None = None
    #: what is said about single records
    messages: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """All that it says."""
        return " ".join((self.message, *self.messages))


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One record of a write that the client told its caller about as refused."""

    index: int
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """The answer of a driver to one message. ``records`` are in the words of the wire, dates and numbers read."""

    contract: Contract
    records: tuple[Record, ...] = ()
    failed: tuple[Failed, ...] = ()
    error: Trouble | None = None
    seconds: float = 0.0

    @property
    def canonical(self) -> tuple[dict[str, Value], ...]:
        """The records in the form in which two of them are compared."""
        return tuple(canonical(self.contract.resource.fields, each) for each in self.records)

    @property
    def outcome(self) -> str:
        """What came back, in half a sentence."""
        resource = self.contract.resource
        if self.error is not None:
            return f"the client raised an error: {self.error.words[:160]!r}"
        if len(self.records) != 1:
            return f"the client returned {len(self.records)} {resource.many}"
        return f"the client returned one {resource.one}, {str(self.records[0].get(resource.name))[:80]!r}"


def read(contract: Contract, answer: Mapping[str, Value], seconds: float) -> Saying:
    """The saying in a driver's answer; whatever is of another shape than the protocol's is left out."""
    fields = contract.resource.fields
    return Saying(
        contract=contract,
        records=tuple(from_json(fields, each) for each in objects(answer.get("contacts"))),
        failed=tuple(_failed(each) for each in objects(answer.get("failed"))),
        error=_trouble(answer.get("error")),
        seconds=seconds,
    )


def _failed(held: Record) -> Failed:
    index = held.get("index")
    return Failed(index=int(index) if isinstance(index, Decimal) else -1, messages=_texts(held.get("messages")))


def _trouble(held: Value) -> Trouble | None:
    if held is None:
        return None
    if not isinstance(held, Mapping):
        return Trouble(message=str(held))
    status = held.get("status")
    return Trouble(
        message=str(held.get("message") or ""),
        status=int(status) if isinstance(status, Decimal) else None,
        messages=_texts(held.get("messages")),
    )


def _texts(held: Value) -> tuple[str, ...]:
    return tuple(str(each) for each in held) if isinstance(held, tuple) else ()
