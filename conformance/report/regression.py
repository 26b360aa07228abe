"""A comparison of two runs as a person reads it: on a terminal, in a pull request, and the table of its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from conformance.regression.changed import printable
from conformance.regression.table import RULES

_STYLES = {"breaking": "bold red", "risky": "yellow", "harmless": "green"}
_MOST_ROWS = 100
"""Rows of a table in Markdown: a comment on a pull request holds 65,536 characters."""

_HEAD = """\
# What `conformance compare` reports

Made by `conformance compare --rules`; edit `conformance/regression/table.py`, not this page. Each change is classed for
those who read answers, and for those who write. A rule is ignored, for a reason, with
`--ignore 'RULE=PLACE: REASON'` or in `.conformance-ignore.toml`.
"""

_Change = Mapping[str, Any]


def screen(console: Console, document: Mapping[str, Any], *, limit: int) -> None:
    """The comparison on a terminal; ``limit`` changes of each class are told in full."""
    for side in ("before", "after"):
        console.print(f"[bold]{side:<7}[/] {escape(printable(_side(document[side])))}")
    for each in document["notes"]:
        console.print(Padding(f"[dim]{escape(printable(each))}[/]", (0, 0, 0, 8)))
    console.print()
    for name in _STYLES:
        changes = [each for each in document["changes"] if each["class"] == name]
        for each in changes[:limit]:
            _change(console, each)
        if changes[limit:]:
            console.print(f"and {len(changes) - limit} more that are {name}: see them with -v\n")
    for each in document["ignored"]:
        console.print(f"[dim]ignored  {escape(_title(each))}, {_count(each)}: {escape(printable(each['ignored']))}[/]")
    for each in document["unused_ignores"]:
        console.print(f"[yellow]unused   nothing that changed is ignored by {escape(printable(each))}[/]")
    console.print(escape(summary(document)))


def summary(document: Mapping[str, Any]) -> str:
    """What the comparison comes to, in one sentence."""
    compared = f"{document['cases']} cases and {document['exchanges']} exchanges compared"
    if not document["changes"]:
        return f"{compared}: nothing changed" + (", but for what is ignored" if document["ignored"] else "")
    return f"{compared}: " + ", ".join(f"{count} {name}" for name, count in document["counts"].items())


def _side(side: Mapping[str, Any]) -> str:
    target = f"{side['name']}, " if side["name"] != side["target"] else ""
    return f"{target}{side['target']}, {side['profile']} profile, seed {side['seed']}, {side['started'][:10]}"


def _change(console: Console, change: _Change) -> None:
    head = f"[{_STYLES[change['class']]}]{change['class']}[/]  {escape(printable(_title(change)))}"
    console.print(head, soft_wrap=True)
    for each in _told(change):
        console.print(Padding(escape(printable(each)), (0, 0, 0, 2)))
    console.print()


def _title(change: _Change) -> str:
    return "  ".join(each for each in (change["rule"], change["where"], change["detail"]) if each)


def _told(change: _Change) -> Iterator[str]:
    example = change["example"]
    yield f"{change['sentence']} Seen in {_count(change)} ({', '.join(change['axes'])})."
    yield f"{change['reader']} for readers, {change['writer']} for writers{_touched(change)}"
    if "request" in example:
        yield f"{example['request']}, answered at {example['place']}"
    if example["before"]:
        yield f"before: {example['before']}"
    if example["after"]:
        yield f"after: {example['after']}"
    yield f"case: {example['case']}"


def _touched(change: _Change) -> str:
    if not change["clauses"] or change["about"] == "cases":
        return ""
    named = ", ".join(change["clauses"])
    return f"; breaks or turns {named}" if change["clauses_changed"] else f"; near {named}"


def _count(change: _Change) -> str:
    noun = change["about"] if change["count"] > 1 else change["about"][:-1]
    return f"{change['count']} {noun}"


def markdown(document: Mapping[str, Any]) -> str:
    """The comparison as a comment on a pull request."""
    parts = [f"### Behaviour: {summary(document)}", ""]
    parts += [f"- {side}: {_code(_side(document[side]))}" for side in ("before", "after")]
    parts += [f"- {_text(each)}" for each in document["notes"]]
    parts += ["", *_table(document["changes"])] if document["changes"] else []
    ignored = [f"- {_code(_title(each))}, {_count(each)}: {_text(each['ignored'])}" for each in document["ignored"]]
    parts += ["", "Ignored:", "", *ignored] if ignored else []
    unused = [f"- {_code(each)}" for each in document["unused_ignores"]]
    parts += ["", "Ignores that nothing needs:", "", *unused] if unused else []
    return "\n".join([*parts, ""])


def _table(changes: Sequence[_Change]) -> Iterator[str]:
    yield "| | change | where | seen in | before | after | readers | writers | clauses |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for each in changes[:_MOST_ROWS]:
        example = each["example"]
        asked = f" {_code(example['request'])}" if "request" in example else ""
        where = f"{_code(each['where'])}{asked}" if each["where"] else ""
        clauses = ", ".join(_code(name) for name in each["clauses"])
        said = [_code(example[name]) if example[name] else "" for name in ("before", "after")]
        cells = [f"**{each['class']}**", _text(each["rule"]), where, _count(each), *said]
        yield f"| {' | '.join([*cells, each['reader'], each['writer'], clauses])} |"
    if changes[_MOST_ROWS:]:
        yield ""
        yield f"{len(changes) - _MOST_ROWS} more are left out here."


def _code(text: str) -> str:
    """A text that Markdown shows as it is, in a table as well."""
    plain = printable(text).replace("|", "\\|")
    fence = "`" * (max((len(each) for each in re.findall("`+", plain)), default=0) + 1)
    gap = " " if plain[:1] in ("`", " ") or plain[-1:] in ("`", " ") else ""
    return f"{fence}{gap}{plain}{gap}{fence}"


def _text(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|#@&])", r"\\\1", printable(text))


def rules() -> str:
    """The table of rules as the page docs/comparison.md."""
    rows = [f"| `{each.id}` | {each.reader} | {each.writer} | {each.sentence} |" for each in RULES]
    return "\n".join([_HEAD, "| rule | readers | writers | what changed |", "|---|---|---|---|", *rows, ""])
