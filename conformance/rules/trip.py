"""One record's trip along every road by which an upsert can reach it, shared by all checks of those roads.

Each step names one text alone, and at the end the whole record is looked at, with those that stood beside it. Where
anything is amiss the trip as a whole says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules import awkward
from conformance.rules.alike import strangers
from conformance.rules.glance import digits, identities, need, same, seen, shows
from conformance.rules.kind import without
from conformance.rules.posted import changed, crowd, full
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One update: how it means its record, what else it changes of what tells records apart, and how it is sent."""

    road: str
    means: tuple[str, ...] = ()
    renews: tuple[str, ...] = ()
    #: where a new record stands in the same list: before it, after it, or nowhere
    beside: str = ""
    addressed: bool = False
    bare: bool = False
    #: whether the text is sent without a value
    empty: bool = False


def steps(contract: Contract, lacks: frozenset[str]) -> Iterator[Step]:
    """The steps that this contract promises anything about, in an order in which each leads to the next."""
    resource = contract.resource
    identity, number, name = resource.identity, resource.number, resource.name
    yield Step(road="known-last", means=(identity,), renews=(name, number), beside="before")
    if any(_by_name(each, name) for each in contract.clauses):
        yield Step(road="by-name", means=(name,))
    yield Step(road="known-first", means=(identity,), beside="after")
    yield Step(road=f"known-first-by-{number}", means=(number, name), beside="after")
    yield Step(road=f"known-last-by-{number}", means=(number,), renews=(name,), beside="before")
    if Role.UPDATE in contract.operations and Role.UPDATE not in lacks:
        yield Step(road="address", addressed=True)
        yield Step(road="address-repeated", means=(identity,), addressed=True)
    yield Step(road="bare", means=(identity,), bare=True, empty=True)


def _by_name(clause: Clause, name: str) -> bool:
    return clause.rule == "match" and clause.grade.binding and clause.text("by") == name


@dataclass(eq=False)
class _Walk:
    """The record as it must be by now, and what has come to stand beside it."""

    story: Story
    identity: str
    now: dict[str, Value]
    texts: Iterator[str]
    beside: dict[str, Record] = field(default_factory=dict)
    vague: set[str] = field(default_factory=set)
    #: the members that the answer to a write shows, going by the first one
    told: frozenset[str] = frozenset()

    def go(self, step: Step) -> None:
        """Take a step. Raises CouldNotRun when the answer leaves a doubt."""
        story, text = self.story, next(self.texts)
        named: dict[str, Value] = {text: "" if step.empty else values.token(story.seed, step.road)}
        update = {
            **story.carried(self.now),
            **{each: self.now[each] for each in step.means},
            **{each: self._fresh(each, step.road) for each in step.renews},
            **named,
        }
        beside = [full(story, step.road, 1)] if step.beside else []
        reply = self._sent(step, update, beside)
        if step.empty and reply.refused:
            return
        need(reply.accepted, f"an update is not taken ({step.road}), {reply.outcome}")
        self.now |= {name: value for name, value in story.canonical(update).items() if name != story.identity}
        self.vague = (self.vague | {text}) if step.empty else (self.vague - {text})
        self._answered(reply)
        self.beside |= dict(zip(identities(story, reply, beside), beside, strict=True))

    def look(self, found: Mapping[str, Record]) -> None:
        """Raises CouldNotRun when the record is not as it must be by now."""
        resource = self.story.contract.resource
        need(same(resource, self.now, found.get(self.identity, {}), self.vague), "the record is not as it must be")

    def _fresh(self, name: str, road: str) -> str:
        known = name == self.story.contract.resource.number
        return digits(self.story.seed, name, road) if known else self.story.another_name(f"{road} renamed")

    def _sent(self, step: Step, update: Record, beside: list[dict[str, Value]]) -> Reply:
        story = self.story
        if step.addressed:
            return story.write(Role.UPDATE, update, addressed=self.identity)
        records = [*beside, update] if step.beside == "before" else [update, *beside]
        return story.upsert(*records, bare=step.bare and story.writes in bare_formats(story.contract))

    def _answered(self, reply: Reply) -> None:
        """Raises CouldNotRun unless the answer shows this record as it must be, as far as such answers show it."""
        story, resource = self.story, self.story.contract.resource
        named = [each for each in reply.records if each.get(resource.name) == self.now[resource.name]]
        mine = [story.canonical(each) for each in named if each.get(resource.identity, self.identity) == self.identity]
        shown = story.contract.operations[Role.UPSERT].shows
        need(len(mine) == len(named) and (len(mine) == 1 or not shown), "an update is not answered with its record")
        expected = without(self.now, resource.modified, *self.vague)
        stale = [name for each in mine for name in self.told & set(expected) if each.get(name) != expected[name]]
        need(not stale, "an update is answered with what its record is not")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """What a trip that went well came along."""

    roads: frozenset[str]


def trip(story: Story) -> Trip:
    """The trip of the full record, after its first update. Raises CouldNotRun when anything on it is amiss."""
    return story.scene("trip", _trip)


def _trip(story: Story) -> Trip:
    start, others, resource = changed(story), crowd(story), story.contract.resource
    texts = [each.name for each in awkward.text_fields(story.contract) if each.name != start.witness]
    now = {**start.before.first, **story.canonical(start.update)}
    walk = _Walk(story, start.before.identity, now, cycle(texts))
    walk.told = frozenset(story.canonical(start.before.reply.only or {}))
    roads = list(steps(story.contract, story.lacks))
    for place, each in enumerate(roads):
        if place and place % len(texts) == 0:
            # Each text has been named by now: what was not taken over would be covered up by the next round.
            walk.look(seen(story, walk.identity))
        walk.go(each)
    likes = enumerate(strangers(resource, walk.now))
    raw = [
        *({**story.new(label=f"like {place}", turn=1), **like} for place, like in likes),
        *({**story.new(label=f"once {by}"), by: start.before.raw[by]} for by in (resource.name, resource.number)),
    ]
    walk.beside |= dict(zip(identities(story, story.upsert(*raw), raw), raw, strict=True))
    _looked(story, walk, others.seen)
    return Trip(roads=frozenset(each.road for each in roads))


def _looked(story: Story, walk: _Walk, bystanders: Mapping[str, Record]) -> None:
    resource = story.contract.resource
    need(walk.identity not in walk.beside and not set(bystanders) & set(walk.beside), "one is taken for another")
    after = seen(story, walk.identity, *bystanders, *walk.beside)
    walk.look(after)
    for identity, before in bystanders.items():
        need(same(resource, before, after.get(identity, {})), "another record has changed")
    for identity, sent in walk.beside.items():
        need(shows(after.get(identity), story.canonical(sent)), "a new record is not as it was sent")
