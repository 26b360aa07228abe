"""How the members of two schemas differ: which there are, who may set them, and where they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.diff.finding import SCHEMA, Edge, Finding, Found, Sides
from conformance.diff.renames import Candidate, renamed
from conformance.diff.shape import Shape
from conformance.diff.source import Spot, parted

_SHOWN = ("always", "full", "errors")
_FACTS = (
    ("x-write", "member-write-changed", "sent", "plain"),
    ("x-keyed-by", "list-key-changed", "both", "nothing"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A member of one of the two schemas."""

    name: str
    spot: Spot
    shape: Shape
    required: bool

    @property
    def sent(self) -> bool:
        return self.shape.said.get("readOnly") is not True

    @property
    def read(self) -> bool:
        return self.shape.said.get("writeOnly") is not True


def members(sides: Sides, old: Shape, new: Shape) -> Found:
    """How the members differ, and the pairs of those that both have."""
    before, after = _members(sides, 0, old), _members(sides, 1, new)
    gone = [each for name, each in before.items() if name not in after]
    come = [each for name, each in after.items() if name not in before]
    if gone and come:
        pairs = renamed(_candidates(gone, before), _candidates(come, after))
        for was, now in pairs.items():
            one, other = before[was], after[now]
            gone.remove(one)
            come.remove(other)
            yield Finding(rule="member-renamed", old=one.spot, new=other.spot, before=was, after=now)
            yield from _pair(sides, one, other)
    for each in gone:
        yield _gone(each, new)
    for each in come:
        yield _come(each, old)
    for name in parted(before, after).both:
        yield from _pair(sides, before[name], after[name])
    yield from _undeclared(old, new)


def _members(sides: Sides, side: int, shape: Shape) -> dict[str, _Member]:
    shapes = sides.shapes[side]
    return {
        name: _Member(name=name, spot=spot, shape=shapes.of(spot), required=name in shape.required)
        for name, spot in shape.properties.items()
    }


def _candidates(some: list[_Member], among: dict[str, _Member]) -> list[Candidate]:
    order = list(among)
    return [Candidate(each.name, each.spot, each.shape, order.index(each.name)) for each in some]


def _gone(member: _Member, new: Shape) -> Finding:
    rule = "required-member-removed" if member.required else "member-removed"
    if not new.open and member.sent:
        rule = "member-removed-and-refused"
    return Finding(rule=rule, old=member.spot, new=new.spot, sent=member.sent, read=member.read)


def _come(member: _Member, old: Shape) -> Finding:
    rule = "member-added"
    if member.required and member.sent:
        rule = "required-member-with-default-added" if "default" in member.shape.said else "required-member-added"
    return Finding(rule=rule, old=old.spot, new=member.spot, sent=member.sent, read=member.read)


def _pair(sides: Sides, old: _Member, new: _Member) -> Found:
    sent, read = old.sent and new.sent, old.read and new.read
    for rule, told, before, after in (*_said(old, new), *(_extensions(old.shape, new.shape) if sides.ours else ())):
        to_sent, to_read = told in {"both", "sent"}, told in {"both", "read"}
        yield Finding(rule=rule, old=old.spot, new=new.spot, before=before, after=after, sent=to_sent, read=to_read)
    yield Edge(kind=SCHEMA, old=old.spot, new=new.spot, sent=sent, read=read)


_Said = Iterator[tuple[str, str, object, object]]
"""A rule, which directions it matters to, and what was and is said."""


def _said(old: _Member, new: _Member) -> _Said:
    yield from _mutability(old, new)
    if old.required != new.required:
        yield from _requiredness(old, new)


def _mutability(old: _Member, new: _Member) -> _Said:
    if old.sent and not new.sent:
        yield "member-became-read-only", "sent", None, None
    elif new.sent and not old.sent:
        required = new.required and old.required
        yield ("required-member-became-writable" if required else "member-became-writable"), "sent", None, None
    if old.read != new.read:
        yield ("member-became-readable" if new.read else "member-became-write-only"), "read", None, None


def _requiredness(old: _Member, new: _Member) -> _Said:
    # What is read-only is not asked of anybody, whatever the list of required members says.
    sent, read = old.sent and new.sent, old.read and new.read
    told = "both" if sent and read else "sent" if sent else "read"
    if not new.required:
        yield "member-became-optional", told, None, None
    elif "default" in new.shape.said:
        yield "member-with-default-became-required", told, None, None
    else:
        yield "member-became-required", told, None, None


def _extensions(old: Shape, new: Shape) -> _Said:
    """What the extensions of our own documents say."""
    needed = [bool(each.said.get("x-required-on-create")) for each in (old, new)]
    if needed[0] != needed[1]:
        yield ("member-required-on-create" if needed[1] else "member-not-required-on-create"), "sent", None, None
    shown = [each.said.get("x-shown", _SHOWN[0]) for each in (old, new)]
    if shown[0] != shown[1] and set(shown) <= set(_SHOWN):
        less = _SHOWN.index(shown[1]) > _SHOWN.index(shown[0])
        yield ("member-shown-less" if less else "member-shown-more"), "read", *shown
    for keyword, rule, told, nothing in _FACTS:
        before, after = old.said.get(keyword, nothing), new.said.get(keyword, nothing)
        if before != after:
            yield rule, told, before, after
    before, after = old.said.get("x-formats"), new.said.get("x-formats")
    if before != after:
        fewer = before is None or (isinstance(after, list) and isinstance(before, list) and len(after) < len(before))
        rule = "member-in-fewer-formats" if fewer else "member-in-more-formats"
        yield rule, "both", _listed(before), _listed(after)


def _listed(formats: object) -> str:
    return ", ".join(map(str, formats)) if isinstance(formats, list) else "every format"


def _undeclared(old: Shape, new: Shape) -> Found:
    """What is said of members that are not declared."""
    if old.open != new.open:
        rule = "extra-members-allowed" if new.open else "extra-members-forbidden"
        yield Finding(rule=rule, old=old.spot, new=new.spot)
    elif old.extra is not None and new.extra is not None:
        yield Edge(kind=SCHEMA, old=old.extra, new=new.extra)
    elif (old.extra is None) != (new.extra is None):
        rule = "extra-members-typed" if old.extra is None else "extra-members-untyped"
        yield Finding(rule=rule, old=old.extra or old.spot, new=new.extra or new.spot)
    before, after = (each.required - each.properties.keys() for each in (old, new))
    for name in sorted(after - old.required):
        if name not in old.properties:
            yield Finding(rule="required-undeclared-added", old=old.spot, new=new.spot, after=name)
    for name in sorted(before - new.required):
        if name not in new.properties:
            yield Finding(rule="required-undeclared-removed", old=old.spot, new=new.spot, before=name)
