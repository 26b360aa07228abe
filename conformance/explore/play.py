"""One play: records that come to be and change, and what the contract says that each of them holds by now.

This is the model. It knows the contract and nothing of any server: no rule's way of keeping a promise is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.contract import values
from conformance.contract.model import Clause
from conformance.document import Record, Value, objects
from conformance.exchange import Exchange, Request, Response
from conformance.explore.character import Character
from conformance.explore.line import Line
from conformance.explore.promises import Promises
from conformance.explore.surprise import Step, Surprise
from conformance.rules.story import Story
from conformance.wire.record import canonical

CROWD = 5
"""Records in a play at most."""


@dataclass(frozen=True, slots=True)
class Way:
    """The format that a step writes, and the one in which it reads."""

    writes: str
    reads: str


@dataclass(eq=False, kw_only=True)
class Play:
    """The state of one sequence. ``seed`` makes the names of its records its own."""

    promises: Promises
    line: Line
    seed: str
    people: list[Character] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    #: names and numbers of creates that were refused: nobody may have them
    ghosts: dict[tuple[str, str], Clause | None] = field(default_factory=dict)
    #: names and numbers that were given up, and by what: an identifying member and its old value
    freed: list[tuple[str, str]] = field(default_factory=list)
    #: the clause that the latest write would break if it changed another record than its own
    harmless: Clause | None = None
    over: bool = False
    writes: int = 0
    turn: int = 0
    labels: int = 0
    spelling: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contract = self.promises.contract
        self.resource = self.contract.resource
        self.one = self.resource.one.lower()

    # ------------------------------------------------------------ telling

    def begin(self, sentence: str) -> int:
        """A new step; its number."""
        self.steps.append(Step(sentence))
        self.turn += 1
        return len(self.steps)

    def write(self, sentence: str) -> int:
        """A new step that writes; its number."""
        self.writes += 1
        return self.begin(sentence)

    def story(self, way: Way) -> Story:
        """The conversation of a step."""
        story = Story(self.contract, self._send, self.seed, way.writes, way.reads)
        story.spelling = self.spelling
        return story

    def _send(self, request: Request) -> Response:
        step = self.steps[-1]
        record: list[Exchange] = step.exchanges
        return self.line.send(request, record.append)

    def surprise(self, clause: Clause | None, expected: str, saw: str) -> None:
        """End the play: with a surprise if a clause binds, in silence where none does."""
        self.over = True
        if clause is not None:
            identities = {each.identity: each.label for each in self.people}
            raise Surprise(clause, expected, saw, tuple(self.steps), identities)

    # ------------------------------------------------------------ records

    def label(self) -> str:
        """The letter of a new record."""
        self.labels += 1
        return chr(ord("A") + (self.labels - 1) % 26)

    def new(self, label: str, fields: Sequence[str]) -> dict[str, Value]:
        """A record that nobody has."""
        return dict(values.specimen(self.resource, self._own(label), *fields, label=label, turn=self.turn))

    def _own(self, label: str) -> str:
        return f"{self.seed}{label}{self.labels}"

    def fresh(self, who: Character, fields: Sequence[str], *, few: bool = False) -> dict[str, Value]:
        """New values for members of a record, with those that must go along; ``few`` takes one item of keyed lists."""
        wanted = {*fields, *(other for each in fields for other in self.resource.field(each).along)}
        chosen = [each for each in self.resource.fields if each.name in wanted]
        made = {each.name: values.value(each, self._own(who.label), self.turn) for each in chosen}
        short = {each.name: objects(made[each.name])[-1:] for each in chosen if few and each.keyed_by}
        return {**made, **short}

    def another(self, key: str) -> str:
        """A name, or a number, that nobody has."""
        made = values.name if key == self.resource.name else values.number
        return made(self.resource, f"{self.seed}{self.turn}", "other")

    def before(self, who: Character) -> dict[str, Value]:
        """The record as it is known."""
        return {name: each.value for name, each in who.held.items() if each.value is not None}

    def active(self) -> list[Character]:
        """The records that are not archived."""
        return [each for each in self.people if not each.archived]

    def keys(self, who: Character) -> list[str]:
        """The members by which an upsert is promised to find this record, and no other."""
        resource = self.resource
        if who.archived:
            return [resource.identity] if self.promises.found_by(resource.identity) else []
        named = [each for each in (resource.identity, resource.number, resource.name) if self.promises.found_by(each)]
        return [each for each in named if each == resource.identity or self._alone(who, each)]

    def _alone(self, who: Character, key: str) -> bool:
        mine = who.text(key)
        return bool(mine) and all(each is who or each.text(key) != mine for each in self.people)

    def canonical(self, record: Record) -> dict[str, Value]:
        """What of a record can be predicted, in the form in which two readings are compared."""
        known = self.canonical_all(record)
        return {each.name: known[each.name] for each in self.promises.predicted if each.name in known}

    def canonical_all(self, record: Record) -> dict[str, Value]:
        """A record in the form in which two readings are compared."""
        return canonical(self.resource.fields, record)

    def where(self, key: str, value: str) -> str:
        """An identifier as a sentence names it."""
        return f"{key} {value!r}"
