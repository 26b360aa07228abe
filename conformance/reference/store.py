"""Records in memory, found by any of their identifiers without looking at the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.contract.model import Resource
from conformance.document import Record


@dataclass
class Store:
    """The records of one tenant. Names are found whatever their case; identifiers of the server in lower case."""

    resource: Resource
    _records: dict[str, Record] = field(default_factory=dict)
    _index: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)

    def find(self, field: str, value: str) -> Record | None:
        """The record that holds ``value``: the active one when several do, then the newest."""
        held = [self._records[each] for each in reversed(self._index.get(self._key(field, value), {}))]
        active = (each for each in held if each.get(self.resource.status) == self.resource.active)
        return next(active, held[0] if held else None)

    def records(self) -> Iterable[Record]:
        """All records, oldest first."""
        return list(self._records.values())

    def put(self, record: Record) -> None:
        """Store a record in place of any with the same identity."""
        identity = str(record[self.resource.identity])
        before = self._records.get(identity)
        if before is not None:
            for key in self._keys(before):
                self._index[key].pop(identity, None)
        self._records[identity] = record
        for key in self._keys(record):
            self._index.setdefault(key, {})[identity] = None

    def drop(self, identity: str) -> None:
        """Forget a record that has moved to another identity."""
        before = self._records.pop(identity, None)
        for key in () if before is None else self._keys(before):
            self._index[key].pop(identity, None)

    def _keys(self, record: Record) -> list[tuple[str, str]]:
        indexed = (self.resource.identity, self.resource.number, self.resource.name)
        return [self._key(each, str(record[each])) for each in indexed if record.get(each)]

    def _key(self, field: str, value: str) -> tuple[str, str]:
        return field, value if field == self.resource.number else value.casefold()
