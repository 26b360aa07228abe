"""Many full records of one list, and one list of updates that each name half of the members, shared by many checks.

The halves are chosen so that of any two members some update names the one and not the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.document import Record
from conformance.rules.glance import identities, need, same, seen
from conformance.rules.kind import without
from conformance.rules.posted import full
from conformance.rules.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One record: the members that an update of it named, as it was sent, as the update was, and as it is now."""

    named: frozenset[str]
    before: Record
    update: Record
    after: Record

    def keeps_rest(self, story: Story) -> bool:
        """Whether all that the update did not name is what it was."""
        return same(story.contract.resource, self.before, self.after, self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """All the halves; and a record that the same list archived: its identity, as it was sent, and as it is then."""

    halves: tuple[Half, ...]
    archived: str
    before: Record
    after: Record

    def naming(self, field: str) -> list[Half]:
        """The records whose update named a member."""
        return [each for each in self.halves if field in each.named]


def groups(names: list[str]) -> list[frozenset[str]]:
    """Sets of names such that for any two names some set holds the first and not the second; and the set of all."""
    bits = range(max(1, (len(names) - 1).bit_length()))
    parts = [
        frozenset(name for place, name in enumerate(names) if (place >> bit & 1) == side)
        for bit in bits
        for side in (0, 1)
    ]
    return [*parts, frozenset(names)]


def halves(story: Story) -> Halves:
    """Updates that were accepted. Raises CouldNotRun when they were not."""
    return story.scene("halves", _halves)


def _halves(story: Story) -> Halves:
    resource = story.contract.resource
    first = full(story, "archived")
    wanted = groups([each for each in first if each != resource.status])
    raw = [first, *(full(story, f"half {number}") for number, _ in enumerate(wanted))]
    archived, *found = identities(story, story.upsert(*raw), raw)
    updates = [{**story.carried(story.canonical(first)), story.identity: archived, resource.status: resource.archived}]
    for number, (named, identity) in enumerate(zip(wanted, found, strict=True)):
        fresh = full(story, f"other {number}", 1)
        carried = story.carried(story.canonical(raw[number + 1]))
        updates.append({**carried, story.identity: identity, **{each: fresh[each] for each in named}})
    reply = story.upsert(*updates)
    need(reply.accepted, f"a list of updates is not taken, {reply.outcome}")
    after = seen(story, archived, *found)
    done = (
        Half(
            named=named,
            before=story.canonical(raw[number + 1]),
            update=story.canonical(updates[number + 1]),
            after=after.get(identity, {}),
        )
        for number, (named, identity) in enumerate(zip(wanted, found, strict=True))
    )
    return Halves(halves=tuple(done), archived=archived, before=story.canonical(first), after=after.get(archived, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A record that was archived, and then updated once more, as it is now."""

    name: str
    after: Record


def archived(story: Story) -> Archived:
    """An archived record that kept all it had. Raises CouldNotRun when there is none."""
    return story.scene("archived", _archived)


def _archived(story: Story) -> Archived:
    resource, made = story.contract.resource, halves(story)
    _kept(story, made.before, made.after)
    witness = story.witness()
    carried = without(story.carried(made.before), resource.status)
    reply = story.upsert({**carried, story.identity: made.archived, witness: story.value(witness, 3)})
    need(reply.accepted or reply.refused, f"an update of an archived record fails, {reply.outcome}")
    after = story.fetch(made.archived, "archived")
    _kept(story, made.before, after, witness)
    wanted = story.value(witness, 3) if reply.accepted else made.before.get(witness)
    need(after.get(witness) == wanted, "an update of an archived record is not what it seems")
    return Archived(name=str(after[resource.name]), after=after)


def _kept(story: Story, before: Record, after: Record, *named: str) -> None:
    resource = story.contract.resource
    need(after.get(resource.status) == resource.archived, "a record is not archived")
    need(same(resource, before, after, (resource.status, *named)), "an archived record is not what it was")
