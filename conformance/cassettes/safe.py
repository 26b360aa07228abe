"""Text of a stranger's, YAML or JSON, into plain values: nothing is executed, and nothing grows beyond a limit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from conformance.cassettes.wrong import Place, Wrong

LARGEST = 64 * 1024 * 1024
"""The most bytes that a file may have, and the most characters that its aliases may make of them."""

DEEPEST = 64
"""The most lists and mappings that may stand inside each other."""

_PLAIN = "tag:yaml.org,2002:"
_KNOWN = frozenset(
    f"{_PLAIN}{each}" for each in ("str", "null", "bool", "int", "float", "timestamp", "binary", "seq", "map")
) | {
    "!",
    # Ruby's way of writing the same as !!binary.
    "!binary",
}


class _Loader(yaml.CSafeLoader):
    """The safe loader, to which a date is a text like any other."""


def _binary(loader: _Loader, node: yaml.ScalarNode) -> bytes:
    return loader.construct_yaml_binary(node)


def _text(_loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(node.value)


_Loader.add_constructor("!binary", _binary)
_Loader.add_constructor(f"{_PLAIN}timestamp", _text)


def plain(text: str) -> Any:
    """The values that a text holds. Raises Wrong, with the line, for what is neither JSON nor YAML, or not safe."""
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except RecursionError as error:
            raise Wrong(f"nested deeper than {DEEPEST}", line=1) from error
        except ValueError:
            # YAML has a notation that begins alike; what is neither is told in YAML's words.
            pass
    return _yaml(text)


def line(text: str, at: Place) -> int:
    """The line of a place of a YAML or JSON text, or of the nearest thing around it."""
    try:
        _look(text)
        node = _Loader(text).get_single_node()
    except (yaml.YAMLError, Wrong):
        return 1
    found = node.start_mark.line + 1 if node is not None else 1
    for step in at:
        start, node = _inside(node, step)
        if node is None:
            break
        found = start
    return found


def _inside(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node | None]:
    """The value at one step inside a node, and the line on which it begins: a member begins at its key."""
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.start_mark.line + 1, value) for key, value in node.value if key.value == step]
        return pairs[-1] if pairs else (0, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return 0, None


def _yaml(text: str) -> Any:
    try:
        _look(text)
        return _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Wrong(f"not YAML: {error.problem}", line=mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError) as error:
        raise Wrong(f"not YAML: {' '.join(str(error).split())[:120]}", line=1) from error


@dataclass
class _Weights:
    """How much the values come to once every alias stands for what it repeats."""

    open: list[tuple[str | None, int]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    total: int = 0

    def begin(self, event: yaml.CollectionStartEvent) -> None:
        self.open.append((event.anchor, self.total))
        if event.anchor is not None:
            self.known.pop(event.anchor, None)
        if len(self.open) > DEEPEST:
            raise Wrong(f"nested deeper than {DEEPEST}", line=_line(event))

    def end(self, _event: yaml.CollectionEndEvent) -> None:
        anchor, before = self.open.pop()
        if anchor is not None:
            self.known[anchor] = self.total - before

    def scalar(self, event: yaml.ScalarEvent) -> None:
        if event.value == "<<" and event.implicit[0]:
            raise Wrong("a merge key (<<) has no place in a cassette", line=_line(event))
        self._add(len(event.value) + 1, event)
        if event.anchor is not None:
            self.known[event.anchor] = len(event.value) + 1

    def alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        if name not in self.known:
            raise Wrong(f"the alias *{name[:40]} stands for nothing, or for itself", line=_line(event))
        self._add(self.known[name], event)

    def _add(self, more: int, event: yaml.Event) -> None:
        self.total += more
        if self.total > LARGEST:
            raise Wrong(f"the aliases come to more than {LARGEST // 1024 // 1024} MiB", line=_line(event))


def _look(text: str) -> None:
    """Refuses what must not be composed. The events of the parser come without recursion; its nodes do not."""
    weights = _Weights()
    steps: dict[type[yaml.Event], Callable[[Any], None]] = {
        yaml.MappingStartEvent: weights.begin,
        yaml.SequenceStartEvent: weights.begin,
        yaml.MappingEndEvent: weights.end,
        yaml.SequenceEndEvent: weights.end,
        yaml.ScalarEvent: weights.scalar,
        yaml.AliasEvent: weights.alias,
    }
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _KNOWN:
            raise Wrong(f"the tag {_spelt(tag)} would make an object, which is never done", line=_line(event))
        step = steps.get(type(event))
        if step is not None:
            step(event)


def _spelt(tag: str) -> str:
    return f"!!{tag.removeprefix(_PLAIN)}"[:80] if tag.startswith(_PLAIN) else tag[:80]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
