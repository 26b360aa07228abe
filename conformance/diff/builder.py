"""A document put together value by value, in the order in which its file has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.errors import BadOption

DEEPEST = 200
_MOST_WARNINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A document's values. ``lines`` has, for the identity of each container, the lines of its members in order."""

    name: str
    data: Any
    lines: Mapping[int, list[int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def line(self, place: tuple[str, ...]) -> int:
        """The line of what stands at a place, or of the nearest thing around it; 0 where lines are not known."""
        found, line = self.data, 1 if self.lines else 0
        for step in place:
            index = _index(found, step)
            held = self.lines.get(id(found), ())
            if index is None or index >= len(held):
                return line
            line = held[index]
            found = found[step] if isinstance(found, dict) else found[index]
        return line


def _index(container: Any, step: str) -> int | None:
    if isinstance(container, dict):
        return next((number for number, key in enumerate(container) if key == step), None)
    return int(step) if isinstance(container, list) and step.isdecimal() and int(step) < len(container) else None


class Builder:
    """Puts values together in the order in which they stand in a file, and keeps their lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[int, list[int]] = {}
        self.warnings: list[str] = []
        self.root: Any = None
        self.last: Any = None
        self._stack: list[tuple[Any, list[int]]] = []
        self._into: Any = None
        self._rows: list[int] = []
        self._key: str | None = None
        self._keys: list[str | None] = []

    def add(self, value: Any, line: int) -> None:
        """A value that holds no others, or the name of a member."""
        into = self._into
        if into is None:
            self.root = value
        elif type(into) is list:
            into.append(value)
            self._rows.append(line)
        elif self._key is None:
            self._named(value, line)
        else:
            into[self._key] = value
            self._key = None

    def _named(self, value: Any, line: int) -> None:
        self._key = key = value if isinstance(value, str) else _key_text(value)
        if key in self._into:
            if len(self.warnings) < _MOST_WARNINGS:
                self.warnings.append(f"{self.name}:{line}: {key!r} stands twice in one mapping; the last one counts")
                self._rows[list(self._into).index(key)] = line
        else:
            # Holds the member's place in the order until its value comes.
            self._into[key] = None
            self._rows.append(line)

    def open(self, container: Any, line: int) -> None:
        """A list or a mapping whose members follow."""
        if len(self._stack) > DEEPEST:
            raise too_deep(self.name, line)
        if type(self._into) is dict and self._key is None:
            raise BadOption(f"{self.name}:{line}: a member's name is itself a list or a mapping", "use a text")
        self.add(container, line)
        rows: list[int] = []
        self.lines[id(container)] = rows
        self._stack.append((self._into, self._rows))
        self._keys.append(self._key)
        self._into, self._rows, self._key = container, rows, None

    def close(self) -> None:
        """The end of the list or mapping that was opened last."""
        self.last = self._into
        self._into, self._rows = self._stack.pop()
        self._key = self._keys.pop()

    def merge(self, name: str) -> None:
        """Takes into the mapping that was closed last what its member ``name`` holds, where it has none of its own."""
        mapping = self.last
        rows = self.lines[id(mapping)]
        del rows[list(mapping).index(name)]
        held = mapping.pop(name)
        for each in held if isinstance(held, list) else [held]:
            for key, value in each.items() if isinstance(each, dict) else ():
                mapping.setdefault(key, value)

    def names(self) -> bool:
        """Whether what comes next is the name of a member."""
        return type(self._into) is dict and self._key is None

    def tree(self) -> Tree:
        """What was built."""
        return Tree(name=self.name, data=self.root, lines=self.lines, warnings=tuple(self.warnings))


def _key_text(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def too_deep(name: str, line: int) -> BadOption:
    """The error for a file that nests too deep."""
    return BadOption(f"{name}:{line}: nested deeper than {DEEPEST} levels", "no OpenAPI document needs that")
