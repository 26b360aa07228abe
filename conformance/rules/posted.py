"""Conversations that many checks share: records as upserts make them, all at once or again, and one update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract.model import Role
from conformance.document import Record, Value
from conformance.rules import awkward
from conformance.rules.glance import identities, need, same, seen
from conformance.rules.kind import without
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats, plain, rich

LISTED = "found in the list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A full record: as it was sent, literally and in canonical form, and in every way in which it can be read."""

    raw: Record
    sent: Record
    reply: Reply
    identity: str
    views: Mapping[str, Record | None]
    #: whether members that refer to something of the organisation had to be left out
    plain: bool = False

    @property
    def first(self) -> Record:
        """The first way of reading it."""
        return next(iter(self.views.values())) or {}

    @property
    def everywhere(self) -> bool:
        """Whether every way of reading shows a record."""
        return all(each is not None for each in self.views.values())


def make(story: Story, role: Role) -> Made:
    """A full record that is made now."""
    number, refused, raw = story.contract.resource.number, False, rich(story)
    reply = story.write(role, raw)
    if reply.refused:
        refused = True
        raw = plain(story, rich(story, "plain"))
        reply = story.write(role, raw)
    identity = story.identified(reply, raw)
    need(reply.accepted and identity, f"a full record is not created, {reply.outcome}")
    views = dict(story.views(identity, str(raw[number])))
    return Made(raw=raw, sent=story.canonical(raw), reply=reply, identity=identity, views=views, plain=refused)


def made(story: Story) -> Made:
    """A full record that an upsert made."""
    return story.scene("made", lambda own: make(own, Role.UPSERT))


def full(story: Story, label: str, turn: int = 0) -> dict[str, Value]:
    """Another record that is as full as this target lets one be."""
    record = rich(story, label, turn)
    return plain(story, record) if made(story).plain else record


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Three records of one list: two that are full of awkward text, and one between them that says little."""

    sent: tuple[Record, ...]
    identities: tuple[str, ...]
    seen: Mapping[str, Record]
    #: how many awkward texts they hold together
    texts: int


def crowd(story: Story) -> Crowd:
    """Three records that one upsert made, each as it was sent. Raises CouldNotRun when one is not."""
    return story.scene("crowd", _crowd)


def _crowd(story: Story) -> Crowd:
    name, texts = story.contract.resource.name, len(awkward.text_fields(story.contract))
    outer = [full(story, "first"), full(story, "third", 1)]
    first, third = (
        {**each, **awkward.members(story, place * texts, str(each[name]))} for place, each in enumerate(outer)
    )
    raw = (first, story.new(label="second"), third)
    found = identities(story, story.upsert(*raw), raw)
    sent, after = tuple(story.canonical(each) for each in raw), seen(story, *found)
    for identity, each in zip(found, sent, strict=True):
        need(same_as_sent(story, each, after.get(identity)), "a record of a list is not as it was sent")
    return Crowd(sent=sent, identities=tuple(found), seen=after, texts=2 * texts)


def same_as_sent(story: Story, sent: Record, found: Record | None) -> bool:
    """Whether a new record has all that was sent, and nothing that a client might set beside it."""
    resource = story.contract.resource
    return found is not None and same(resource, sent, found, () if resource.status in sent else (resource.status,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """The record of the fewest members that was sent twice, and whether it stood without a list around it."""

    least: Record
    bare: bool


def twice(story: Story) -> Twice:
    """Records that were sent twice and stand in the whole list once. Raises CouldNotRun when they do not."""
    return story.scene("twice", _twice)


def _twice(story: Story) -> Twice:
    resource = story.contract.resource
    shown, bare = story.contract.operations[Role.UPSERT].shows, story.writes in bare_formats(story.contract)
    least = story.new(label="least")
    least = without(least, resource.number) if shown else least
    found = [_repeated(story, story.new(story.witness()), bare=False), _repeated(story, least, bare=bare)]
    listing = story.browse()
    need(listing.accepted, "the list cannot be read")
    for identity, name in found:
        alike = [each.get(story.identity) for each in listing.records if each.get(resource.name) == name]
        need(alike == [identity], "the list does not hold each record once")
    return Twice(least=least, bare=bare)


def _repeated(story: Story, record: Record, *, bare: bool) -> tuple[str, str]:
    """The identity and the name of a record that was sent twice."""
    replies = [story.upsert(record, bare=bare) for _ in range(2)]
    found = {story.identified(each, record) for each in replies}
    need(all(each.accepted for each in replies) and len(found) == 1, "the same upsert does not make one record")
    return found.pop(), str(record[story.contract.resource.name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The full record after an update that named one text of it, in every way of reading."""

    witness: str
    update: Record
    reply: Reply
    before: Made
    views: Mapping[str, Record | None]

    @property
    def first(self) -> Record:
        """The first way of reading it."""
        return next(iter(self.views.values())) or {}

    def keeps(self, field: str) -> bool:
        """Whether a member that it did not name is everywhere what it was."""
        listed, first = self.before.views.get(LISTED) or {}, self.before.first
        pairs = [(listed if view == LISTED else first, each or {}) for view, each in self.views.items()]
        return field in first and all(before[field] == after.get(field) for before, after in pairs if field in before)


def changed(story: Story) -> Changed:
    """An update by identity that was taken. Raises CouldNotRun when it was not."""
    return story.scene("changed", _changed)


def _changed(story: Story) -> Changed:
    one, witness = made(story), story.witness()
    need(one.everywhere, "the record is not found in every way")
    update = {**story.carried(one.first), story.identity: one.identity, witness: story.value(witness, 1)}
    reply = story.upsert(update)
    views = dict(story.views(one.identity, str(one.raw[story.contract.resource.number])))
    taken = all(each is not None and each.get(witness) == update[witness] for each in views.values())
    need(reply.accepted and taken, "an update is not taken over")
    shown = reply.only or {}
    need(shown.get(story.identity, one.identity) == one.identity, "an update is answered with another record")
    need(shown.get(witness, update[witness]) == update[witness], "an update is answered as if nothing had changed")
    return Changed(witness=witness, update=update, reply=reply, before=one, views=views)
