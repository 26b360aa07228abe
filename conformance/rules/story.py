"""One check's conversation with a target. It knows no format, no generation and no target: those are its axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from conformance.contract import values
from conformance.contract.model import Field, Kind, Role, Shown
from conformance.document import Record, Value
from conformance.exchange import Exchange, Request, Response
from conformance.rules.ending import CouldNotRun
from conformance.rules.reply import Reply
from conformance.rules.scene import Key, Played, Scenes, Stage
from conformance.rules.talk import Talk
from conformance.wire.record import canonical

_T = TypeVar("_T")


def _as_sent(field: Field, value: Value) -> Value:
    """A value of a canonical record in the form in which it is sent: keyed items as a list again."""
    if not field.keyed_by or not isinstance(value, dict):
        return value
    return tuple({field.keyed_by: key, **item} for key, item in value.items() if isinstance(item, dict))


@dataclass(eq=False)
class Story(Talk):
    """A conversation that tells one check; its methods are the steps that checks are written in.

    ``choice`` is what a check has learnt about something the contract leaves open.
    """

    #: puts a request to the target as a second tenant; nobody, when the run has only one
    send_elsewhere: Callable[[Request], Response] | None = None
    #: puts a request to the target after a change to all that it shows of the caller
    send_as: Callable[[Request, Callable[[Request], Request]], Response] | None = None
    choice: str = ""
    #: the id of the case that is told, and the seed of the run
    case: str = ""
    run_seed: str = ""
    #: the conversations that are held once for several cases, and what this story has read of others' telling
    scenes: Scenes = field(default_factory=Scenes)
    heard: MutableSequence[Exchange] = field(default_factory=list)
    read_of: list[Played] = field(default_factory=list)
    stage: Stage = field(default_factory=Stage)

    def scene(self, name: str, act: Callable[[Story], _T]) -> _T:
        """What came of a conversation that is held once for all checks of this format which name it.

        It has a seed of its own, so that it is the same whichever check comes first. Raises CouldNotRun or NoAnswer,
        for each of them, when it ended so.
        """
        axes = (self.contract.generation, self.writes, self.reads)
        again = ["again"] if self.scenes.broken_off[(*axes, name)] else []
        own = replace(self, seed=values.token(self.run_seed, *axes, name, *again), choice="")
        key = (*axes, name)
        played = self.scenes.play(key, self.case, lambda: own.acted(key, act), self.heard)
        self.stage.read(key)
        if played.teller != self.case:
            self.read_of.append(played)
        value: _T
        value, spelling = played.told()
        self.spelling.update(spelling)
        return value

    def acted(self, key: Key, act: Callable[[Story], _T]) -> tuple[_T, dict[str, str]]:
        """What comes of a scene told by this story, and how the target spells what it speaks of."""
        with self.stage.told(key):
            return act(self), self.spelling

    def together(self, requests: Sequence[Request]) -> list[Reply]:
        """The same as in any talk; what was said is written down in the order of the requests, not of the answers."""
        start, places = len(self.heard), {(each.path, each.body): place for place, each in enumerate(requests)}
        try:
            return super().together(requests)
        finally:
            said = self.heard[start:]
            self.heard[start:] = sorted(said, key=lambda each: places.get((each.request.path, each.request.body), -1))

    def elsewhere(self) -> Story:
        """The same story, told by a second tenant. Raises CouldNotRun when there is none."""
        if self.send_elsewhere is None:
            raise CouldNotRun("the run has the credentials of one tenant only")
        return replace(self, send=self.send_elsewhere)

    def disguised(self, change: Callable[[Request], Request]) -> Story:
        """The same story, told by a caller who shows something else: ``change`` is made to each finished request."""
        send_as = self.send_as
        if send_as is None:
            raise CouldNotRun("this session cannot change what it shows of the caller")
        return replace(self, send=lambda request: send_as(request, change), knocking=True)

    def new(self, *fields: str, label: str = "", turn: int = 0) -> dict[str, Value]:
        """A record that nobody has yet, with a value for each field named and for all that a create requires."""
        return dict(values.specimen(self.contract.resource, self.seed, *fields, label=label, turn=turn))

    def value(self, field: str, turn: int = 0) -> Value:
        """A legal value of a field; another turn, another value."""
        return values.value(self.contract.resource.field(field), self.seed, turn)

    def witness(self, *avoid: str) -> str:
        """A plain text field that updates may change without touching what a check is about."""
        resource = self.contract.resource
        taken = {resource.identity, resource.number, resource.name, *avoid}
        plain = [
            each
            for each in resource.fields
            if each.kind is Kind.TEXT and each.writable and each.name not in taken
            if not (each.choices or each.examples or each.format)
        ]
        return max(plain, key=lambda each: each.max_length or 0).name

    def another_name(self, label: str = "other") -> str:
        """A name that nobody has."""
        return values.name(self.contract.resource, self.seed, label)

    def carried(self, base: Record) -> dict[str, Value]:
        """The members of ``base``, a record as it was read, that every write of this generation carries."""
        resource = self.contract.resource
        kept = ((resource.field(each), base[each]) for each in resource.sent_always if each in base)
        return {one.name: _as_sent(one, value) for one, value in kept}

    def meaning(self, record: Record, by: str) -> dict[str, Value]:
        """What an update sends to mean a record that exists: the identifier, and beside a number the name it has."""
        resource = self.contract.resource
        return {each: record[each] for each in (by, *([resource.name] if by == resource.number else []))}

    def given(self, record: Record) -> dict[str, Value]:
        """A record that exists before the check begins, as the target shows it when it is fetched by identity."""
        reply = self.upsert(record)
        identity = self.identified(reply, record)
        if not reply.accepted or not identity:
            raise CouldNotRun(f"the {self.one} this check needs could not be created: {reply.outcome}")
        return self.fetch(identity, "just created", record)

    def identified(self, reply: Reply, record: Record) -> str:
        """The identifier of a record just written: from the answer, or read by its number when that shows none."""
        number = self.contract.resource.number
        if reply.identity or not reply.accepted or not record.get(number):
            return reply.identity
        return self.read(str(record[number]), number).identity

    def fetch(self, identity: str, when: str, sent: Record | None = None) -> dict[str, Value]:
        """The stored record in canonical form; a target that cannot show it, or shows another, stops the check."""
        reply = self.read(identity)
        record = reply.only
        if record is None:
            raise CouldNotRun(f"the {self.one} {when} could not be read back by {self.identity}: {reply.outcome}")
        seen = self.canonical(record)
        if sent is not None and not self.recognised(sent, seen):
            raise CouldNotRun(f"the {self.one} {when} could not be read back by {self.identity}: another one is shown")
        return seen

    def recognised(self, sent: Record, seen: Record) -> bool:
        """Whether a reading has the name or the number that was sent, whatever became of its capitals."""
        names = (self.contract.resource.name, self.contract.resource.number)
        known = [each for each in names if each in sent]
        return not known or any(str(seen.get(each)).casefold() == str(sent[each]).casefold() for each in known)

    def listed(self, identity: str, *, narrow: bool = True) -> Record | None:
        """The record as a list shows it, or None when no list does."""
        for query in (self.narrowing(identity), ()) if narrow else ((),):
            reply = self.browse(*query)
            if not reply.accepted and not query:
                raise CouldNotRun(f"the list of {self.contract.resource.many} could not be read: {reply.outcome}")
            found = [each for each in reply.records if each.get(self.identity) == identity]
            if found:
                return self.canonical(found[0])
        return None

    def narrowing(self, identity: str) -> tuple[tuple[str, str], ...]:
        """Query parameters that make a list short. A target may ignore them: the record is looked for all the same."""
        ways, identity = self.contract.operations[Role.LIST].narrowing, self.spelling.get(identity, identity)
        if "ids" in ways:
            return ((ways["ids"], identity), *([(ways["page"], "1")] if "page" in ways else []))
        if "where" in ways:
            return ((ways["where"], f'{self.identity}=Guid("{identity}")'),)
        return ()

    def holding(self, field: str, value: Value) -> list[Record]:
        """All records that hold ``value`` in ``field``: of a list narrowed to a name, or else of the complete one."""
        where = self.contract.operations[Role.LIST].narrowing.get("where", "")
        if where and field == self.contract.resource.name:
            found = [each for each in self.browse((where, f'{field}=="{value}"')).records if each.get(field) == value]
            if found:
                return found
        reply = self.browse()
        if not reply.accepted:
            raise CouldNotRun(f"the list of {self.contract.resource.many} could not be read: {reply.outcome}")
        return [each for each in reply.records if each.get(field) == value]

    def canonical(self, record: Record) -> dict[str, Value]:
        """The record in the form in which two readings are compared."""
        return canonical(self.contract.resource.fields, record)

    def views(self, identity: str, number: str) -> Iterator[tuple[str, dict[str, Value] | None]]:
        """Every way of reading one record, by name; None where that way shows no record."""
        yield f"read by {self.identity}", self._seen(self.read(identity))
        if "read-by-number" not in self.lacks:
            by = self.contract.resource.number
            yield f"read by {by}", self._seen(self.read(number, by))
        if "list" not in self.lacks:
            listed = self.listed(identity)
            yield "found in the list", None if listed is None else dict(listed)

    def _seen(self, reply: Reply) -> dict[str, Value] | None:
        return None if reply.only is None else self.canonical(reply.only)

    @property
    def identity(self) -> str:
        """The name of the identifier that the server assigns."""
        return self.contract.resource.identity

    @property
    def one(self) -> str:
        """The name of one record, as a sentence uses it."""
        return self.contract.resource.one.lower()

    def in_lists(self, field: str) -> bool:
        """Whether a list as this story asks for it shows the field."""
        narrowing = self.contract.operations[Role.LIST].narrowing
        return self.contract.resource.field(field).shown is Shown.ALWAYS or {"ids", "page"} <= set(narrowing)

    def chose(self, choice: str) -> None:
        """Record which way the target goes where the contract leaves it open."""
        self.choice = choice
