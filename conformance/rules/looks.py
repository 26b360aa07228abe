"""One record with every member, looked at in all the ways that there are: alone, in a list, in a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.compare import say
from conformance.contract.model import Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.listing import made, narrowed, way
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import plain, rich

SCENE = "one record in every form"
"""The scene in which it is made and looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The record as it was sent, its identity, and how each look shows it: None where it does not."""

    sent: Record
    identity: str
    seen: Mapping[str, Record | None]
    outcomes: Mapping[str, str]

    def shown(self, view: str) -> Record:
        """The record in this view. Raises CouldNotRun when it is not there."""
        found = self.seen[view]
        if found is None:
            raise CouldNotRun(f"the record this check needs is not to be seen ({_HOW[view]}): {self.outcomes[view]}")
        return found

    def elsewhere(self, view: str, field: str) -> Record | None:
        """The record in another view that shows the field: as it was sent, or else as most of them have it."""
        others = [self.seen[name] for name in _FORMS if name != view and name in self.seen]
        found = [each for each in others if each is not None and field in each]
        values = Counter(repr(each[field]) for each in found)
        wanted = repr(self.sent[field]) if field in self.sent else ""
        most = wanted if wanted in values else next((value for value, _ in values.most_common(1)), "")
        return next((each for each in found if repr(each[field]) == most), None)


_HOW = {
    "id": "read by its identifier",
    "number": "read by its number",
    "list": "in a list",
    "page": "in a page of a list",
    "summary": "in a summary",
    "no-summary": "in a page that is to be no summary",
}
_FORMS = ("id", "number", "list", "page")


def how(view: str) -> str:
    """The look in words."""
    return _HOW[view]


def looks(story: Story) -> Looks:
    """A record with every member, made once for a run, in every look."""
    return story.scene(SCENE, _make)


def _make(story: Story) -> Looks:
    sent = {**rich(story), **_capitals(story)}
    try:
        (identity,) = made(story, sent)
    except CouldNotRun:
        sent = plain(story, rich(story, "plain"))
        (identity,) = made(story, sent)
    return _looked(story, story.canonical(sent), identity, _forms(story, sent, identity) | _summaries(story, identity))


def _capitals(story: Story) -> Record:
    """Addresses for mail with a capital in them: a look that changes the case of its texts is not to go unseen."""
    mail = (each for each in story.contract.resource.fields if each.format == "email" and each.writable)
    return {each.name: f"Mail.{story.value(each.name)}" for each in mail}


def _forms(story: Story, sent: Record, identity: str) -> dict[str, Reply]:
    ways, number = story.contract.operations[Role.LIST].narrowing, story.contract.resource.number
    ids = narrowed(story, (identity,))
    paged = {"page": story.browse(*ids, way(story, "page", "1"))} if {"ids", "page"} <= set(ways) else {}
    alone = {"id": story.read(identity), "number": story.read(str(sent[number]), number)}
    return {**alone, "list": story.browse(*ids), **paged}


def _summaries(story: Story, identity: str) -> dict[str, Reply]:
    """A page that is to be a summary, and one that is said to be none."""
    if not {"ids", "page", "summary"} <= set(story.contract.operations[Role.LIST].narrowing):
        return {}
    query = (*narrowed(story, (identity,)), way(story, "page", "1"))
    asked = {"summary": "true", "no-summary": "false"}
    return {name: story.browse(*query, way(story, "summary", value)) for name, value in asked.items()}


def _looked(story: Story, sent: Record, identity: str, replies: Mapping[str, Reply]) -> Looks:
    seen = {name: found(story, reply, identity) for name, reply in replies.items()}
    outcomes = {name: reply.outcome for name, reply in replies.items()}
    return Looks(sent=sent, identity=identity, seen=seen, outcomes=outcomes)


def found(story: Story, reply: Reply, identity: str) -> Record | None:
    """The record in an answer, in canonical form."""
    shown = (each for each in reply.records if each.get(story.identity) == identity)
    record = next(shown, None)
    return None if record is None else story.canonical(record)


def updated(story: Story) -> Looks:
    """The same record after two updates, in every look."""
    return story.scene(f"{SCENE}, after two updates", _update)


def _update(story: Story) -> Looks:
    known = looks(story)
    witness, before, changed = story.witness(), known.shown("id"), dict(known.sent)
    for turn in (1, 2):
        changed[witness] = story.value(witness, turn)
        reply = story.upsert({**story.carried(before), story.identity: known.identity, witness: changed[witness]})
        if not reply.accepted:
            raise CouldNotRun(f"the record this check needs could not be updated: {reply.outcome}")
    return _looked(story, changed, known.identity, _forms(story, changed, known.identity))


def same(view: str, field: str, wanted: Record, seen: Record) -> None:
    """Raises Broken unless this view shows the member as another does."""
    if field not in seen:
        raise Broken("absent", f"{field} is {say(wanted[field])} elsewhere, and absent {_HOW[view]}", wanted, seen)
    if seen[field] != wanted[field]:
        reason = f"{field} is {say(seen[field])} {_HOW[view]}, and {say(wanted[field])} elsewhere"
        raise Broken("differs", reason, wanted, seen)
