"""Texts as long as they may be: every text with a limit, and records in which each of some texts has a given length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from conformance.contract.model import Contract, Field, Kind
from conformance.contract.values import token
from conformance.document import Record, Value
from conformance.rules.ending import CouldNotRun
from conformance.rules.mischief import Alter, When, merging
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake
from conformance.rules.story import Story

_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_LABEL = 40
"""Letters of one part of a domain: fewer than the 63 that it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """A text with a limit: a member of the record, or of each item of a keyed list in it."""

    member: Field
    holder: str = ""

    @property
    def name(self) -> str:
        """Its place, dotted."""
        return f"{self.holder}.{self.member.name}" if self.holder else self.member.name

    @property
    def top(self) -> str:
        """The member of the record that it is or is in."""
        return self.holder or self.member.name

    @property
    def limit(self) -> int:
        """How many characters it may have."""
        return self.member.max_length or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A record of long texts: as it was sent, the answer, and as it is stored; both in canonical form."""

    sent: Record
    reply: Reply
    after: Record


def limited(contract: Contract) -> list[Limited]:
    """Every text with a limit that a client may set."""
    found = []
    for each in contract.resource.fields:
        inner = each.members if each.kind is Kind.LIST and each.keyed_by and each.writable else ()
        found += [Limited(member=one, holder=each.name) for one in inner if one.max_length]
        if each.kind is Kind.TEXT and each.max_length and each.writable:
            found.append(Limited(member=each))
    return found


def sized(member: Field, seed: str, size: int) -> str:
    """A legal text of exactly that many characters: digits where the field holds such, otherwise letters."""
    many = "".join(token(seed, member.name, str(turn)) for turn in range(size // 10 + 1))
    letters = many.translate(_LETTERS)
    if member.format == "email":
        rest = letters[: size - 21]
        parts = [rest[start : start + _LABEL] for start in range(0, len(rest), _LABEL)]
        dotted = ".".join(parts)
        excess = len(parts) - 1
        return f"{letters[:12]}@{dotted[: len(dotted) - excess]}.example".replace("..", ".x")
    if member.examples and all(each.isdigit() for each in member.examples):
        return "".join(str(ord(each) % 10) for each in letters)[:size]
    return letters[:size]


def filled(story: Story, mine: list[Limited], size: Callable[[Limited, str], str]) -> Filled:
    """A record whose texts are what ``size`` makes of each, given a seed of its own."""
    record = story.new(*{each.top for each in mine})
    for each in mine:
        record[each.top] = _put(record[each.top], each, story.seed, size)
    reply = story.upsert(record)
    if not reply.accepted:
        return Filled(sent=story.canonical(record), reply=reply, after={})
    identity = reply.identity or story.identified(reply, record)
    if not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    after = story.fetch(identity, "just created", record)
    return Filled(sent=story.canonical(record), reply=reply, after=after)


def _put(held: Value, each: Limited, seed: str, size: Callable[[Limited, str], str]) -> Value:
    if not each.holder:
        return size(each, seed)
    items = held if isinstance(held, tuple) else ()
    known = [(place, item) for place, item in enumerate(items) if isinstance(item, Mapping)]
    return tuple({**item, each.member.name: size(each, f"{seed}{place}")} for place, item in known)


def texts(record: Record, each: Limited) -> dict[str, Value]:
    """What a canonical record holds there: by the key of the item, or under no key."""
    held = record.get(each.top)
    if not each.holder:
        return {"": held}
    items = held if isinstance(held, Mapping) else {}
    return {key: item.get(each.member.name) for key, item in items.items() if isinstance(item, Mapping)}


def longest(intake: Intake, each: Limited) -> int:
    """The length of the longest text that a request holds there."""
    held = intake.sent.get(each.top)
    items = held if isinstance(held, tuple) and each.holder else ()
    found = [item.get(each.member.name) for item in items if isinstance(item, Mapping)] if each.holder else [held]
    return max((len(one) for one in found if isinstance(one, str)), default=0)


def longer(each: Limited, than: int) -> When:
    """Whether a request holds a text there that is longer."""
    return lambda intake, _existing: longest(intake, each) > than


def cutting(each: Limited, to: int) -> Alter:
    """Store what is there cut to some length."""

    def cut(value: Value) -> Value:
        return value[:to] if isinstance(value, str) else value

    def change(_existing: Record, _intake: Intake, merged: Record) -> Record:
        held = merged.get(each.top)
        if not each.holder:
            return {**merged, each.top: cut(held)} if each.top in merged else merged
        items = held if isinstance(held, tuple) else ()
        name = each.member.name
        made = tuple(
            {**item, name: cut(item[name])} if isinstance(item, Mapping) and name in item else item for item in items
        )
        return {**merged, each.top: made} if items else merged

    return merging(change)


def about(contract: Contract, only: tuple[str, ...], but: tuple[str, ...]) -> list[Limited]:
    """The texts that a clause is about: those it names, or all but those it excludes."""
    return [each for each in limited(contract) if (not only or each.name in only) and each.name not in but]


def at_limit(each: Limited, seed: str) -> str:
    """A text that is just as long as it may be."""
    return sized(each.member, seed, each.limit)


def over_limit(each: Limited, seed: str) -> str:
    """A text that is one character longer than it may be."""
    return sized(each.member, seed, each.limit + 1)


def accented(each: Limited, seed: str) -> str:
    """A text that is just as long as it may be, and longer when it is counted in bytes."""
    plain = sized(each.member, seed, each.limit)
    return plain if plain.isdigit() else plain[:10] + "\u00e9" * (len(plain) - 10)


def without_mail(mine: list[Limited]) -> list[Limited]:
    """Those in which letters of any script are legal."""
    return [replace(each) for each in mine if not each.member.format]
