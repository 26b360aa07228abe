"""The words and the beginnings of a write: what it is to look like, what it carries, and how a sentence tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.compare import say
from conformance.contract import values
from conformance.contract.model import Clause, Role
from conformance.document import Record, Value
from conformance.explore.character import Character
from conformance.explore.looks import settle
from conformance.explore.play import Play, Way
from conformance.rules.reply import Reply
from conformance.rules.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a write is to look like: formats, members, whether it goes without a list, read-only members sent along."""

    way: Way
    fields: Sequence[str] = ()
    bare: bool = False
    intruders: Sequence[str] = ()
    #: of a list whose items have keys, the last item alone
    few: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """A name or a number that nobody holds any more, and the clause that says that it can be used again."""

    role: Role
    key: str
    value: str
    clause: Clause


def verb(play: Play, role: Role, wish: Wish) -> str:
    """The method, with the format where there is a choice."""
    method = play.contract.operations[role].method
    return f"{method}{f' ({wish.way.writes.upper()})' if len(play.contract.formats) > 1 else ''}"


def told(record: Record, *leave: str) -> str:
    """Members and their values, as a sentence lists them."""
    return ", ".join(f"{name} {_brief(value)}" for name, value in record.items() if name not in leave)


def _brief(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{len(value)} item{'s' if len(value) != 1 else ''}]"
    return "{...}" if isinstance(value, dict) else say(value)


def intruded(play: Play, wish: Wish) -> dict[str, Value]:
    """The read-only members that are sent along, with values that no server gives them by itself."""
    return {each.name: values.value(each, play.seed) for each in play.promises.forbidden if each.name in wish.intruders}


def forbid(play: Play, who: Character, wish: Wish, on: str) -> None:
    """From now on these read-only members may not be as they were sent."""
    sent = play.canonical_all(intruded(play, wish))
    who.forbidden, who.forbids = sent, play.promises.of("read-only", on=on)


def excused(play: Play, wish: Wish, on: str) -> bool:
    """Whether a target may refuse the whole request for the read-only members in it."""
    return bool(wish.intruders) and play.promises.of("rest-taken", wish.way.writes, on=on) is None


def create(play: Play, role: Role, wish: Wish, free: Free | None = None) -> None:
    """A write that matches nothing, with a new name and number, or with one that is free again."""
    label = play.label()
    record = {**play.new(label, wish.fields), **({free.key: free.value} if free else {})}
    sent = {**record, **intruded(play, wish)}
    bare = wish.bare and play.promises.bare(role, wish.way.writes)
    alone = " without a list around it" if bare else ""
    play.write(f"{verb(play, role, wish)} creates {play.one} {label}{alone}: {told(sent)}.")
    story = play.story(wish.way)
    reply = story.write(role, sent, bare=bare)
    clause = free.clause if free else play.promises.of("creates", role=str(role))
    if not reply.accepted:
        return None if excused(play, wish, str(role)) else play.surprise(clause, f"{label} created", reply.outcome)
    who = born(play, story, reply, record, label)
    if isinstance(who, str):
        return play.surprise(clause, f"{play.one} {label} created", who)
    who.said = sent if role is Role.UPSERT else None
    forbid(play, who, wish, str(role))
    play.harmless = play.promises.untouched
    return settle(play, wish.way, who)


def born(play: Play, story: Story, reply: Reply, record: Mapping[str, Value], label: str) -> Character | str:
    """The record that a write has made, or what is wrong with the answer that should show it."""
    resource = play.resource
    mine = [each for each in reply.records if each.get(resource.name) == record[resource.name]]
    identity = str(mine[0].get(resource.identity) or "") if mine else ""
    if not identity and reply.records:
        return f"an answer that shows the {resource.name} {say(reply.records[0].get(resource.name))}"
    if not identity:
        identity = story.read(str(record[resource.number]), resource.number).identity
    if not identity:
        return f"no {resource.identity}, in the answer or by its {resource.number}"
    other = next((each for each in play.people if each.identity == identity), None)
    if other is not None:
        return f"{play.one} {other.label} written instead: its {resource.identity} is in the answer"
    who = Character(label=label, identity=identity)
    play.people.append(who)
    clause = play.promises.of("stored") or play.promises.of("creates", role=str(Role.UPSERT))
    who.hold(play.canonical(record), clause, f"as step {len(play.steps)} sent it")
    return who
