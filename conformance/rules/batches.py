"""Lists of good and bad records: conversations that the checks of partial failure read.

A bad record of an upsert lacks its name; one of a create has the name of a record that exists. Each conversation is
held with another value of the switch that says how errors are told, or without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from conformance.contract.model import Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import CouldNotRun
from conformance.rules.kind import without
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.envelope import Fate

#: good records, bad ones, and updates of one that exists, as they follow each other in the lists of an upsert
FINE, ALONE, CREATED = "fine", "alone", "create"
_UPSERTS = {FINE: "++", "mixed": "-++-=-", ALONE: "-"}
_SUMMED = {**_UPSERTS, "bad-first": "-+", "bad-last": "+-"}
_CREATE = "-+-"
#: the value of the switch with which errors are told apart
APART = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A list as it was sent, the places of its bad records, and the answer."""

    role: Role
    sent: tuple[Record, ...]
    bad: frozenset[int]
    reply: Reply

    @property
    def good(self) -> list[int]:
        """The places of the records that nothing is wrong with."""
        return [place for place in range(len(self.sent)) if place not in self.bad]

    @property
    def told(self) -> list[tuple[Record, Fate]]:
        """The records of the answer, whatever is said about them, each with what became of it."""
        answer = self.reply.answer
        records = () if answer is None or not self.reply.accepted_status else answer.records or ()
        fates = () if answer is None else answer.fates
        return list(zip(records, fates or [Fate()] * len(records), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """The lists of one conversation by name, and the records that are there after it by number."""

    held: Mapping[str, Batch]
    stored: Mapping[str, Record]


def names(contract: Contract, switch: str) -> tuple[str, ...]:
    """The names of the lists that are sent."""
    return (*_upserts(switch), *((CREATED,) if Role.CREATE in contract.operations else ()))


def _upserts(switch: str) -> Mapping[str, str]:
    # Where errors are summed up, one bad record has more to spoil: it may be the first, or the last, of all.
    return _UPSERTS if switch == APART else _SUMMED


def scene(switch: str) -> str:
    """The name of the conversation in which the switch has this value; empty where it is not sent."""
    return f"batches {switch or 'plain'}"


def hold(story: Story, switch: str) -> Batches:
    """The conversation with this value of the switch, held once for all checks."""
    return story.scene(scene(switch), partial(_hold, switch=switch))


def _hold(story: Story, switch: str) -> Batches:
    witness, number = story.witness(), story.contract.resource.number
    held: dict[str, Batch] = {}
    for name, pattern in _upserts(switch).items():
        known = {**held[FINE].sent[-1], witness: story.value(witness, 1)} if held else {}
        held[name] = _send(story, Role.UPSERT, _records(story, name, pattern, known), pattern, switch)
    if Role.CREATE in story.contract.operations and Role.CREATE not in story.lacks:
        held[CREATED] = _create(story, held[FINE], switch)
    good = [str(one.sent[place][number]) for one in held.values() for place in one.good]
    return Batches(held=held, stored=stored(story, good))


def _records(story: Story, name: str, pattern: str, known: Record) -> list[Record]:
    records = [story.new(story.witness(), label=f"{name} {place}") for place in range(len(pattern))]
    lacking = story.contract.resource.name
    made = {"+": dict[str, Value], "-": lambda each: without(each, lacking), "=": lambda _each: dict(known)}
    return [made[mark](each) for mark, each in zip(pattern, records, strict=True)]


def _create(story: Story, fine: Batch, switch: str) -> Batch:
    """Two names that are taken by the records of another list, and between them one that nobody has."""
    name, taken = story.contract.resource.name, fine.sent
    first, new, last = (story.new(story.witness(), label=f"{CREATED} {place}") for place in range(len(_CREATE)))
    sent = [{**first, name: taken[0][name]}, new, {**last, name: taken[1][name]}]
    return _send(story, Role.CREATE, sent, _CREATE, switch)


def _send(story: Story, role: Role, sent: Iterable[Record], pattern: str, switch: str) -> Batch:
    records = tuple(sent)
    parameter = story.contract.operations[role].narrowing.get("summarize", "")
    reply = story.write(role, *records, query=((parameter, switch),) if switch else ())
    bad = frozenset(place for place, mark in enumerate(pattern) if mark == "-")
    return Batch(role=role, sent=records, bad=bad, reply=reply)


def stored(story: Story, wanted: Iterable[str]) -> dict[str, Record]:
    """The records by number that a list shows, and those wanted that it does not show but that are found by reading."""
    number = story.contract.resource.number
    listed = story.browse().records if "list" not in story.lacks else ()
    shown = {str(each.get(number)): each for each in listed}
    read = {each: story.read(each, number).only for each in wanted if each not in shown}
    # A target that shows some record for any number has not stored this one.
    found = {each: record for each, record in read.items() if record is not None}
    return {**shown, **{each: record for each, record in found.items() if record.get(number) in (None, each)}}


def place_of(story: Story, record: Record, sent: tuple[Record, ...]) -> int | None:
    """The place in a list of the record that an answer repeats, known by its number, or else by its name."""
    resource = story.contract.resource
    for member in (resource.number, resource.name):
        places = [place for place, each in enumerate(sent) if each.get(member) and each[member] == record.get(member)]
        if len(places) == 1:
            return places[0]
    return None


def refusable(story: Story, batches: Batches, one: Batch) -> None:
    """Raises CouldNotRun when the target takes what is meant to be bad, and says nothing against it."""
    number = story.contract.resource.number
    for record, fate in one.told:
        place = place_of(story, record, one.sent)
        if place in one.bad and not fate.messages and str(one.sent[place or 0][number]) in batches.stored:
            raise CouldNotRun(f"the target stores a {story.one} that it was expected to refuse: {one.reply.outcome}")


def legal(story: Story, one: Batch) -> None:
    """Raises CouldNotRun when the target refuses or loses a record like the good ones also when it is sent alone."""
    control = story.new(story.witness(), label="control")
    alone, number = story.write(one.role, control), str(control[story.contract.resource.number])
    if not alone.accepted:
        raise CouldNotRun(f"a {story.one} like the good ones is not accepted alone either: {alone.outcome}")
    if number not in stored(story, [number]):
        raise CouldNotRun(f"a {story.one} like the good ones is not stored alone either: {alone.outcome}")
