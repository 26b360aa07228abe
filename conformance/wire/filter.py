"""Filter expressions of a list, parsed: the only door to lark.

An expression is a tree of `Node`; what it means for a record is said in `filtered`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias, Union

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

LONGEST = 8_000
"""The most characters of an expression that are parsed."""

DEEPEST = 60
"""The most brackets that may stand open."""

Part: TypeAlias = Union["Node", str]


@dataclass(eq=False)
class BadExpression(Exception):
    """An expression outside the grammar, with the reason in the words of the parser that the API uses."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Node:
    """One step. ``kind`` is the name of its rule in ``filter.lark``."""

    kind: str
    parts: tuple[Part, ...]


@cache
def _grammar() -> Lark:
    return Lark(files("conformance.wire").joinpath("filter.lark").read_text("utf-8"), parser="lalr")


def parse(text: str) -> Node:
    """The tree of an expression. Raises BadExpression."""
    if len(text) > LONGEST or text.count("(") > DEEPEST:
        raise BadExpression("the expression is too long")
    _literals(text)
    try:
        tree = _grammar().parse(text)
    except (LarkError, RecursionError) as error:
        raise BadExpression("Syntax error") from error
    return _node(tree)


def _literals(text: str) -> None:
    """Refuses literals that do not end, and those in single quotes, which are single characters."""
    outside = "".join(text.replace('""', "").split('"')[::2])
    if text.count('"') % 2:
        raise BadExpression("Unterminated string literal")
    if "'" in outside:
        raise BadExpression("Character literal must contain exactly one character")


def _node(tree: Tree[Token] | Token) -> Node:
    if isinstance(tree, Token):
        return Node(str(tree.type), (str(tree),))
    kind = str(tree.data)
    if kind in ("either", "both"):
        return Node(kind, tuple(_node(each) for each in tree.children if not isinstance(each, Token)))
    return Node(kind, tuple(str(each) if isinstance(each, Token) else _node(each) for each in tree.children if each))
