"""A create that is refused, and repeated with its key: while all is as it was, and when it would be accepted."""

from __future__ import annotations

from conformance.contract.model import Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.repeating import key, keyed
from conformance.rules.reply import Reply
from conformance.rules.story import Story

SCENE = "a refused create, repeated"


def _twice(story: Story) -> tuple[Record, Record, str, Reply, Reply]:
    """The record in the way, the create that met it, its key, and the refusals of it."""
    name, sent = story.contract.resource.name, key(story, "refusal")
    holder = story.given(story.new(label="holder"))
    attempt = {**story.new(label="attempt"), name: holder[name]}
    first = keyed(story, Role.CREATE, attempt, sent)
    if not first.refused:
        raise CouldNotRun(f"a create with a taken {name} was not refused: {first.outcome}")
    return holder, attempt, sent, first, keyed(story, Role.CREATE, attempt, sent)


def unchanged(story: Story) -> None:
    """Raises Broken when the second refusal has another status than the first."""
    _, attempt, _, first, second = story.scene(SCENE, _twice)
    if second.response.status != first.response.status:
        reason = f"a create that was refused with {first.response.status} is answered {second.response.status}"
        raise Broken("another-status", f"{reason} when it is repeated with its idempotency key", attempt)


def freed(story: Story) -> None:
    """What becomes of the key when nothing stands in the way any more."""
    name = story.contract.resource.name
    holder, attempt, sent, _, _ = story.scene(SCENE, _twice)
    moved = story.upsert({story.identity: holder[story.identity], name: story.another_name()})
    if not moved.accepted:
        raise CouldNotRun(f"the {story.one} in the way could not be renamed: {moved.outcome}")
    third = keyed(story, Role.CREATE, attempt, sent)
    if third.accepted:
        raise Broken("other-way", "forgets the key of a request that it refused")
    story.chose("answers a refused request with the first refusal")
