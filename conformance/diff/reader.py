"""YAML read event by event: depth is counted, nothing recurses, nothing but plain values is made.

Scalars follow YAML 1.2, as OpenAPI asks: ``no`` and ``2020-01-01`` are texts. An alias is the value that it names, not
a copy of it, so it costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from conformance.diff.builder import Builder, Tree
from conformance.errors import BadOption

_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"[-+]?(?:\d+|0o[0-7]+|0x[0-9a-fA-F]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)")
_STARTS = frozenset("0123456789+-.")
_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = (f"{_CORE}str", "!")
_TAGS = tuple(_CORE + each for each in ("int", "float", "bool", "null", "seq", "map"))
_MERGE = "<<"
_MOST = 1_000_000


class Reader:
    """Reads YAML event by event, so that depth is counted and nothing recurses."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._builder = Builder(name)
        self._anchors: dict[str, Any] = {}
        self._sizes: dict[int, int] = {}
        #: the anchors of what is open, by how deep it is
        self._open: list[str | None] = []

    def read(self) -> Tree:
        """The tree. Raises BadOption for what is no YAML, or more than values."""
        try:
            self._events(yaml.CSafeLoader(self._text))
        except yaml.YAMLError as error:
            raise _unreadable(self._name, error) from error
        return self._builder.tree()

    def _events(self, parser: Any) -> None:
        builder, documents = self._builder, 0
        steps = {
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }
        while True:
            event = parser.get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                if event.anchor is None and event.tag is None and (not event.implicit[0] or builder.names()):
                    builder.add(event.value, event.start_mark.line + 1)
                else:
                    self._scalar(event)
            elif kind in steps:
                steps[kind](event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise BadOption(f"{self._name} holds more than one document", "give one document a file")
            elif kind is yaml.StreamEndEvent:
                return

    def _scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._refuse_tag(event, line)
        plain = event.implicit[0] and event.tag not in _TEXT_TAGS and not self._builder.names()
        value = _value(event.value) if plain or event.tag in _TAGS else event.value
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._builder.add(value, line)

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag is not None and event.tag not in (*_TEXT_TAGS, *_TAGS):
            raise BadOption(f"{self._name}:{line}: the tag {event.tag!r} is not read", "write plain YAML")

    def _start(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self._refuse_tag(event, line)
        self._builder.open({} if type(event) is yaml.MappingStartEvent else [], line)
        self._open.append(event.anchor)

    def _end(self, _: Any) -> None:
        self._builder.close()
        if type(self._builder.last) is dict and _MERGE in self._builder.last:
            self._builder.merge(_MERGE)
        anchor = self._open.pop()
        if anchor is not None:
            self._anchors[anchor] = self._builder.last

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            inside = event.anchor in self._open
            problem = "leads back to itself" if inside else "names nothing before it"
            raise BadOption(f"{self._name}:{line}: the alias *{event.anchor} {problem}", "write the value out")
        value = self._anchors[event.anchor]
        if self._size(value) > _MOST:
            problem = f"the alias *{event.anchor} stands for more than {_MOST:,} values"
            raise BadOption(f"{self._name}:{line}: {problem}", "no OpenAPI document needs that")
        self._builder.add(value, line)

    def _size(self, value: Any) -> int:
        """How many values a value holds, counted as if each alias were written out."""
        if not isinstance(value, dict | list):
            return 1
        if id(value) not in self._sizes:
            inner = value.values() if isinstance(value, dict) else value
            self._sizes[id(value)] = 1 + sum(map(self._size, inner))
        return self._sizes[id(value)]


def _value(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS or len(text) > 40 or not _NUMBER.fullmatch(text):
        return text
    if text[-1].isdecimal() and text.lstrip("+-").isdecimal():
        return int(text)
    return int(text, 0) if text.lstrip("+-")[:2] in ("0o", "0x") else float(text)


def _unreadable(name: str, error: yaml.YAMLError) -> BadOption:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"{name}:{mark.line + 1}" if mark is not None else name
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
    return BadOption(f"{place}: not YAML: {problem}", "mend the syntax")
