"""How the values that a schema lists differ: enumerations, open enumerations, constants."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from conformance.diff.limits import Told
from conformance.diff.shape import Shape

_ABSENT = object()


def choices(old: Shape, new: Shape) -> Told:
    """How the listed values differ."""
    if "const" in old.said or "const" in new.said:
        yield from _constants(_constant(old), _constant(new))
        return
    if old.choices is None or new.choices is None:
        if old.choices is not None:
            yield "no-longer-enum", _shown(old.choices), None
        elif new.choices is not None:
            yield "became-enum", None, _shown(new.choices)
    else:
        yield from _lists("enum", old.choices, new.choices)
    before, after = old.said.get("x-extensible-enum"), new.said.get("x-extensible-enum")
    if isinstance(before, list) and isinstance(after, list):
        yield from _lists("open-enum", before, after)


def _lists(name: str, old: Sequence[Any], new: Sequence[Any]) -> Told:
    before, after = {_key(each): each for each in old}, {_key(each): each for each in new}
    gone = [key for key in before if key not in after]
    come = [key for key in after if key not in before]
    again = {_folded(each): each for each in come} if name == "enum" else {}
    renamed = {key: again.pop(_folded(key)) for key in gone if _folded(key) in again}
    for key, other in renamed.items():
        yield "enum-value-renamed", before[key], after[other]
    for key in gone:
        if key not in renamed:
            yield f"{name}-value-removed", before[key], None
    spelt = set(renamed.values())
    for key in come:
        if key not in spelt:
            yield f"{name}-value-added", None, after[key]


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _folded(key: str) -> str:
    return "".join(each for each in key.casefold() if each.isalnum())


def _constant(shape: Shape) -> Any:
    if "const" in shape.said:
        return shape.said["const"]
    return shape.choices[0] if shape.choices is not None and len(shape.choices) == 1 else _ABSENT


def _constants(before: Any, after: Any) -> Told:
    if before is _ABSENT and after is not _ABSENT:
        yield "const-added", None, after
    elif after is _ABSENT and before is not _ABSENT:
        yield "const-removed", before, None
    elif before is not _ABSENT and _key(before) != _key(after):
        yield "const-changed", before, after


def _shown(values: Sequence[Any]) -> str:
    shown = ", ".join(str(each) for each in values[:8])
    return f"{shown}, and {len(values) - 8} more" if len(values) > 8 else shown
