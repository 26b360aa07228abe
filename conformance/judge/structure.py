"""One member of a body against its field: kinds in any body, and in requests limits, choices and names as well.

An answer is not held to the limits of requests: the API itself returns longer texts than it takes, other choices than
it names, and members that were added later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.rules.kind import Finding
from conformance.wire.kinds import misfit, short
from conformance.wire.spelling import Held

CLAUSE = "structure"
"""What stands for a clause in findings about structure, which no clause repeats from the schema."""

LONGEST_SENTENCE = 400
"""The most characters of a value, or of what a foreign program says, that a sentence repeats."""

_POSITION = re.compile(r"^\[[0-9]+\]\.|\[[0-9]+\]")


def finding(code: str, sentence: str, path: str = "") -> Finding:
    """A finding about structure, with its sentence cut where it repeats too much."""
    cut = sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"
    return Finding(clause=CLAUSE, sentence=cut, path=path, code=code)


def in_answer(format_name: str, held: Held) -> Iterator[Finding]:
    """Whether the member is of its kind."""
    field = held.field
    wrong = None if field is None else misfit(field, format_name, held.raw)
    if wrong is not None:
        yield _about(held, *wrong)


def in_request(format_name: str, held: Held) -> Iterator[Finding]:
    """The same, and whether the member keeps its limits."""
    yield from in_answer(format_name, held)
    field, raw = held.field, held.raw
    if field is None:
        return
    if isinstance(raw, str) and field.max_length is not None and len(raw) > field.max_length:
        yield _about(held, "too-long", f"has {len(raw)} characters; {field.max_length} are the limit")
    if isinstance(raw, str) and raw and field.choices and raw not in field.choices:
        yield _about(held, "not-a-choice", f"is {short(raw)}, which is none of {', '.join(field.choices)}")
    if isinstance(raw, tuple) and field.max_items is not None and len(raw) > field.max_items:
        yield _about(held, "too-many", f"holds {len(raw)} items; {field.max_items} are the limit")


def unexpected(held: Held) -> Iterator[Finding]:
    """Whether the member is an element that is unknown, or stands a second time: XML requests are refused for both."""
    if held.field is None:
        yield _about(held, "unknown-element", "is no element of the contract")
    elif held.again:
        yield _about(held, "repeated-element", "stands more than once")


def _about(held: Held, code: str, sentence: str) -> Finding:
    name = _POSITION.sub("", held.path)
    return finding(f"{code}:{name}", f"{name} {sentence}", held.path)
