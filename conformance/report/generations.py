"""The story of the generations as a page: what each changed of the one before, and whom that broke."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from conformance.diff.change import Change
from conformance.diff.rulebook import rules
from conformance.diff.sides import compared
from conformance.report.changes import counted, escaped, reach

_HEAD = """\
# What each generation changed

Made by `make docs` from `specs/`, with `conformance diff`; docs/diff-rules.md has its rules. *Senders* are those who
send requests, *readers* those who read answers; *safe*, *risky* and *breaking* say what a change does to a program that
was written for the generation before. Which operations a change concerns is told in the last column.
"""

#: the parts of the story: a title, and the areas of the rules in it
_PARTS = (
    ("Operations and parameters", ("operation", "parameter")),
    ("Fields", ("member",)),
    ("What a value may be", ("schema", "limit", "composition")),
    ("Bodies and answers", ("request-body", "response")),
    ("Access", ("security", "document")),
)
_BEHAVIOUR = (
    ("Bytes, refusals and messages", ("wire-", "refusal-", "message-")),
    ("Promises that are new", ("clause-added",)),
    ("Promises that are gone", ("clause-removed",)),
    ("Promises about other values, in other words, or of another level", ("clause-arg", "clause-sen", "clause-level")),
    ("Promises that are known better or less well", ("clause-better", "clause-less")),
    ("What nobody is sure of", ("open-clause",)),
)


def page(generations: Sequence[str]) -> str:
    """The page docs/generations.md."""
    lines = [_HEAD]
    for old, new in pairwise(generations):
        changes = compared(old, new).changes
        lines += [f"## From {old} to {new}\n", f"{len(changes)} changes: {counted(changes)}.\n"]
        for title, areas in _PARTS:
            lines += _part(title, [each for each in changes if rules()[each.rule].area in areas])
        for title, starts in _BEHAVIOUR:
            lines += _part(title, [each for each in changes if each.rule.startswith(starts)])
    return "\n".join(lines).rstrip() + "\n"


def _part(title: str, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield f"### {title}\n"
    yield "| change | senders | readers | in |"
    yield "|---|---|---|---|"
    for each in changes:
        cells = (each.sentence, each.senders.value, each.readers.value, reach(each))
        yield f"| {' | '.join(map(escaped, cells))} |"
    yield ""
