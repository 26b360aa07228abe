"""How what a caller must show differs: the requirements of operations, and the schemes themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from conformance.diff.finding import Finding, Found
from conformance.diff.source import Source, Spot, parted

Way = frozenset[tuple[str, frozenset[str]]]
"""One way of being let in: schemes with their scopes, all of which are needed."""

_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "openIdConnectUrl")
_FACTS = ("type", "in", "name", "scheme", "bearerFormat")


class Need(NamedTuple):
    """What an operation asks of its caller: any of these ways; none at all means that it asks nothing."""

    ways: frozenset[Way]
    spot: Spot


def need(source: Source, call: Spot) -> Need:
    """What an operation asks for, by itself or by what holds for the whole document."""
    own = isinstance(call.node, dict) and "security" in call.node
    around = call if own else source.root
    listed = around.items("security")
    ways = frozenset(_way(each.node) for each in listed if isinstance(each.node, dict))
    return Need(frozenset() if frozenset() in ways else ways, around.at("security"))


def _way(node: Mapping[str, Any]) -> Way:
    held = ((name, scopes if isinstance(scopes, list) else ()) for name, scopes in node.items())
    return frozenset((name, frozenset(map(str, scopes))) for name, scopes in held)


def needs(old: Need, new: Need) -> Found:
    """How two needs differ."""
    if old.ways == new.ways:
        return
    if not old.ways or not new.ways:
        rule = "became-secured" if new.ways else "became-open"
        yield Finding(rule=rule, old=old.spot, new=new.spot, before=_all(old.ways), after=_all(new.ways))
        return
    gone, come = _sorted(old.ways - new.ways), _sorted(new.ways - old.ways)
    for was in [*gone]:
        now = next((each for each in come if {name for name, _ in each} == {name for name, _ in was}), None)
        if now is not None:
            gone.remove(was)
            come.remove(now)
            for rule, scope in _scopes(was, now):
                yield Finding(rule=rule, old=old.spot, new=new.spot, before=scope, after=scope)
    for each in gone:
        yield Finding(rule="security-removed", old=old.spot, new=new.spot, before=_told(each))
    for each in come:
        yield Finding(rule="security-added", old=old.spot, new=new.spot, after=_told(each))


def _scopes(old: Way, new: Way) -> Iterator[tuple[str, str]]:
    before, after = dict(old), dict(new)
    for name in sorted(before):
        yield from (("scope-removed", each) for each in sorted(before[name] - after[name]))
        yield from (("scope-added", each) for each in sorted(after[name] - before[name]))


def _sorted(ways: frozenset[Way]) -> list[Way]:
    return sorted(ways, key=_told)


def _told(way: Way) -> str:
    return " and ".join(
        f"{name} ({', '.join(sorted(scopes))})" if scopes else name for name, scopes in sorted(way, key=str)
    )


def _all(ways: frozenset[Way]) -> str:
    return " or ".join(map(_told, _sorted(ways))) or "nothing"


def schemes(old: Source, new: Source) -> Found:
    """How the security schemes of two documents differ."""
    one, other = (each.root.at("components").members("securitySchemes") for each in (old, new))
    for name in parted(one, other).gone:
        yield Finding(rule="security-scheme-removed", old=one[name], new=new.root, before=name)
    for name in parted(one, other).come:
        yield Finding(rule="security-scheme-added", old=old.root, new=other[name], after=name)
    for name in parted(one, other).both:
        yield from _scheme(name, old.follow(one[name]), new.follow(other[name]))


def _scheme(name: str, old: Spot, new: Spot) -> Found:
    before, after = ({each: spot.get(each) for each in _FACTS if spot.get(each)} for spot in (old, new))
    if before != after:
        shown = tuple(" ".join(map(str, each.values())) for each in (before, after))
        rule = "security-scheme-changed"
        yield Finding(rule=rule, old=old, new=new, before=shown[0], after=shown[1], about=name)
    yield from _urls(name, old, new)
    flows, others = old.members("flows"), new.members("flows")
    for flow in parted(flows, others).gone:
        yield Finding(rule="security-flow-removed", old=flows[flow], new=new, before=flow, about=name)
    for flow in parted(flows, others).come:
        yield Finding(rule="security-flow-added", old=old, new=others[flow], after=flow, about=name)
    for flow in parted(flows, others).both:
        yield from _urls(name, flows[flow], others[flow])
        yield from _known(name, flows[flow], others[flow])


def _urls(name: str, old: Spot, new: Spot) -> Found:
    for each in _URLS:
        if old.get(each) != new.get(each):
            shown = (old.get(each, "nothing"), new.get(each, "nothing"))
            rule = "security-scheme-url-changed"
            yield Finding(rule=rule, old=old, new=new, before=shown[0], after=shown[1], about=name)


def _known(name: str, old: Spot, new: Spot) -> Found:
    """The scopes that a flow knows."""
    one, other = old.members("scopes"), new.members("scopes")
    for scope in {**one, **other}:
        way = "added" if scope not in one else "removed" if scope not in other else "changed"
        if way != "changed" or one[scope].node != other[scope].node:
            was, now = one.get(scope, old), other.get(scope, new)
            yield Finding(rule=f"scheme-scope-{way}", old=was, new=now, before=scope, after=scope, about=name)
