"""Conversations about creates that many checks share: a record, and creates that meet it and are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.contract.model import Role
from conformance.document import Record, Value
from conformance.rules.alike import strangers
from conformance.rules.glance import digits, identities, named, need, same, seen
from conformance.rules.kind import without
from conformance.rules.posted import Made, full, make, same_as_sent
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats


def created(story: Story) -> Made:
    """A full record that a create made."""
    return story.scene("created", lambda own: make(own, Role.CREATE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Creates that meet one record, by the member that is taken: what was sent, and the refusals."""

    attempts: Mapping[str, Record]
    replies: Mapping[str, Reply]


def refused(story: Story) -> Refused:
    """Creates that were refused and left no trace. Raises CouldNotRun when one was not, or did."""
    return story.scene("refused", _refused)


def _refused(story: Story) -> Refused:
    resource, one = story.contract.resource, created(story)
    attempts = {by: {**full(story, by, 1), by: one.raw[by]} for by in (resource.name, resource.number)}
    replies = {by: story.create(each) for by, each in attempts.items()}
    need(all(each.refused for each in replies.values()), "a create is not refused")
    alone = named(story, str(one.raw[resource.name]))
    need(len(alone) == 1 and same(resource, one.first, alone[0]), "a refused create leaves a trace")
    need(not named(story, str(attempts[resource.number][resource.name])), "a refused create leaves a record")
    ghost = story.read(str(attempts[resource.name][resource.number]), resource.number)
    need(ghost.only is None, "a refused create leaves a record")
    shown = _described(story, attempts, replies)
    # Sent last, for it would put right whatever a refused create has changed.
    need(story.create(one.raw).refused, "the same create is not refused")
    return Refused(attempts=attempts, replies=shown)


def _described(story: Story, attempts: Mapping[str, Record], replies: Mapping[str, Reply]) -> dict[str, Reply]:
    """The refusals; asked for once more with the switch that sources describe, where the status is one of success."""
    switch = story.contract.operations[Role.CREATE].narrowing.get("summarize")
    return {
        by: story.create(attempts[by], query=((switch, "true"),)) if switch and reply.accepted_status else reply
        for by, reply in replies.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The record that a create made, after updates changed it: what was created and refused then went well."""

    #: the record of fewest members
    least: Record
    #: whether creates were sent without a list around them
    bare: bool


def moved(story: Story) -> Moved:
    """Creates of all sorts once that record has moved. Raises CouldNotRun when anything about them is amiss."""
    return story.scene("moved", _moved)


def _moved(story: Story) -> Moved:
    # What was refused is refused before the record moves, whoever asks first.
    refused(story)
    resource, one = story.contract.resource, created(story)
    now = dict(one.first)
    for update in _updates(story, now):
        reply = story.upsert({**story.carried(now), **update})
        need(reply.accepted and reply.identity in ("", one.identity), f"an update is not taken, {reply.outcome}")
        now |= without(update, story.identity)
    raw = list(_many(story, one, now))
    found = identities(story, story.create(*raw), raw)
    bare = story.writes in bare_formats(story.contract)
    for by in (resource.name, resource.number):
        attempt = {**story.new(label=f"bare {by}"), by: now[by]}
        need(story.write(Role.CREATE, attempt, bare=bare).refused, "a create is not refused")
    _last(story, now)
    after = seen(story, one.identity, *found)
    need(one.identity not in found and same(resource, now, after.get(one.identity, {})), "the record has changed")
    for identity, each in zip(found, raw, strict=True):
        need(same_as_sent(story, story.canonical(each), after.get(identity)), "a record is not as it was sent")
    return Moved(least=raw[-1], bare=bare)


def _updates(story: Story, now: Record) -> Iterator[dict[str, Value]]:
    """By name, by number with another name, and by identity with another number.

    They name one text or none beside that, so that none of them covers up what another has lost.
    """
    resource, text = story.contract.resource, story.witness()
    yield {resource.name: now[resource.name], text: story.value(text, 1)}
    yield {resource.number: now[resource.number], resource.name: story.another_name("moved")}
    number = digits(story.seed, resource.number, "moved")
    yield {story.identity: now[story.identity], resource.number: number, text: story.value(text, 2)}


def _many(story: Story, one: Made, now: Record) -> Iterator[Record]:
    """New records: two full ones with a sparse one between, some that are like it, and some with what it gave up."""
    resource = story.contract.resource
    yield from (full(story, "first"), story.new(label="second"), full(story, "third", 1))
    for place, like in enumerate(strangers(resource, now)):
        yield {**story.new(label=f"like {place}", turn=1), **like}
    for by in (resource.name, resource.number):
        yield {**story.new(label=f"once {by}"), by: one.raw[by]}
    yield without(story.new(label="least"), resource.number)


def _last(story: Story, now: Record) -> None:
    """Creates refused at the end of a list: two in one list where the answer tells them apart, or else each alone."""
    resource = story.contract.resource
    last = [{**story.new(label=f"last {by}"), by: now[by]} for by in (resource.name, resource.number)]
    reply = story.create(story.new(label="beside"), *last)
    need(reply.refused, "a create at the end of a list is not refused")
    error = None if reply.answer is None else reply.answer.error
    blamed = {each.record.get(resource.name) for each in (error.elements if error else ()) if each.messages}
    if not {each[resource.name] for each in last} <= blamed:
        for place, each in enumerate(last):
            alone = story.create(story.new(label=f"beside {place}"), each)
            need(alone.refused, "a create at the end of a list is not refused")
