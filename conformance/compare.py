"""Two documents into the differences between them: equality decides, deepdiff explains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from deepdiff import DeepDiff
from deepdiff.helper import NotPresent

from conformance.document import Value

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where two documents differ. ``path`` is dotted, with list positions in brackets."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}: {self.before} -> {self.after}"


def differences(before: Value, after: Value) -> tuple[Difference, ...]:
    """Every difference, by path; nothing exactly when the documents are equal."""
    if before == after:
        return ()
    found = tuple(
        Difference(path=_path(each.path()), before=say(each.t1), after=say(each.t2))
        for each in _explained(before, after)
    )
    # Equality is the verdict; were the explanation ever empty, the whole documents are shown instead.
    return tuple(sorted(found, key=lambda each: each.path)) or (
        Difference(path="(all)", before=say(before), after=say(after)),
    )


class Missing(Enum):
    """What stands where one of two documents has nothing."""

    MISSING = ABSENT


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place where two documents differ, with the values themselves; ``path`` step by step."""

    path: tuple[str | int, ...]
    before: Value | Missing
    after: Value | Missing


def changes(before: Value, after: Value) -> tuple[Change, ...]:
    """The differences as `differences` finds them, for whoever has to tell their kinds apart."""
    if before == after:
        return ()
    found = tuple(
        Change(path=tuple(each.path(output_format="list")), before=_held(each.t1), after=_held(each.t2))
        for each in _explained(before, after)
    )
    return found or (Change(path=(), before=before, after=after),)


def _held(value: Any) -> Value | Missing:
    held: Value | Missing = MISSING if isinstance(value, NotPresent) else value
    return held


def _explained(before: Value, after: Value) -> Iterator[Any]:
    # Objects that have little in common are told member by member all the same.
    tree = DeepDiff(before, after, view="tree", ignore_type_in_groups=[(tuple, list)], threshold_to_diff_deeper=0)
    return (each for group in tree.values() for each in group)


def _path(path: object) -> str:
    return re.sub(r"\['([^']*)'\]", r".\1", str(path)).removeprefix("root").lstrip(".")


def say(value: object) -> str:
    """A value as a person reads it in a sentence."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Decimal | datetime):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {say(each)}" for name, each in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(say(each) for each in value) + "]"
    return ABSENT
