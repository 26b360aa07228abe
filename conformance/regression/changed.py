"""One change in one answer, and how its place and its values are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conformance.compare import Change, Missing, say
from conformance.contract.model import Contract
from conformance.document import Value, empty
from conformance.regression.names import Identifier, Notation
from conformance.regression.table import VALUES, row
from conformance.wire.scalar import ZERO_GUID

SHORT, SENTENCE = 160, 400
"""Characters of a value that are shown, and of a sentence."""

_LABEL = re.compile(r"\[.*\]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A change in an answer. ``path`` is the same for all records; ``exact`` says which one it was."""

    rule: str
    path: str
    before: str
    after: str
    request: str
    exact: str = ""
    #: what tells apart changes of one rule at one place
    detail: str = ""


def place(contract: Contract, change: Change, *, failed: bool) -> dict[str, str]:
    """The change as a rule, a path and two texts."""
    was, now = kind(change.before), kind(change.after)
    return {
        "rule": row(VALUES, _place(contract, change.path, failed=failed), was, now),
        "path": path(change.path, exactly=False),
        "exact": path(change.path, exactly=True),
        "before": _told(change.before, was),
        "after": _told(change.after, now),
    }


def _told(value: Value | Missing, kind_: str) -> str:
    return str(value) if kind_ == "notation" else shown(say(value))


def _place(contract: Contract, steps: Sequence[str | int], *, failed: bool) -> str:
    names = contract.errors
    last, above = (steps[-1] if steps else ""), steps[-2:-1]
    if isinstance(last, int) or _LABEL.fullmatch(last):
        return "record" if above and above[0] in (contract.resource.many, names.elements) else "item"
    if not (failed or {names.validation_errors, names.errors, names.elements} & set(steps)):
        return "value"
    if last in (names.message, names.description, names.detail):
        return "message"
    return "code" if last in (names.number, names.type, names.exception_type, names.title) else "value"


def path(steps: Sequence[str | int], *, exactly: bool) -> str:
    """The steps with dots between names; positions and keys in brackets, or the brackets alone."""
    text = ""
    for each in steps:
        if isinstance(each, int) or _LABEL.fullmatch(each):
            label = f"[{each}]" if isinstance(each, int) else each
            text += label if exactly else "[]"
        else:
            text += f".{each}" if text else each
    return text or "(all)"


def kind(value: Value | Missing) -> str:
    """What a value is, as the table calls it."""
    if isinstance(value, Missing):
        return "absent"
    if value is None:
        return "null"
    for type_, name in ((Notation, "notation"), (Identifier, "identifier"), (bool, "boolean"), (Decimal, "number")):
        if isinstance(value, type_):
            return name
    if value == ZERO_GUID or empty(value):
        return "empty"
    return "object" if isinstance(value, Mapping) else "list" if isinstance(value, tuple) else "text"


def shown(text: str, limit: int = SHORT) -> str:
    """A text as it is shown: in one line, and not for ever."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= limit else f"{line[:limit]}…"


def printable(text: str) -> str:
    """The text without what a terminal would obey: it comes from a target, or from a file of a stranger's."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)
