"""The bytes of a stranger's file as a tree, whatever they are: YAML, JSON, or nothing that can be compared."""

from __future__ import annotations

import json
import re

from conformance.diff.builder import Builder, Tree, too_deep
from conformance.diff.reader import Reader
from conformance.errors import BadOption

LARGEST = 32 * 1024 * 1024

_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_MARK = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}\n]|[^\s\[\]{},:"]+')


def grown(name: str, content: bytes) -> Tree:
    """The tree in a file's bytes. Raises BadOption, in one line, for what cannot be read."""
    if len(content) > LARGEST:
        raise BadOption(f"{name} is larger than {LARGEST // 1024 // 1024} MiB", "compare a slice of it")
    text = _decoded(name, content)
    if not text.strip():
        raise BadOption(f"{name} is empty", "give an OpenAPI document, an XSD or a generation")
    if text.lstrip()[0] in "{[":
        tree = _json(name, text)
        if tree is not None:
            return tree
    return Reader(name, text).read()


def _decoded(name: str, content: bytes) -> str:
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadOption(f"{name}:{line}: not UTF-8", "save the file as UTF-8") from error


def _json(name: str, text: str) -> Tree | None:
    """The tree of a JSON document; None where it is something else, such as YAML in flow style."""
    try:
        json.loads(text)
    except RecursionError as error:
        raise too_deep(name, 1) from error
    except ValueError:
        return None
    builder, line = Builder(name), 1
    for match in _MARK.finditer(text):
        mark = match.group()
        if mark == "\n":
            line += 1
        elif mark in "{[":
            builder.open({} if mark == "{" else [], line)
        elif mark in "}]":
            builder.close()
        else:
            # NaN equals nothing, not even itself: two files that say it would differ for ever.
            builder.add(mark if mark in _NO_NUMBERS else json.loads(mark), line)
    return builder.tree()
