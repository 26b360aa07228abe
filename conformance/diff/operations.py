"""How the operations of two documents differ, and the pairs of things inside them that are compared in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.diff.bodies import responses
from conformance.diff.finding import BODY, Edge, Finding, Found, Sides
from conformance.diff.parameters import listed, parameters
from conformance.diff.paths import Call, again, keyed
from conformance.diff.schemas import demands
from conformance.diff.security import need, needs
from conformance.diff.source import Spot, parted

#: the levels of x-stability-level, the most stable last
_STABILITY = ("draft", "alpha", "beta", "stable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One operation of both documents, or of one of them."""

    old: Call | None
    new: Call | None

    @property
    def call(self) -> Call:
        """The operation, as the newer document has it."""
        found = self.new or self.old
        assert found is not None
        return found


def pairings(sides: Sides) -> list[Pairing]:
    """The operations of both documents, put together."""
    before, after = keyed(sides.old, sides.new)
    moved = again(
        {key: each for key, each in before.items() if key not in after},
        {key: each for key, each in after.items() if key not in before},
    )
    found = [Pairing(old=each, new=after.get(moved.get(key, key))) for key, each in before.items()]
    taken = set(moved.values())
    found += [Pairing(old=None, new=each) for key, each in after.items() if key not in before and key not in taken]
    return found


def operation(sides: Sides, pairing: Pairing) -> Found:
    """How an operation differs."""
    old, new = pairing.old, pairing.new
    if old is None or new is None:
        yield _alone(sides, pairing)
        return
    pair = (old.spot, new.spot)
    if old.method != new.method or _tail(old) != _tail(new):
        yield Finding(rule="operation-moved", old=old.spot, new=new.spot, before=old.title, after=new.title)
    yield from _lifecycle(*pair)
    yield from _names(*pair)
    given = listed(sides.old, old.item, old.spot, old.gaps), listed(sides.new, new.item, new.spot, new.gaps)
    yield from parameters(sides, *given, pair)
    yield from _bodies(sides, *pair)
    yield from responses(sides, *pair)
    yield from needs(need(sides.old, old.spot), need(sides.new, new.spot))
    yield from _callbacks(*pair)


def _alone(sides: Sides, pairing: Pairing) -> Finding:
    if pairing.old is None:
        assert pairing.new is not None
        return Finding(rule="operation-added", old=sides.old.root.at("paths"), new=pairing.new.spot)
    spot = pairing.old.spot
    sunset = spot.get("x-sunset")
    rule = "operation-removed-after-sunset" if spot.get("deprecated") and sunset else "operation-removed"
    return Finding(rule=rule, old=spot, new=sides.new.root.at("paths"), before=sunset)


def _tail(call: Call) -> str:
    """The last step of a path, which no base has."""
    return call.path.rstrip("/").rpartition("/")[2] if not call.gaps else ""


def _lifecycle(old: Spot, new: Spot) -> Found:
    before, after = (each.get("deprecated") is True for each in (old, new))
    if before != after:
        yield Finding(rule="operation-deprecated" if after else "operation-reactivated", old=old, new=new)
    was, now = old.get("x-sunset"), new.get("x-sunset")
    if was != now:
        way = "added" if was is None else "removed" if now is None else "changed"
        yield Finding(rule=f"sunset-{way}", old=old, new=new, before=was, after=now)
    levels = tuple(str(each.get("x-stability-level", _STABILITY[-1])) for each in (old, new))
    if levels[0] != levels[1] and set(levels) <= set(_STABILITY):
        lower = _STABILITY.index(levels[1]) < _STABILITY.index(levels[0])
        rule = "stability-lowered" if lower else "stability-raised"
        yield Finding(rule=rule, old=old, new=new, before=levels[0], after=levels[1])


def _names(old: Spot, new: Spot) -> Found:
    before, after = old.get("operationId"), new.get("operationId")
    if before != after:
        way = "added" if before is None else "removed" if after is None else "changed"
        yield Finding(rule=f"operation-id-{way}", old=old, new=new, before=before, after=after)
    tags = tuple([str(each.node) for each in spot.items("tags")] for spot in (old, new))
    for each in tags[0]:
        if each not in tags[1]:
            yield Finding(rule="tag-removed", old=old, new=new, before=each)
    for each in tags[1]:
        if each not in tags[0]:
            yield Finding(rule="tag-added", old=old, new=new, after=each)
    said = demands(old.get("description"), new.get("description"))
    if said is not None:
        yield Finding(rule="described-differently", old=old, new=new, before=said[0], after=said[1])


def _bodies(sides: Sides, old: Spot, new: Spot) -> Found:
    before, after = sides.old.follow(old.at("requestBody")), sides.new.follow(new.at("requestBody"))
    if isinstance(before.node, dict) and isinstance(after.node, dict):
        yield Edge(kind=BODY, old=before, new=after, read=False)
    elif isinstance(before.node, dict):
        yield Finding(rule="request-body-removed", old=before, new=new, read=False)
    elif isinstance(after.node, dict):
        required = after.get("required") is True
        rule = "required-request-body-added" if required else "request-body-added"
        yield Finding(rule=rule, old=old, new=after, read=False)


def _callbacks(old: Spot, new: Spot) -> Found:
    before, after = old.members("callbacks"), new.members("callbacks")
    for name, way in _ways(before, after):
        was, now = before.get(name, old), after.get(name, new)
        yield Finding(rule=f"callback-{way}", old=was, new=now, before=name, after=name)


def _ways(before: dict[str, Spot], after: dict[str, Spot]) -> Iterator[tuple[str, str]]:
    names = parted(before, after)
    yield from ((each, "removed") for each in names.gone)
    yield from ((each, "added") for each in names.come)
    yield from ((each, "changed") for each in names.both if before[each].node != after[each].node)


def webhooks(sides: Sides) -> Found:
    """How what the service calls by itself differs."""
    old, new = sides.old.root, sides.new.root
    before, after = old.members("webhooks"), new.members("webhooks")
    for name, way in _ways(before, after):
        was, now = before.get(name, old), after.get(name, new)
        yield Finding(rule=f"webhook-{way}", old=was, new=now, before=name, after=name)
