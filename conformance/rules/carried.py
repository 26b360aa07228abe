"""Requests that carry everything which the server alone sets, on every road, shared by the checks of such members."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.model import Contract, Field, Mutability, Role, Shown
from conformance.document import Record, Value
from conformance.rules.glance import identities, need, seen
from conformance.rules.posted import made
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats


def server_set(contract: Contract) -> list[Field]:
    """The fields that the server alone sets, without its identifier and those that only ever speak of errors."""
    return [
        each
        for each in contract.resource.fields
        if each.mutability is Mutability.READ_ONLY and each.shown is not Shown.ERRORS
        if each.name != contract.resource.identity
    ]


def extras(story: Story) -> dict[str, Value]:
    """A value for each such field that exists in the format of this story."""
    fields = server_set(story.contract)
    return {each.name: story.value(each.name) for each in fields if not each.formats or story.writes in each.formats}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was sent, where it might have been taken over, and how the rest of those requests was taken."""

    sent: Record
    shown: tuple[Record, ...]
    #: a record of which none of it was ever sent
    control: Record
    rest_created: bool = False
    rest_updated: bool = False


def carried(story: Story) -> Carried:
    """Upserts that carried them and were accepted. Raises CouldNotRun when one was not."""
    return story.scene("carried", _carried)


def _carried(story: Story) -> Carried:
    resource, extra, witness = story.contract.resource, extras(story), story.witness()
    control = made(story).first

    def text(turn: int) -> dict[str, Value]:
        return {witness: story.value(witness, turn), **extra}

    raw = [{**story.new(label=each), **text(turn)} for turn, each in enumerate(("first", "second", "third"))]
    replies = [story.upsert(raw[0]), story.upsert(raw[1], bare=story.writes in bare_formats(story.contract))]
    first, second = (identities(story, reply, [each])[0] for reply, each in zip(replies, raw[:2], strict=True))
    always = [story.carried(story.canonical(each)) for each in raw[:2]]
    known = {**always[0], story.identity: first}
    replies.append(story.upsert({**known, **text(3)}))
    addressed = Role.UPDATE in story.contract.operations and Role.UPDATE not in story.lacks
    update = {**known, **text(4)}
    replies.append(story.write(Role.UPDATE, update, addressed=first) if addressed else story.upsert(update))
    by_name = {**always[0], resource.name: raw[0][resource.name], **text(5)}
    by_number = {**always[1], resource.number: raw[1][resource.number], **text(6)}
    replies.append(story.upsert(by_name, by_number, raw[2]))
    need(all(each.accepted for each in replies), "a request that carries such members is not accepted")
    third = identities(story, replies[-1], raw[2:])[0]
    after = seen(story, first, second, third)
    need(set(after) >= {first, second, third}, "a record is not found")
    return Carried(
        sent=story.canonical(extra),
        shown=(*after.values(), *_answers(story, replies)),
        control=control,
        rest_created=after[third].get(witness) == raw[2][witness],
        rest_updated=after[first].get(witness) == by_name[witness],
    )


def _answers(story: Story, replies: list[Reply]) -> list[Record]:
    return [story.canonical(each) for reply in replies for each in reply.records]


def carried_by_create(story: Story) -> Carried:
    """A create that carried them and was accepted. Raises CouldNotRun when it was not."""
    return story.scene("carried by a create", _carried_by_create)


def _carried_by_create(story: Story) -> Carried:
    extra = extras(story)
    record = {**story.new(), **extra}
    reply = story.create(record)
    after = story.fetch(identities(story, reply, [record])[0], "just created", record)
    return Carried(sent=story.canonical(extra), shown=(after, *_answers(story, [reply])), control=made(story).first)
