"""Records of a story's own in lists: made together, and asked for apart from everybody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.contract.model import Role
from conformance.document import Record
from conformance.exchange import Headers, Request
from conformance.rules.ending import CouldNotRun, turned_away
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.talk import Pairs
from conformance.wire.scalar import ZERO_GUID

OWN = "records of its own"
"""The scene in which they are made."""

COUNT = 5
"""How many they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Records that exist, as they were sent, their identities, and how a list without any paging shows them."""

    sent: tuple[Record, ...]
    identities: tuple[str, ...]
    listed: tuple[Record, ...]


def own(story: Story) -> Own:
    """Five records that are made once for a run, and that the target lists when it is asked for them."""
    return story.scene(OWN, _make)


def _make(story: Story) -> Own:
    sent = tuple(story.new(story.witness(), label=f"listed {place + 1}") for place in range(COUNT))
    identities = made(story, *sent)
    reply = story.browse(*narrowed(story, identities))
    shown = mine(reply, identities)
    if not reply.accepted or set(shown) != set(identities):
        raise CouldNotRun(f"the list does not show the {COUNT} {story.one}s this check needs: {reply.outcome}")
    if "ids" in story.contract.operations[Role.LIST].narrowing and len(reply.records) > COUNT:
        raise CouldNotRun(f"the list could not be narrowed to the {COUNT} {story.one}s of this check: {reply.outcome}")
    listed = tuple(each for each in reply.records if each.get(story.identity) in identities)
    return Own(sent=sent, identities=identities, listed=listed)


def made(story: Story, *records: Record) -> tuple[str, ...]:
    """The identities of new records, made in one list, or one by one where the target does not take a list."""
    number, name = story.contract.resource.number, story.contract.resource.name
    reply = story.upsert(*records)
    shown = {str(each.get(name)): str(each.get(story.identity) or "") for each in reply.records}
    found: list[str] = []
    for each in records:
        identity = shown.get(str(each[name]), "")
        if not identity or identity == ZERO_GUID:
            alone = story.read(str(each[number]), number) if reply.accepted else story.upsert(each)
            identity = story.identified(alone, each)
        if not identity:
            raise CouldNotRun(f"the {story.one}s this check needs could not be created: {reply.outcome}")
        found.append(identity)
    if len(set(found)) < len(found):
        raise CouldNotRun(f"new {story.one}s were answered with one {story.identity}: {reply.outcome}")
    return tuple(found)


def narrowed(story: Story, identities: Sequence[str]) -> Pairs:
    """The query that asks for these records alone; empty where lists know no such thing."""
    ways = story.contract.operations[Role.LIST].narrowing
    spelt = ",".join(story.spelling.get(each, each) for each in identities)
    return ((ways["ids"], spelt),) if "ids" in ways else ()


def way(story: Story, what: str, value: str) -> tuple[str, str]:
    """The query parameter that does this."""
    return story.contract.operations[Role.LIST].narrowing[what], value


def mine(reply: Reply, identities: Sequence[str]) -> list[str]:
    """The identities of these records, in the order in which an answer shows them."""
    shown = [str(each.get(reply.contract.resource.identity)) for each in reply.records]
    return [each for each in shown if each in identities]


def changed_since(story: Story, moment: str, query: Pairs) -> Reply:
    """A list narrowed by the header for it. Unlike other steps, this one takes it for an answer when nothing is new."""
    operation = story.contract.operations[Role.LIST]
    accept = ("Accept", story.contract.formats[story.reads].media_type)
    headers = Headers((accept, (operation.since, moment)))
    request = Request(method=operation.method, path=operation.path, query=query, headers=headers)
    reply = story.hear(request)
    status = reply.response.status
    if status in (401, 403) or (300 <= status < 400 and not unchanged(reply)):
        raise CouldNotRun(turned_away(request, reply.response))
    return reply


def unchanged(reply: Reply) -> bool:
    """Whether the answer is HTTP's own word for: nothing has changed since."""
    return reply.response.status == _NOT_MODIFIED


_NOT_MODIFIED = 304
