"""What two schemas say of a single value: types, formats, choices, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.diff.shape import Shape

Told = Iterator[tuple[str, Any, Any]]
"""A rule, and what stood there before and stands there now."""

_NAMES = {
    "maxLength": "max-length",
    "maxItems": "max-items",
    "maxProperties": "max-properties",
    "maximum": "maximum",
    "minLength": "min-length",
    "minItems": "min-items",
    "minProperties": "min-properties",
    "minimum": "minimum",
}
_NO_LIMIT = {"minLength", "minItems", "minProperties"}
_WIDER = {("int32", "int64"), ("float", "double")}
_NEAR = 1e-9
_ANY_TEXT = (".*", "^.*$", "[\\s\\S]*", "")


def types(old: Shape, new: Shape) -> Told:
    """How the types differ."""
    if old.nullable != new.nullable:
        yield ("became-nullable" if new.nullable else "became-not-nullable"), None, None
    before, after = _types(old), _types(new)
    if before == after:
        return
    if not after or (before and _spread(before) < _spread(after)):
        yield "type-widened", _listed(before), _listed(after)
    elif not before or _spread(after) < _spread(before):
        yield "type-narrowed", _listed(before), _listed(after)
    else:
        yield "type-changed", _listed(before), _listed(after)


def same_kind(old: Shape, new: Shape) -> bool:
    """Whether what is said beyond the types can be compared."""
    before, after = _types(old), _types(new)
    return not before or not after or bool(_spread(before) & _spread(after))


def _types(shape: Shape) -> frozenset[str]:
    if "false" in shape.said:
        return frozenset(("nothing",))
    if shape.types or not shape.choices:
        return shape.types
    kinds = {_kind(each) for each in shape.choices}
    return frozenset(kinds)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number" if isinstance(value, int | float) else "object"


def _spread(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _listed(types: frozenset[str]) -> str:
    return " or ".join(sorted(types)) or "anything"


def formats(old: Shape, new: Shape) -> Told:
    """How formats, patterns and encodings differ."""
    before, after = old.said.get("format"), new.said.get("format")
    if before != after:
        yield _format_rule(before, after), before, after
    before, after = old.said.get("pattern"), new.said.get("pattern")
    if before != after:
        yield _pattern_rule(before, after), before, after
    for keyword in ("contentEncoding", "contentMediaType"):
        if old.said.get(keyword) != new.said.get(keyword):
            yield "content-encoding-changed", old.said.get(keyword), new.said.get(keyword)


def _format_rule(before: Any, after: Any) -> str:
    if before is None or after is None:
        return "format-added" if before is None else "format-removed"
    if (before, after) in _WIDER:
        return "format-widened"
    return "format-narrowed" if (after, before) in _WIDER else "format-changed"


def _pattern_rule(before: Any, after: Any) -> str:
    if before is None or after is None:
        return "pattern-added" if before is None else "pattern-removed"
    return "pattern-generalized" if after in _ANY_TEXT else "pattern-changed"


def defaults(old: Shape, new: Shape) -> Told:
    """How the defaults differ."""
    had, has = "default" in old.said, "default" in new.said
    before, after = old.said.get("default"), new.said.get("default")
    if had and has and not _same(before, after):
        yield "default-changed", before, after
    elif had != has:
        yield ("default-added" if has else "default-removed"), before, after


def _same(before: Any, after: Any) -> bool:
    return bool(before == after) and isinstance(before, bool) == isinstance(after, bool)


def limits(old: Shape, new: Shape) -> Told:
    """How the limits differ."""
    for keyword, name in _NAMES.items():
        before, after = _limit(old, keyword), _limit(new, keyword)
        if before == after:
            continue
        shown = (_shown(keyword, before), _shown(keyword, after))
        if before is None or after is None:
            yield f"{name}-{'added' if before is None else 'removed'}", *shown
        else:
            yield f"{name}-{_way(keyword, before, after)}", *shown
    yield from _multiples(old.said.get("multipleOf"), new.said.get("multipleOf"))
    if bool(old.said.get("uniqueItems")) != bool(new.said.get("uniqueItems")):
        yield ("items-became-unique" if new.said.get("uniqueItems") else "items-need-not-be-unique"), None, None


def _limit(shape: Shape, keyword: str) -> tuple[float, bool] | None:
    held = shape.limits.get(keyword)
    return None if held is not None and keyword in _NO_LIMIT and held[0] == 0 else held


def _way(keyword: str, before: tuple[float, bool], after: tuple[float, bool]) -> str:
    if before[0] != after[0]:
        return "increased" if after[0] > before[0] else "decreased"
    # The same number, but excluded or no longer so: a maximum sinks by that, a minimum rises.
    return "decreased" if after[1] == keyword.startswith("max") else "increased"


def _shown(keyword: str, bound: tuple[float, bool] | None) -> Any:
    if bound is None or not bound[1]:
        return None if bound is None else bound[0]
    return f"{'under' if keyword.startswith('max') else 'over'} {bound[0]}"


def _multiples(before: Any, after: Any) -> Told:
    if before == after:
        return
    if before is None or after is None:
        yield ("multiple-of-added" if before is None else "multiple-of-removed"), before, after
    elif _divides(before, after):
        yield "multiple-of-narrowed", before, after
    else:
        yield ("multiple-of-widened" if _divides(after, before) else "multiple-of-changed"), before, after


def _divides(part: Any, whole: Any) -> bool:
    try:
        return bool(abs(whole / part - round(whole / part)) < _NEAR)
    except (TypeError, ZeroDivisionError, OverflowError, ValueError):
        return False
