"""How the parameters of a call differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.diff.finding import MEDIA, PARAMETER, SCHEMA, Edge, Finding, Found, Sides
from conformance.diff.renames import Candidate, renamed
from conformance.diff.schemas import demands
from conformance.diff.source import Source, Spot, parted

Key = tuple[str, str]
"""Where a parameter stands, and its name; a path's gap is known by its number."""

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_SWITCHES = (("allowEmptyValue", "empty"), ("allowReserved", "reserved"))
#: headers that the document itself says to ignore as parameters
_IGNORED = {"accept", "content-type", "authorization"}


def listed(source: Source, item: Spot, call: Spot, gaps: tuple[str, ...]) -> dict[Key, Spot]:
    """The parameters of an operation, those of its path among them."""
    found: dict[Key, Spot] = {}
    for each in (*item.items("parameters"), *call.items("parameters")):
        spot = source.follow(each)
        where, name = str(spot.get("in", "")), str(spot.get("name", ""))
        if where == "path" and name in gaps:
            name = f"{gaps.index(name)}"
        elif where == "header":
            name = name.lower()
        if not (where == "header" and name in _IGNORED):
            found[where, name] = spot
    return found


def parameters(sides: Sides, old: Mapping[Key, Spot], new: Mapping[Key, Spot], call: tuple[Spot, Spot]) -> Found:
    """How the parameters of two operations differ, and the pairs of those that both have."""
    gone = [key for key in old if key not in new]
    come = [key for key in new if key not in old]
    for was, now in _again(sides, {key: old[key] for key in gone}, {key: new[key] for key in come}).items():
        gone.remove(was)
        come.remove(now)
        moved = was[0] != now[0]
        rule = "parameter-moved" if moved else "parameter-renamed"
        shown = (was[0], now[0]) if moved else tuple(str(each.get("name")) for each in (old[was], new[now]))
        yield Finding(rule=rule, old=old[was], new=new[now], before=shown[0], after=shown[1], read=False)
        yield Edge(kind=PARAMETER, old=old[was], new=new[now], read=False)
    for key in gone:
        sanctioned = old[key].get("deprecated") is True
        rule = "parameter-removed-after-deprecation" if sanctioned else "parameter-removed"
        yield Finding(rule=rule, old=old[key], new=call[1], before=key[1], read=False)
    for key in come:
        yield Finding(rule=_come(sides, new[key]), old=call[0], new=new[key], after=key[1], read=False)
    yield from () if sides.ours else _order(old, new, call)
    for key in old:
        if key in new:
            if key[0] == "path" and old[key].get("name") != new[key].get("name"):
                names = (old[key].get("name"), new[key].get("name"))
                yield Finding(rule="path-parameter-renamed", old=call[0], new=call[1], before=names[0], after=names[1])
            yield Edge(kind=PARAMETER, old=old[key], new=new[key], read=False)


def _order(old: Mapping[Key, Spot], new: Mapping[Key, Spot], call: tuple[Spot, Spot]) -> Found:
    """That what both have stands at other places, as arguments of a generated client do: what is required first."""
    before, after = (sorted(each, key=lambda key: each[key].get("required") is not True) for each in (old, new))
    kept = [key for key in before if key in new]
    # What became required moves by that, and is told already.
    settled = all(old[key].get("required") == new[key].get("required") for key in kept)
    if settled and kept != after[: len(kept)]:
        shown = ", ".join(str(new[key].get("name")) for key in after)
        yield Finding(rule="argument-order-changed", old=call[0], new=call[1], after=shown, read=False)


def _again(sides: Sides, gone: Mapping[Key, Spot], come: Mapping[Key, Spot]) -> dict[Key, Key]:
    """What moved, or got another name."""
    found: dict[Key, Key] = {}
    for key in gone:
        moved = next((each for each in come if each[1] == key[1] and key[0] != "path" != each[0]), None)
        if moved is not None:
            found[key] = moved
    for where in ("query", "header", "cookie"):
        some = _candidates(sides, 0, {key: spot for key, spot in gone.items() if key[0] == where and key not in found})
        others = {key: spot for key, spot in come.items() if key[0] == where and key not in found.values()}
        if some and others:
            pairs = renamed(some, _candidates(sides, 1, others))
            found |= {(where, was): (where, now) for was, now in pairs.items()}
    return found


