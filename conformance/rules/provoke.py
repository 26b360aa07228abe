"""Bad requests and their answers: each mistake of the contract is made once a run, for all that ask about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Provocation, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, without
from conformance.rules.reply import Reply
from conformance.rules.story import Story

TAKES = {"provoke": "provocations"}
"""The argument of the clauses of every rule that provokes."""


SCENE = "bad requests"
"""What every check that provokes names: all of them read the same good requests, beside their own bad one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provoked:
    """The answer to a bad request, and the record in it."""

    reply: Reply
    sent: Record


def named(contract: Contract, clause: Clause) -> tuple[Provocation, ...]:
    """The provocations that a clause is about."""
    return tuple(contract.provocations[each] for each in clause.texts("provoke"))


def needs(it: Provocation) -> frozenset[str]:
    """What the target must offer for it."""
    return frozenset({"read" if it.sends == "look" else it.role, "read"})


def asking(contract: Contract, clause: Clause, tell: Callable[[Story, Provocation], None]) -> list[Check]:
    """One check a provocation."""
    mine = named(contract, clause)
    return [
        Check(
            clause=clause,
            parameter=each.name,
            tell=partial(_told, tell=tell, it=each),
            needs=needs(each),
            formats=each.formats,
            scene=SCENE,
        )
        for each in mine
    ]


def _told(story: Story, tell: Callable[[Story, Provocation], None], it: Provocation) -> None:
    tell(story, it)


def refusals(contract: Contract, clause: Clause) -> list[Check]:
    """One check a provocation: it is refused."""
    return asking(contract, clause, refused)


def refused(story: Story, it: Provocation) -> None:
    """Raises Broken when the bad request is taken like a good one."""
    found = provoked(story, it)
    if found.reply.accepted:
        raise Broken("accepted", f"{it.what} was accepted: {found.reply.outcome}", found.sent, found.reply.records)
    wellformed(story)


def provoked(story: Story, it: Provocation) -> Provoked:
    """The bad request, made once a run and format."""
    return story.scene(f"provoked by {it.name}", partial(provoke, it=it))


def provoke(story: Story, it: Provocation) -> Provoked:
    """The bad request, made here and now."""
    found = _WAYS[it.sends](story, it)
    switch = story.contract.operations[Role(it.role)].narrowing.get("summarize") if it.sends != "look" else None
    if switch and found.sent and found.reply.refused and found.reply.accepted_status:
        # Sources differ on what the switch is when it is not sent; with it, the answer is the one that they describe.
        return Provoked(reply=story.write(Role(it.role), found.sent, query=((switch, "true"),)), sent=found.sent)
    return found


def wellformed(story: Story) -> None:
    """Raises CouldNotRun when the target refuses, or cannot show, also a record without any mistake."""
    for role in (Role.UPSERT, Role.CREATE):
        if role in story.contract.operations and role not in story.lacks:
            story.scene(f"nothing wrong with {role}", partial(_wellformed, role=role))


def _wellformed(story: Story, role: Role) -> None:
    record = story.new(story.witness())
    reply = story.write(role, record)
    identity = story.identified(reply, record)
    if not reply.accepted or not identity:
        raise CouldNotRun(f"a {story.one} with nothing wrong is not accepted either: {reply.outcome}")
    if role is Role.UPSERT:
        story.fetch(identity, "with nothing wrong")


def blameless(story: Story, it: Provocation) -> None:
    """Raises CouldNotRun when the target stumbles over something else than the mistake: over a legal value as well."""
    wellformed(story)
    known = it.path[0] in story.contract.resource.names
    if it.sends in ("value", "taken") and known and story.contract.resource.field(it.path[0]).writable:
        record = story.new(it.path[0], label="control")
        if it.sends == "value" and isinstance(it.value, tuple):
            record[it.path[0]] = _first(record[it.path[0]])
        reply = story.write(Role(it.role), record)
        if not reply.accepted:
            raise CouldNotRun(f"a {story.one} with a legal {it.path[0]} is not accepted either: {reply.outcome}")


def _first(value: Value) -> Value:
    return value[:1] if isinstance(value, tuple) else value


def _written(story: Story, it: Provocation, record: Record) -> Provoked:
    return Provoked(reply=story.write(Role(it.role), record), sent=record)


