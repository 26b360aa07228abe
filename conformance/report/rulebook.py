"""The change rules, for a terminal and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import groupby

from conformance.diff.rulebook import Rule, rules
from conformance.report.changes import escaped

_HEAD = """\
# Change rules of `conformance diff`

Each change has a class for *senders* (who send requests) and one for *readers* (who read answers): *safe*, they go on
as before; *risky*, some of them break, or the documents cannot tell; *breaking*. A class counts only where the change
reaches that direction: what no request holds breaks no sender.

This page is made by `make docs` from `conformance/diff/rules.toml`; docs/diff-and-oasdiff.md sets the rules beside
those of oasdiff.
"""


def text() -> str:
    """A line a rule."""
    return "".join(
        f"{each.id}\t{each.area}\tsenders {each.senders.value}\treaders {each.readers.value}\t{_sentence(each)}\n"
        for each in rules().values()
    )


def machine() -> str:
    """For a machine."""
    told = [
        {
            "id": each.id,
            "area": each.area,
            "senders": each.senders.value,
            "readers": each.readers.value,
            "overall": each.overall.value,
            "sentence": each.sentence,
        }
        for each in rules().values()
    ]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    """The page docs/diff-rules.md."""
    lines = [_HEAD, f"There are {len(rules())} rules.\n"]
    for area, some in groupby(rules().values(), key=lambda each: each.area):
        lines += [f"## {area}\n", "| rule | senders | readers | says |", "|---|---|---|---|"]
        for each in some:
            lines.append(f"| `{each.id}` | {each.senders.value} | {each.readers.value} | {escaped(_sentence(each))} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _sentence(rule: Rule) -> str:
    return rule.sentence.format(subject="…", old="OLD", new="NEW")


FORMATS: Mapping[str, Callable[[], str]] = {"text": text, "json": machine, "markdown": page, "github": text}
