"""Answers of every sort, overheard once: what all promises about bytes, headers and spelling are held against.

=========  ==========================================================
place      the answer to
=========  ==========================================================
write      a record that is created by the call that also updates
create     a record that is created by the call that only creates
read       one record, fetched by its identity
list       a list that holds that record
empty      a list that is narrowed to a name that nobody has
refused    a create of a record whose name is taken
unknown    the read of a record that nobody has
again      the same read once more, at the end
=========  ==========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Kind, Role
from conformance.document import Record
from conformance.errors import Unreadable
from conformance.rules.ending import CouldNotRun
from conformance.rules.kind import Check
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import plain, rich

SCENE = "answers"

RECORDS = ("read", "list", "write", "create")
"""The places where a record is shown."""

SUCCESSES = (*RECORDS, "empty")
ALL = (*SUCCESSES, "refused", "unknown")

Look = Callable[[Story, Reply], None]

_NEEDS = {
    "read": "read",
    "list": "list",
    "create": "create",
    "empty": "list where",
    "refused": "create",
    "unknown": "read",
    "again": "read",
}


@dataclass(frozen=True, slots=True)
class Overheard:
    """What came of the scene: the record as it was sent, its identity, and an answer a place."""

    sent: Record
    identity: str
    replies: dict[str, Reply] = field(default_factory=dict)

    def of(self, place: str) -> Reply:
        """The answer at a place. Raises CouldNotRun when it is none of its sort."""
        reply = self.replies.get(place)
        if reply is None:
            raise CouldNotRun(f"what the answer of this sort ({place}) is about could not be created")
        if place in ("refused", "unknown"):
            refused = reply.refused or reply.response.status >= 400
            if not refused or reply.response.status == 501:
                raise CouldNotRun(f"this request was to be refused: {reply.outcome}")
        elif not reply.accepted_status:
            raise CouldNotRun(f"this request was to succeed: {reply.outcome}")
        if place == "empty" and reply.records:
            raise CouldNotRun(f"a list of nothing was asked for: {reply.outcome}")
        return reply

    def position(self, reply: Reply) -> int:
        """Where in an answer the record stands. Raises CouldNotRun when it is not there."""
        if reply is not self.replies.get("list"):
            return 0
        identity = reply.contract.resource.identity
        found = [number for number, each in enumerate(reply.records) if each.get(identity) == self.identity]
        if not found:
            raise CouldNotRun(f"the list does not hold the record that was created: {reply.outcome}")
        return found[0]


def at(contract: Contract, clause: Clause, look: Look, places: tuple[str, ...]) -> Iterator[Check]:
    """One check a place: what ``look`` makes of the answer there."""
    for place in existing(contract, places):
        tell = partial(_tell, look=look, place=place)
        needs = frozenset({Role.UPSERT.value, *_NEEDS.get(place, "").split()})
        yield Check(clause=clause, parameter=place, tell=tell, needs=needs, scene=SCENE)


def existing(contract: Contract, places: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the places that the contract has."""
    ways = contract.operations[Role.LIST].narrowing
    absent = set() if Role.CREATE in contract.operations else {"create", "refused"}
    absent |= set() if "where" in ways else {"empty"}
    return tuple(each for each in places if each not in absent)


def _tell(story: Story, look: Look, place: str) -> None:
    reply = overheard(story).of(place)
    try:
        look(story, reply)
    except Unreadable as error:
        raise CouldNotRun(f"the answer cannot be read: {error}") from error


def overheard(story: Story) -> Overheard:
    """The scene, which is played once."""
    return story.scene(SCENE, _act)


def awkward(story: Story, turn: int = 0) -> dict[str, str]:
    """Texts that every format has to write with care, each in a field that holds any text."""
    resource = story.contract.resource
    special = (resource.identity, resource.number, resource.name)
    any_text = [
        each for each in resource.fields if each.kind is Kind.TEXT and each.writable and each.name not in special
    ]
    roomy = [each for each in any_text if not (each.choices or each.examples or each.format)]
    names = [each.name for each in sorted(roomy, key=lambda each: each.max_length or 0, reverse=True)]
    # The digits are not those of another run: some numbers must be unique.
    digits = f"0{(int(story.seed, 16) + turn) % 10**9:09d}"
    return dict(zip(names, ("a < b > c, &amp; d \\ e", "Zoë & Søn, \"Ærø\" 'co' 漢字", digits), strict=False))


def _act(story: Story) -> Overheard:
    name = story.contract.resource.name
    full = plain(story, rich(story))
    named = {**full, name: f"{full[name]} & Søn"}
    texts = awkward(story)
    # A target may refuse a text for reasons of its own; each try has less in it.
    fewer = ({**named, **dict(list(texts.items())[1:])}, full, story.new())
    sent = {**named, **texts}
    written = story.upsert(sent)
    for less in fewer:
        if not (written.accepted or written.trouble):
            sent, written = less, story.upsert(less)
    identity = story.identified(written, sent)
    said = Overheard(sent, identity, {"write": written})
    offered = existing(story.contract, (*ALL, "again"))
    for place, ask in _ASKED.items():
        if (
            place in offered
            and not set(_NEEDS.get(place, "").split()) & story.lacks
            and (identity or place not in ("read", "list"))
        ):
            said.replies[place] = ask(story, said)
    return said


def _create(story: Story, _said: Overheard) -> Reply:
    reply = story.create({**plain(story, rich(story, "created", 1)), **awkward(story, 1)})
    return reply if reply.accepted or reply.trouble else story.create(story.new(label="plainer"))


def _read(story: Story, said: Overheard) -> Reply:
    return story.read(said.identity)


def _list(story: Story, said: Overheard) -> Reply:
    narrow = story.narrowing(said.identity)
    reply = story.browse(*narrow)
    held = any(each.get(story.identity) == said.identity for each in reply.records)
    return reply if held or not narrow else story.browse()


def _empty(story: Story, _said: Overheard) -> Reply:
    where, name = story.contract.operations[Role.LIST].narrowing["where"], story.contract.resource.name
    return story.browse((where, f'{name}=="{story.another_name("nobody")}"'))


def _refused(story: Story, said: Overheard) -> Reply:
    name = story.contract.resource.name
    return story.create({**story.new(label="refused"), name: said.sent[name]})


def _unknown(story: Story, _said: Overheard) -> Reply:
    return story.read(values.guid(story.seed, "nobody"))


_ASKED: dict[str, Callable[[Story, Overheard], Reply]] = {
    "create": _create,
    "read": _read,
    "list": _list,
    "empty": _empty,
    "refused": _refused,
    "unknown": _unknown,
    "again": _read,
}
