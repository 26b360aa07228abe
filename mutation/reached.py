"""Which functions make a server keep its promises: those of the reference server, and those that an enforce comes to.

They are found in the source: a rule's ``enforce``, and every function and class of the rules that it names, and that
those name. What only checks and faults use is not among them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = "conformance.rules"
#: http.py is a socket around the server, and miniatures.py holds servers that are wrong on purpose
_PARTS = ("batch", "build", "clock", "door", "lists", "route", "server", "store")
SERVER = tuple(f"conformance.reference.{each}" for each in _PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of a module, or a method of one of its classes."""

    module: str
    name: str
    node: ast.FunctionDef

    @property
    def full(self) -> str:
        """Its name with that of its module."""
        return f"{self.module}.{self.name}"

    def statement(self, line: int) -> frozenset[int]:
        """The lines of the innermost statement around a line; of one with a body, those before it."""
        within = [each for each in ast.walk(self.node) if isinstance(each, ast.stmt)]
        around = [each for each in within if each.lineno <= line <= _end(each)]
        inner = max(around, key=lambda each: (each.lineno, -_end(each)))
        body = getattr(inner, "body", None)
        last = body[0].lineno - 1 if isinstance(body, list) and body else _end(inner)
        return frozenset(range(inner.lineno, max(last, inner.lineno) + 1))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


@cache
def _module(name: str) -> ast.Module:
    return ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text("utf-8"))


@cache
def _imported(module: str) -> dict[str, tuple[str, str]]:
    """Where each name comes from that a module imports from the rules."""
    found = [each for each in _module(module).body if isinstance(each, ast.ImportFrom)]
    return {
        name.asname or name.name: (each.module or "", name.name)
        for each in found
        for name in each.names
        if (each.module or "").startswith(RULES)
    }


@cache
def _defined(module: str) -> dict[str, ast.stmt]:
    """What a module itself defines at its top, by name."""
    found: dict[str, ast.stmt] = {}
    for each in _module(module).body:
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            found[each.name] = each
        elif isinstance(each, ast.Assign | ast.AnnAssign):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            found.update({target.id: each for target in targets if isinstance(target, ast.Name)})
    return found


def functions(module: str, name: str) -> Iterator[Function]:
    """The function of this name, or the methods of the class, so far as no decorator makes something else of them."""
    node = _defined(module)[name]
    own = [(name, node)] if isinstance(node, ast.FunctionDef) else []
    methods = node.body if isinstance(node, ast.ClassDef) and not _abstract(node) else []
    own += [(f"{name}.{each.name}", each) for each in methods if isinstance(each, ast.FunctionDef)]
    for qualified, each in own:
        if not each.decorator_list:
            yield Function(module=module, name=qualified, node=each)


def _abstract(node: ast.ClassDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "Protocol" for each in node.bases)


def _named(module: str, node: ast.AST) -> Iterator[tuple[str, str]]:
    """What of the rules is named in a piece of source, with the module that defines it."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id in _defined(module):
            yield module, each.id
        elif isinstance(each, ast.Name) and _imported(module).get(each.id, (RULES,))[0] != RULES:
            yield _imported(module)[each.id]
        elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            holder, name = _imported(module).get(each.value.id, ("", ""))
            if holder == RULES and each.attr in _defined(f"{RULES}.{name}"):
                yield f"{RULES}.{name}", each.attr


@cache
def reached() -> tuple[Function, ...]:
    """The functions, in the order of their modules: the server's first."""
    rules = [f"{RULES}.{each.stem}" for each in (ROOT / "conformance" / "rules").glob("*.py")]
    open_ = [(each, "enforce") for each in rules if {"RULE", "enforce"} <= _defined(each).keys()]
    open_.append((f"{RULES}.stages", "bare"))
    seen: set[tuple[str, str]] = set()
    while open_:
        module, name = open_.pop()
        if (module, name) in seen or name not in _defined(module):
            continue
        seen.add((module, name))
        node = _defined(module)[name]
        # Annotations name types, which nobody calls.
        parts = node.body if isinstance(node, ast.FunctionDef) else [node]
        open_ += [each for part in parts for each in _named(module, part)]
    server = [(each, name) for each in SERVER for name in _defined(each)]
    return tuple(one for each in [*server, *sorted(seen)] for one in functions(*each))