def _candidates(sides: Sides, side: int, spots: Mapping[Key, Spot]) -> list[Candidate]:
    return [
        Candidate(key[1], spot, sides.shapes[side].of(_described(spot)), number)
        for number, (key, spot) in enumerate(spots.items())
    ]


def _described(parameter: Spot) -> Spot:
    """The schema of a parameter with the parameter's own description, which tells it again."""
    schema = parameter.at("schema")
    return schema if isinstance(schema.node, dict) else Spot({}, schema.place)


def _come(sides: Sides, parameter: Spot) -> str:
    if parameter.get("required") is not True:
        return "parameter-added"
    schema = sides.shapes[1].of(_described(parameter))
    return "required-parameter-with-default-added" if "default" in schema.said else "required-parameter-added"


def parameter(_: Sides, old: Spot, new: Spot) -> Found:
    """How two parameters differ."""
    for rule, before, after in _switches(old, new):
        yield Finding(rule=rule, old=old, new=new, before=before, after=after, read=False)
    styles = tuple(_style(each) for each in (old, new))
    if styles[0] != styles[1] and old.get("in") == new.get("in"):
        yield Finding(rule="parameter-style-changed", old=old, new=new, before=styles[0], after=styles[1], read=False)
    said = demands(old.get("description"), new.get("description"))
    if said is not None:
        yield Finding(rule="described-differently", old=old, new=new, before=said[0], after=said[1], read=False)
    yield from _schemas(old, new)


def _switches(old: Spot, new: Spot) -> list[tuple[str, Any, Any]]:
    found: list[tuple[str, Any, Any]] = []
    if (old.get("required") is True) != (new.get("required") is True):
        optional = new.get("required") is not True
        found.append((f"parameter-became-{'optional' if optional else 'required'}", None, None))
    if (old.get("deprecated") is True) != (new.get("deprecated") is True):
        again = new.get("deprecated") is not True
        found.append((f"parameter-{'reactivated' if again else 'deprecated'}", None, None))
    for keyword, name in _SWITCHES:
        if bool(old.get(keyword)) != bool(new.get(keyword)):
            found.append((f"parameter-{name}-{'allowed' if new.get(keyword) else 'forbidden'}", None, None))
    before, after = old.get("x-sunset"), new.get("x-sunset")
    if before != after:
        way = "added" if before is None else "removed" if after is None else "changed"
        found.append((f"sunset-{way}", before, after))
    return found


def _style(parameter: Spot) -> str:
    style = parameter.get("style") or _STYLES.get(str(parameter.get("in")), "")
    schema = parameter.get("schema") or {}
    if isinstance(schema, dict) and schema.get("type") not in ("array", "object"):
        return str(style)
    exploded = parameter.get("explode", style == "form")
    return f"{style}, {'exploded' if exploded else 'not exploded'}"


def _schemas(old: Spot, new: Spot) -> Found:
    before, after = (isinstance(each.get("schema"), dict) for each in (old, new))
    if before and after:
        yield Edge(kind=SCHEMA, old=old.at("schema"), new=new.at("schema"), read=False)
    elif before != after and bool(old.get("content")) == bool(new.get("content")):
        rule = "parameter-schema-added" if after else "parameter-schema-removed"
        yield Finding(rule=rule, old=old, new=new, read=False)
    one, other = old.members("content"), new.members("content")
    for name in parted(one, other).gone:
        yield Finding(rule="parameter-media-type-removed", old=one[name], new=new, before=name, read=False)
    for name in parted(one, other).come:
        yield Finding(rule="parameter-media-type-added", old=old, new=other[name], after=name, read=False)
    for name in parted(one, other).both:
        yield Edge(kind=MEDIA, old=one[name], new=other[name], read=False)
