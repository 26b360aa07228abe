"""A schema as one flat value: references followed, ``allOf`` merged, the spellings of OpenAPI 3.0 and 3.1 made one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.diff.source import Source, Spot
from conformance.errors import BadOption

_UPPER = ("maxLength", "maxItems", "maxProperties")
_LOWER = ("minLength", "minItems", "minProperties")
_IMPLIED = (("properties", "object"), ("additionalProperties", "object"), ("items", "array"), ("prefixItems", "array"))
#: what a schema may say beyond what is compared word by word
CONDITIONS = (
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
)
#: how extensions begin that say what kind of value stands there, such as a date in a spelling of its own
MARKS = "x-is-"
_DEEPEST = 60


@dataclass(slots=True, kw_only=True)
class Shape:
    """What a schema lets through. ``said`` holds the keywords that are compared as they stand."""

    spot: Spot
    types: frozenset[str] = frozenset()
    nullable: bool = False
    said: dict[str, Any] = field(default_factory=dict)
    choices: tuple[Any, ...] | None = None
    #: limits by keyword; a bound of a number is with whether it is excluded itself
    limits: dict[str, tuple[float, bool]] = field(default_factory=dict)
    properties: dict[str, Spot] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Spot | None = None
    #: whether undeclared members may stand, and of which schema they are then
    open: bool = True
    extra: Spot | None = None
    #: the branches of oneOf, anyOf and not
    branches: dict[str, list[Spot]] = field(default_factory=dict)


class Shapes:
    """The flat forms of one document's schemas, each made once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._known: dict[int, Shape] = {}
        self._trail: list[int] = []

    def of(self, spot: Spot) -> Shape:
        """The flat form of the schema at a spot."""
        spot = self.source.follow(spot)
        if not isinstance(spot.node, dict):
            return Shape(spot=spot, said={"false": True} if spot.node is False else {})
        known = self._known.get(id(spot.node))
        if known is None:
            known = self._known[id(spot.node)] = Shape(spot=spot)
            self._fill(known)
        return known

    def _fill(self, found: Shape) -> None:
        if len(self._trail) > _DEEPEST:
            line = self.source.tree.line(found.spot.place)
            raise BadOption(f"{self.source.name}:{line}: schemas composed deeper than {_DEEPEST}", "flatten them")
        _types(found)
        _values(found)
        _limits(found)
        _members(found)
        self._trail.append(id(found.spot.node))
        self._compose(found)
        self._trail.pop()

    def _compose(self, found: Shape) -> None:
        for keyword in ("oneOf", "anyOf"):
            branches = found.spot.items(keyword)
            real = [each for each in branches if not _null(self.source.follow(each))]
            if len(real) < len(branches):
                found.nullable = True
            if len(real) == 1:
                self._merge(found, real[0])
            elif real:
                found.branches[keyword] = real
        if isinstance(found.spot.get("not"), dict):
            found.branches["not"] = [found.spot.at("not")]
        for each in found.spot.items("allOf"):
            self._merge(found, each)

    def _merge(self, found: Shape, spot: Spot) -> None:
        # A schema that includes itself adds nothing to itself.
        if id(self.source.follow(spot).node) not in self._trail:
            _merge(found, self.of(spot))


def _types(found: Shape) -> None:
    declared = found.spot.get("type")
    names = (
        set(map(str, declared)) if isinstance(declared, list) else {declared} if isinstance(declared, str) else set()
    )
    found.nullable = found.spot.get("nullable") is True or "null" in names
    only_null = names == {"null"}
    names.discard("null")
    if not names and not only_null:
        names = {name for keyword, name in _IMPLIED if keyword in found.spot.node}
    found.types = frozenset(names)


def _values(found: Shape) -> None:
    node = found.spot.node
    choices = node.get("enum")
    if isinstance(choices, list):
        found.choices = tuple(each for each in choices if each is not None)
    for keyword, value in node.items():
        if keyword in _TEXTS and not isinstance(value, str):
            continue
        if keyword in _SAID or keyword.startswith(MARKS):
            found.said[keyword] = value


#: keywords that mean nothing unless they are a text
_TEXTS = frozenset(("format", "pattern", "contentEncoding", "contentMediaType", "x-shown", "x-write", "x-keyed-by"))
_SAID = frozenset(
    (
        "format",
        "pattern",
        "const",
        "default",
        "readOnly",
        "writeOnly",
        "deprecated",
        "description",
        "multipleOf",
        "uniqueItems",
        "discriminator",
        "xml",
        "contentEncoding",
        "contentMediaType",
        "x-extensible-enum",
        "x-sunset",
        "x-nowhere",
        "x-required-on-create",
        "x-write",
        "x-shown",
        "x-keyed-by",
        "x-formats",
        *CONDITIONS,
    )
)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _limits(found: Shape) -> None:
    node = found.spot.node
    for keyword in (*_UPPER, *_LOWER):
        if _number(node.get(keyword)):
            found.limits[keyword] = (node[keyword], False)
    for keyword, exclusive, sign in (("maximum", "exclusiveMaximum", 1), ("minimum", "exclusiveMinimum", -1)):
        bound, excluded = node.get(keyword), node.get(exclusive)
        bounds = [(bound, excluded is True)] if _number(bound) else []
        # In 3.1 the excluded bound is a number of its own.
        bounds += [(excluded, True)] if _number(excluded) else []
        if bounds:
            found.limits[keyword] = min(bounds, key=lambda each: (sign * each[0], not each[1]))


def _members(found: Shape) -> None:
    spot = found.spot
    found.properties = spot.members("properties")
    required = spot.get("required", ())
    found.required = frozenset(map(str, required)) if isinstance(required, list) else frozenset()
    if isinstance(spot.get("items"), dict):
        found.items = spot.at("items")
    extra = spot.node.get("additionalProperties")
    found.open = extra is not False
    found.extra = spot.at("additionalProperties") if isinstance(extra, dict) and extra else None


def _null(spot: Spot) -> bool:
    return isinstance(spot.node, dict) and spot.node.get("type") == "null"


def _merge(found: Shape, other: Shape) -> None:
    """Both must hold; what stands nearer wins where they say the same thing."""
    found.types = found.types or other.types
    found.nullable = found.nullable or other.nullable
    found.said = {**other.said, **found.said}
    if other.choices is not None:
        found.choices = other.choices if found.choices is None else tuple(_both(found.choices, other.choices))
    for keyword, bound in other.limits.items():
        pick = min if keyword.startswith("max") else max
        found.limits[keyword] = pick(found.limits.get(keyword, bound), bound)
    found.properties = {**other.properties, **found.properties}
    found.required |= other.required
    found.items = found.items or other.items
    found.open = found.open and other.open
    found.extra = found.extra or other.extra
    found.branches = {**other.branches, **found.branches}


def _both(some: tuple[Any, ...], others: tuple[Any, ...]) -> Iterator[Any]:
    known = set(map(repr, others))
    return (each for each in some if repr(each) in known)
