"""How two schemas differ, and the schemas inside them that are compared in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import Any

from conformance.diff.choices import choices
from conformance.diff.finding import SCHEMA, Edge, Finding, Found, Sides
from conformance.diff.limits import defaults, formats, limits, same_kind, types
from conformance.diff.members import members
from conformance.diff.shape import CONDITIONS, MARKS, Shape, Shapes
from conformance.diff.source import Spot

_COMPOSED = (("oneOf", "one-of"), ("anyOf", "any-of"))
#: words that make a sentence of a description a promise or a demand
_NORMATIVE = re.compile(
    r"\b(must|required?|requires|cannot|can't|only|max(?:imum)?|min(?:imum)?|at (?:most|least)|up to|read[- ]?only|"
    r"not (?:supported|allowed|editable)|no longer|deprecated|unique|default|mandatory|optional|limit(?:ed)?|length)\b",
    re.IGNORECASE,
)


def schemas(sides: Sides, old: Spot, new: Spot) -> Found:
    """How two schemas differ."""
    before, after = sides.shapes[0].of(old), sides.shapes[1].of(new)
    if before.said.get("x-nowhere") != after.said.get("x-nowhere"):
        yield _nowhere(before, after)
        return
    if bool(before.branches) != bool(after.branches):
        wrapped = [*_wrapped(sides, before, after)]
        if wrapped:
            yield from wrapped
            return
    if _replaced(before, after):
        names = (_component(before.spot), _component(after.spot))
        yield Finding(rule="schema-replaced", old=before.spot, new=after.spot, before=names[0], after=names[1])
        return
    yield from _renamed(sides, before.spot, after.spot)
    told = chain(types(before, after), choices(before, after))
    if same_kind(before, after):
        told = chain(told, formats(before, after), limits(before, after), defaults(before, after))
    for rule, was, now in told:
        yield Finding(rule=rule, old=before.spot, new=after.spot, before=was, after=now)
    yield from _remarks(before, after)
    if not same_kind(before, after):
        return
    if before.properties or after.properties or before.open != after.open or before.extra or after.extra:
        yield from members(sides, before, after)
    yield from _items(before, after)
    yield from _compositions(sides, before, after)
    yield from _conditions(before, after)
    yield from _discriminators(before, after)


def _wrapped(sides: Sides, old: Shape, new: Shape) -> Found:
    """A schema that has become one of several kinds, or has been one and stands alone now."""
    for keyword, name in _COMPOSED:
        for branches, alone, way in ((new.branches, old, "added"), (old.branches, new, "removed")):
            listed = branches.get(keyword, [])
            shapes = sides.shapes[1 if way == "added" else 0]
            same = next((each for each in listed if _is(each, alone, shapes)), None)
            if same is None:
                continue
            pair = (alone.spot, same) if way == "added" else (same, alone.spot)
            yield Edge(kind=SCHEMA, old=pair[0], new=pair[1])
            for each in listed:
                if each is not same:
                    spots = (alone.spot, each) if way == "added" else (each, alone.spot)
                    rule = f"{name}-branch-{way}"
                    was, now = (None, _branch(each)) if way == "added" else (_branch(each), None)
                    yield Finding(rule=rule, old=spots[0], new=spots[1], before=was, after=now)
            return


def _is(branch: Spot, alone: Shape, shapes: Shapes) -> bool:
    """Whether a branch is the schema that stands alone: by its name, or by most of its members."""
    if isinstance(branch.node, dict) and "$ref" in branch.node and _branch(branch) == alone.spot.place[-1]:
        return True
    names, others = alone.properties.keys(), shapes.of(branch).properties.keys()
    return bool(names & others) and len(names & others) * 2 >= len(others)


def _items(old: Shape, new: Shape) -> Found:
    if old.items is not None and new.items is not None:
        yield Edge(kind=SCHEMA, old=old.items, new=new.items)
    elif "array" in old.types & new.types and (old.items or new.items):
        rule = "items-became-typed" if old.items is None else "items-became-untyped"
        yield Finding(rule=rule, old=old.items or old.spot, new=new.items or new.spot)


def _component(spot: Spot) -> str:
    """The name of a schema that stands by itself."""
    return spot.place[2] if len(spot.place) == 3 and spot.place[1] == "schemas" else ""


def _replaced(old: Shape, new: Shape) -> bool:
    """Whether two schemas with names of their own have nothing in common."""
    names = _component(old.spot), _component(new.spot)
    apart = old.properties and new.properties and not old.properties.keys() & new.properties.keys()
    return bool(apart and all(names) and names[0] != names[1])


def _renamed(sides: Sides, old: Spot, new: Spot) -> Found:
    was, now = _component(old), _component(new)
    if not was or not now or was == now:
        return
    # Where both documents know both names, a reference leads elsewhere, and no type is called otherwise.
    known = [each.root.at("components").members("schemas") for each in (sides.old, sides.new)]
    if was not in known[1] and now not in known[0]:
        yield Finding(rule="schema-renamed", old=old, new=new, before=was, after=now)


def _nowhere(old: Shape, new: Shape) -> Finding:
    before, after = old.said.get("x-nowhere", "a schema"), new.said.get("x-nowhere", "a schema")
    return Finding(rule="self-reference-changed", old=old.spot, new=new.spot, before=before, after=after)


def _remarks(old: Shape, new: Shape) -> Found:
    before, after = bool(old.said.get("deprecated")), bool(new.said.get("deprecated"))
    if before != after:
        yield Finding(rule="member-deprecated" if after else "member-reactivated", old=old.spot, new=new.spot)
    was, now = old.said.get("xml") or {}, new.said.get("xml") or {}
    if was != now:
        rule = "xml-added" if not was else "xml-removed" if not now else "xml-changed"
        yield Finding(rule=rule, old=old.spot, new=new.spot, before=was, after=now)
    marks = [{key: held for key, held in each.said.items() if key.startswith(MARKS)} for each in (old, new)]
    for mark in sorted({*marks[0], *marks[1]}):
        if marks[0].get(mark) != marks[1].get(mark):
            told = tuple(f"{mark} {held[mark]}" if mark in held else "nothing" for held in marks)
            yield Finding(rule="mark-changed", old=old.spot, new=new.spot, before=told[0], after=told[1])
    said = demands(old.said.get("description"), new.said.get("description"))
    if said is not None:
        yield Finding(rule="described-differently", old=old.spot, new=new.spot, before=said[0], after=said[1])


def demands(before: Any, after: Any) -> tuple[str, str] | None:
    """The sentences of two descriptions that say what must be, where they differ."""
    if before == after:
        return None
    was, now = _sentences(before), _sentences(after)
    gone, come = [each for each in was if each not in now], [each for each in now if each not in was]
    return (" ".join(gone), " ".join(come) or "(nothing)") if gone or come else None


def _sentences(description: Any) -> list[str]:
    text = " ".join(str(description or "").split())
    return [each for each in re.split(r"(?<=[.!?])\s+", text) if _NORMATIVE.search(each)]


def _compositions(sides: Sides, old: Shape, new: Shape) -> Found:
    for keyword, name in _COMPOSED:
        before, after = old.branches.get(keyword, []), new.branches.get(keyword, [])
        if bool(before) != bool(after):
            yield Finding(rule=f"{name}-{'added' if after else 'removed'}", old=old.spot, new=new.spot)
            continue
        pairs, gone, come = _paired(sides, before, after)
        for was, now in pairs:
            yield Edge(kind=SCHEMA, old=was, new=now)
        for each in gone:
            yield Finding(rule=f"{name}-branch-removed", old=each, new=new.spot, before=_branch(each))
        for each in come:
            yield Finding(rule=f"{name}-branch-added", old=old.spot, new=each, after=_branch(each))
    before, after = old.branches.get("not", []), new.branches.get("not", [])
    if bool(before) != bool(after):
        yield Finding(rule="not-added" if after else "not-removed", old=old.spot, new=new.spot)
    elif before and before[0].node != after[0].node:
        yield Finding(rule="not-changed", old=before[0], new=after[0])


_Pairs = tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]


def _paired(sides: Sides, old: Sequence[Spot], new: Sequence[Spot]) -> _Pairs:
    """The branches that belong together: by reference, by content, and what is left of one kind by its order."""
    pairs, gone, left = [], [], list(new)
    for each in old:
        same = next((one for one in left if _branch(one) == _branch(each)), None)
        if same is None:
            gone.append(each)
        else:
            left.remove(same)
            pairs.append((each, same))
    for each in [*gone]:
        kind = sides.shapes[0].of(each).types
        like = [one for one in left if sides.shapes[1].of(one).types == kind and "$ref" not in one.node]
        if "$ref" not in each.node and like:
            gone.remove(each)
            left.remove(like[0])
            pairs.append((each, like[0]))
    return pairs, gone, left


def _branch(spot: Spot) -> str:
    node = spot.node
    if isinstance(node, dict) and "$ref" in node:
        return str(node["$ref"]).rpartition("/")[2]
    told = node.get("title") or node.get("type") or ", ".join(node) if isinstance(node, dict) else node
    return str(told)


def _conditions(old: Shape, new: Shape) -> Found:
    for keyword in CONDITIONS:
        before, after = old.said.get(keyword), new.said.get(keyword)
        if before == after:
            continue
        rule = "condition-added" if before is None else "condition-removed" if after is None else "condition-changed"
        yield Finding(rule=rule, old=old.spot, new=new.spot, before=keyword, after=keyword)


def _discriminators(old: Shape, new: Shape) -> Found:
    before, after = old.said.get("discriminator") or {}, new.said.get("discriminator") or {}
    if before == after or not isinstance(before, dict) or not isinstance(after, dict):
        return
    was, now = before.get("propertyName"), after.get("propertyName")
    if was != now:
        rule = "discriminator-added" if was is None else "discriminator-removed" if now is None else None
        yield Finding(rule=rule or "discriminator-changed", old=old.spot, new=new.spot, before=was, after=now)
        return
    one, other = before.get("mapping") or {}, after.get("mapping") or {}
    for value in sorted({*one, *other}):
        if one.get(value) != other.get(value):
            rule = "added" if value not in one else "removed" if value not in other else "changed"
            name = f"discriminator-value-{rule}"
            yield Finding(rule=name, old=old.spot, new=new.spot, before=value, after=value)
