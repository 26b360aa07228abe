"""A record as the model knows it: what each member holds, who says so, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.contract.model import Clause
from conformance.document import Record, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The value of a member (None for nothing), the clause that says it stands there, and why in words."""

    value: Value
    clause: Clause
    why: str
    #: what was done since that should not have changed it
    since: str = ""

    def __str__(self) -> str:
        return f"{self.why}, {self.since}" if self.since else self.why


@dataclass(eq=False, slots=True, kw_only=True)
class Character:
    """One record of a play, called by a letter. A member that is not ``held`` is one that nothing is known of."""

    label: str
    identity: str
    held: dict[str, Held] = field(default_factory=dict)
    archived: bool = False
    #: whether it was read, and was as expected, since it was written last
    checked: bool = False
    #: how many writes the play had seen when it was read last
    checked_at: int = 0
    #: the last upsert about it, while repeating it would still mean the same
    said: Record | None = None
    #: read-only members that were sent last, in canonical form, and the clause that forbids to take them over
    forbidden: dict[str, Value] = field(default_factory=dict)
    forbids: Clause | None = None
    #: the record as it was seen last
    seen: Record = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """What a member holds, as far as is known."""
        held = self.held.get(name)
        return None if held is None else held.value

    def text(self, name: str) -> str:
        """What a member that is a text holds; empty when it is not known."""
        found = self.value(name)
        return found if isinstance(found, str) else ""

    def hold(self, members: Mapping[str, Value], clause: Clause | None, why: str) -> None:
        """These members are as they were sent, if a clause says so."""
        self.checked = False
        for name, value in members.items():
            if clause is None:
                self.held.pop(name, None)
            else:
                self.held[name] = Held(value=value, clause=clause, why=why)

    def keep(self, names: Iterable[tuple[str, Clause | None]], why: str) -> None:
        """These members are as they were, if a clause says so."""
        for name, clause in names:
            before = self.held.pop(name, None)
            if before is not None and clause is not None:
                self.held[name] = Held(value=before.value, clause=clause, why=before.why, since=why)