def _value(story: Story, it: Provocation) -> Provoked:
    return _written(story, it, mistaken(story, it))


def mistaken(story: Story, it: Provocation) -> dict[str, Value]:
    """A new record with the mistake in it."""
    if it.sends == "without":
        return without(story.new(story.witness()), it.field)
    # Beside an element of the same name in other letters it might be taken for a second one.
    alike = (each for each in story.contract.resource.names if each.lower() == it.path[0].lower())
    record = story.new(story.witness(it.path[0], *alike), it.path[0])
    return {**record, **_placed(record, it.path, it.value)}


def _placed(record: Record, path: tuple[str, ...], value: Value) -> dict[str, Value]:
    """The record with ``value`` at a path: in a list, in its first item."""
    name, held = path[0], record.get(path[0])
    if len(path) == 1:
        return {**record, name: value}
    if isinstance(held, tuple):
        first = held[0] if held and isinstance(held[0], Mapping) else {}
        return {**record, name: (_placed(first, path[1:], value), *held[1:])}
    return {**record, name: _placed(held if isinstance(held, Mapping) else {}, path[1:], value)}


def _update(story: Story, it: Provocation) -> Provoked:
    before = story.given(story.new(story.witness(it.path[0])))
    return _written(story, it, {**story.carried(before), story.identity: before[story.identity], it.path[0]: it.value})


def _archived(story: Story, it: Provocation) -> Provoked:
    resource = story.contract.resource
    before = story.given(story.new(story.witness(it.path[0])))
    meaning = {**story.carried(before), story.identity: before[story.identity]}
    story.upsert({**meaning, resource.status: resource.archived})
    if story.fetch(str(before[story.identity]), "archived").get(resource.status) != resource.archived:
        raise CouldNotRun(f"the {story.one} that this check needs could not be archived")
    # Whatever is sent in every write is what an archived record shows.
    kept = story.carried({**before, resource.status: resource.archived})
    return _written(story, it, {**kept, story.identity: before[story.identity], it.path[0]: it.value})


def _second(story: Story, it: Provocation) -> Provoked:
    record = mistaken(story, it)
    return Provoked(reply=story.write(Role(it.role), story.new(label="first"), record), sent=record)


def _without(story: Story, it: Provocation) -> Provoked:
    return _written(story, it, mistaken(story, it))


def _only(story: Story, it: Provocation) -> Provoked:
    return _written(story, it, {it.field: story.new(it.field)[it.field]})


def _taken(story: Story, it: Provocation) -> Provoked:
    holder = story.new(it.field, label="holder")
    story.given(holder)
    return _written(story, it, {**story.new(story.witness(it.field), label="second"), it.field: holder[it.field]})


def _body(story: Story, it: Provocation) -> Provoked:
    name = story.contract.resource.name
    text = it.body[story.writes].replace(f"{{{name}}}", str(story.new()[name]))
    return Provoked(reply=story.submit(Role(it.role), text.encode()), sent={})


def _look(story: Story, it: Provocation) -> Provoked:
    resource = story.contract.resource
    wanted = it.value if isinstance(it.value, str) else values.number(resource, story.seed, it.name)
    if it.field == resource.identity and it.value is None:
        wanted = values.guid(story.seed, it.name)
    return Provoked(reply=story.read(wanted, it.field), sent={it.field: wanted})


def _addressed(story: Story, it: Provocation) -> Provoked:
    record = story.new(story.witness())
    reply = story.write(Role(it.role), record, addressed=values.guid(story.seed, it.name))
    return Provoked(reply=reply, sent=record)


_WAYS: dict[str, Callable[[Story, Provocation], Provoked]] = {
    "value": _value,
    "update": _update,
    "archived": _archived,
    "second": _second,
    "without": _without,
    "only": _only,
    "taken": _taken,
    "body": _body,
    "look": _look,
    "addressed": _addressed,
}


def is_body(contract: Contract, it: Provocation, body: bytes) -> bool:
    """Whether a body is that of a provocation, whatever stands in its gap."""
    for each in it.body.values():
        before, gap, after = (part.encode() for part in each.partition(f"{{{contract.resource.name}}}"))
        if body == before if not gap else body.startswith(before) and body.endswith(after):
            return True
    return False
