"""One side of a comparison: an OpenAPI document, or something else in its form, whose references can be followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conformance.contract.located import Place, pointer
from conformance.diff.builder import Tree
from conformance.errors import BadOption

#: what may stand beside a reference without changing what it leads to
_REMARKS = frozenset(("$ref", "description", "summary", "example", "examples", "externalDocs", "title", "xml"))
_MOST_STEPS = 100


class Spot(NamedTuple):
    """A value of a document, and where it stands."""

    node: Any
    place: Place

    def get(self, key: str, default: Any = None) -> Any:
        """A member, where the value is a mapping that has it and it is not null."""
        found = self.node.get(key) if isinstance(self.node, dict) else None
        return default if found is None else found

    def at(self, *steps: str) -> Spot:
        """What stands further in; nothing is a null."""
        found = self.node
        for step in steps:
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            else:
                found = None
        return Spot(found, (*self.place, *steps))

    def members(self, key: str) -> dict[str, Spot]:
        """The members of a mapping further in."""
        held = self.get(key)
        return {} if not isinstance(held, dict) else {name: self.at(key, name) for name in held}

    def items(self, key: str) -> list[Spot]:
        """The items of a list further in."""
        held = self.get(key)
        return [] if not isinstance(held, list) else [self.at(key, str(index)) for index in range(len(held))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document to compare. ``file`` is what annotations name; a generation of ours has none."""

    name: str
    tree: Tree
    file: str = ""
    #: whether it is one of ours, whose extensions mean something
    ours: bool = False
    #: what a person should hear about it
    notes: list[str] = field(default_factory=list)
    _merged: dict[int, Spot] = field(default_factory=dict)

    @property
    def root(self) -> Spot:
        """The whole document."""
        return Spot(self.tree.data, ())

    @property
    def whole(self) -> bool:
        """Whether it has operations, and not components alone."""
        return bool(self.root.get("paths"))

    def note(self, place: Place, problem: str) -> None:
        """Keeps something to say, once."""
        said = f"{self.name}:{self.tree.line(place)}: {problem}"
        if said not in self.notes:
            self.notes.append(said)

    def follow(self, spot: Spot) -> Spot:
        """What a spot's reference leads to, with what stands beside the reference winning over it."""
        if type(spot.node) is not dict or "$ref" not in spot.node:
            return spot
        if not _REMARKS.issuperset(spot.node):
            known = self._merged.get(id(spot.node))
            if known is None:
                known = self._merged[id(spot.node)] = self._beside(spot)
            return known
        return self._target(spot)

    def _beside(self, spot: Spot) -> Spot:
        beside = {key: value for key, value in spot.node.items() if key != "$ref"}
        if not any(not key.startswith("x-") and key not in _REMARKS for key in beside):
            return self._target(spot)
        target = self._target(spot)
        return Spot({**target.node, **beside}, target.place)

    def _target(self, spot: Spot) -> Spot:
        found = spot
        for _ in range(_MOST_STEPS):
            if type(found.node) is not dict or "$ref" not in found.node:
                return found
            found = self._step(found)
        line = self.tree.line(spot.place)
        raise BadOption(f"{self.name}:{line}: {spot.node['$ref']!r} leads back to itself", "let it lead to a schema")

    def _step(self, spot: Spot) -> Spot:
        reference = spot.node["$ref"]
        if not isinstance(reference, str):
            self.note(spot.place, "a $ref that is no text")
            return Spot({}, spot.place)
        if not reference.startswith("#"):
            line = self.tree.line((*spot.place, "$ref"))
            problem = f"{self.name}:{line}: {reference[:200]!r} leads out of the document"
            raise BadOption(problem, "nothing is fetched: bundle the document into one file first")
        found = self.root.at(*pointer(reference[1:]))
        if not isinstance(found.node, dict):
            self.note(spot.place, f"{reference[:200]!r} leads nowhere; what it should lead to may be anything")
            # Texts that lead nowhere are still compared with each other.
            return Spot({"x-nowhere": reference}, spot.place)
        return found


class Parted(NamedTuple):
    """The names that only the old side has, only the new side has, and both have, in their order."""

    gone: list[str]
    come: list[str]
    both: list[str]

    def only(self, wanted: Callable[[str], bool]) -> Parted:
        """Those that are wanted."""
        return Parted(*([each for each in names if wanted(each)] for names in self))


def parted(old: Mapping[str, Any], new: Mapping[str, Any]) -> Parted:
    """How the names of two mappings part."""
    return Parted(
        [each for each in old if each not in new],
        [each for each in new if each not in old],
        [each for each in old if each in new],
    )
