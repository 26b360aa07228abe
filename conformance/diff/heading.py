"""How two documents differ at their heads: versions, titles, servers."""

from __future__ import annotations

import re

from conformance.diff.finding import Finding, Found, Sides
from conformance.diff.source import Source, Spot


def heading(sides: Sides) -> Found:
    """How the heads differ."""
    old, new = sides.old.root, sides.new.root
    yield from _told("openapi-changed", old.at("openapi"), new.at("openapi"))
    yield from _told("title-changed", old.at("info", "title"), new.at("info", "title"))
    before, after = old.at("info", "version"), new.at("info", "version")
    if before.node != after.node and before.node is not None and after.node is not None:
        back = (_parts(after.node) or ()) < (_parts(before.node) or ())
        rule = "version-decreased" if back else "version-changed"
        yield Finding(rule=rule, old=before, new=after, before=before.node, after=after.node)
    yield from _servers(sides)


def _told(rule: str, old: Spot, new: Spot) -> Found:
    if old.node != new.node and old.node is not None and new.node is not None:
        yield Finding(rule=rule, old=old, new=new, before=old.node, after=new.node)


def _parts(version: object) -> tuple[int, ...] | None:
    found = re.match(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?", str(version))
    return tuple(int(each or 0) for each in found.groups()) if found else None


def unraised(sides: Sides) -> Finding | None:
    """That a document which breaks somebody has not the version to say so; None where it has."""
    old, new = (each.root.at("info", "version") for each in (sides.old, sides.new))
    before, after = _parts(old.node), _parts(new.node)
    if not before or not after or old.node is None or new.node is None or after < before:
        return None
    if before == after:
        return Finding(rule="version-not-raised", old=old, new=new, before=old.node, after=new.node)
    if before[0] == after[0]:
        return Finding(rule="major-version-not-raised", old=old, new=new, before=old.node, after=new.node)
    return None


def _servers(sides: Sides) -> Found:
    before, after = _urls(sides.old), _urls(sides.new)
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    if len(gone) == len(come) == 1 and len(before) == len(after) == 1:
        was, now = gone[0], come[0]
        yield Finding(rule="server-changed", old=before[was], new=after[now], before=was, after=now)
        return
    if not before or not after:
        return
    for each in gone:
        yield Finding(rule="server-removed", old=before[each], new=sides.new.root.at("servers"), before=each)
    for each in come:
        yield Finding(rule="server-added", old=sides.old.root.at("servers"), new=after[each], after=each)


def _urls(source: Source) -> dict[str, Spot]:
    return {str(each.get("url", "")).rstrip("/"): each for each in source.root.items("servers")}
