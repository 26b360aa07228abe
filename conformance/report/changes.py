"""What changed between two documents: for a terminal, a machine, a pull request, and the lines of a file on GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from textwrap import wrap
from typing import Any

from conformance.diff.change import Change, Where
from conformance.diff.comparison import Comparison
from conformance.diff.ignores import Sifted
from conformance.diff.rulebook import Impact

_WIDTH = 80
_LEVELS = {Impact.BREAKING: "error", Impact.RISKY: "warning", Impact.SAFE: "notice"}
_WORST_FIRST = (Impact.BREAKING, Impact.RISKY, Impact.SAFE)


def counted(changes: tuple[Change, ...]) -> str:
    """How many changes there are of each class."""
    counts = Counter(each.overall for each in changes)
    return ", ".join(f"{counts[each]} {each.value}" for each in _WORST_FIRST)


def reach(change: Change) -> str:
    """Which operations a change concerns."""
    told = [(change.requests, "requests", change.sender), (change.answers, "answers", change.reader)]
    parts = [f"{what} of {_operations(count, first)}" for count, what, first in told if count]
    if len(parts) == 2 and change.requests == change.answers and change.sender == change.reader:
        return f"requests and answers of {_operations(change.requests, change.sender)}"
    return ", ".join(parts)


def _operations(count: int, first: str) -> str:
    return first if count == 1 and first else f"{count} operation{'s' if count != 1 else ''}"


def text(found: Comparison, sifted: Sifted) -> str:
    """For a terminal, 80 columns wide."""
    lines = [*_wrapped(_head(found, sifted.changes), "")]
    for impact in _WORST_FIRST:
        some = [each for each in sifted.changes if each.overall is impact]
        if some:
            lines += ["", f"{impact.value} ({len(some)})"]
        for each in some:
            lines += [*_wrapped(each.sentence, "  "), *_wrapped(_detail(each), "      ")]
    lines += [""] if sifted.ignored or sifted.unused or found.notes else []
    for change, by in sifted.ignored:
        lines += _wrapped(f"ignored: {change.rule}: {change.sentence} ({by.reason or 'no reason given'})", "")
    for unused in sifted.unused:
        lines += _wrapped(f"unused: {unused} ignores nothing ({unused.source})", "")
    lines += [line for note in found.notes for line in _wrapped(f"note: {note}", "")]
    return "\n".join(lines) + "\n"


def _head(found: Comparison, changes: tuple[Change, ...]) -> str:
    over = f", {_operations(found.operations, '')}" if found.operations else ""
    what = f"{len(changes)} change{'s' if len(changes) != 1 else ''}"
    return f"{found.old} -> {found.new}{over}: {what}" + (f" ({counted(changes)})" if changes else "")


def _detail(change: Change) -> str:
    whom = _whom(change)
    places = " -> ".join(_place(each) for each in (change.old, change.new) if each.line)
    return "; ".join(each for each in (change.rule, whom, reach(change), places) if each)


def _whom(change: Change) -> str:
    return ", ".join(
        f"{impact.value} for {who}"
        for who, impact in (("senders", change.senders), ("readers", change.readers))
        if impact is not Impact.SAFE
    )


def _place(where: Where) -> str:
    return f"{where.file}:{where.line}" if where.line else where.file


def _wrapped(words: str, indent: str) -> list[str]:
    further = indent + "  "
    return wrap(
        words, _WIDTH, initial_indent=indent, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def machine(found: Comparison, sifted: Sifted) -> str:
    """For a machine."""
    counts = Counter(each.overall.value for each in sifted.changes)
    told = {
        "old": found.old,
        "new": found.new,
        "operations": found.operations,
        "counts": {each.value: counts[each.value] for each in _WORST_FIRST},
        "changes": [facts(each) for each in sifted.changes],
        "ignored": [{**facts(each), "ignored": str(by), "reason": by.reason} for each, by in sifted.ignored],
        "unused": [{"rule": each.rule, "path": each.path, "source": each.source} for each in sifted.unused],
        "notes": list(found.notes),
    }
    return json.dumps(told, indent=2, ensure_ascii=False, default=str) + "\n"


def facts(change: Change) -> dict[str, Any]:
    """A change as plain values."""
    return {
        "rule": change.rule,
        "overall": change.overall.value,
        "senders": change.senders.value,
        "readers": change.readers.value,
        "subject": change.subject,
        "sentence": change.sentence,
        "old": {"file": change.old.file, "pointer": change.old.pointer, "line": change.old.line or None},
        "new": {"file": change.new.file, "pointer": change.new.pointer, "line": change.new.line or None},
        "before": change.before,
        "after": change.after,
        "requests": change.requests,
        "answers": change.answers,
        "sender": change.sender or None,
        "reader": change.reader or None,
    }


def markdown(found: Comparison, sifted: Sifted) -> str:
    """For a pull request."""
    lines = [f"### {escaped(_head(found, sifted.changes))}"]
    for impact in _WORST_FIRST:
        some = [each for each in sifted.changes if each.overall is impact]
        if some:
            lines += ["", f"#### {impact.value.capitalize()} ({len(some)})", "", *table(some)]
    if sifted.ignored:
        lines += ["", "Ignored:", ""]
        told = ((f"`{each.rule}`", each, by.reason or "no reason given") for each, by in sifted.ignored)
        lines += [f"- {rule} {escaped(each.sentence)} ({escaped(reason)})" for rule, each, reason in told]
    for unused in sifted.unused:
        lines += ["", f"Unused: `{str(unused).replace('`', '')}` ignores nothing ({escaped(unused.source)})."]
    lines += [line for note in found.notes for line in ("", f"Note: {escaped(note)}")]
    return "\n".join(lines) + "\n"


def table(changes: list[Change]) -> Iterator[str]:
    """Changes as the rows of a table."""
    yield "| change | senders | readers | where | rule |"
    yield "|---|---|---|---|---|"
    for each in changes:
        cells = (each.sentence, each.senders.value, each.readers.value, reach(each))
        yield f"| {' | '.join(map(escaped, cells))} | `{each.rule}` |"


def escaped(words: str) -> str:
    """Text that means nothing to Markdown or HTML."""
    for each, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        words = words.replace(each, instead)
    return "".join("\\" + each if each in "\\`*_[]|#~" else each for each in words)


def github(found: Comparison, sifted: Sifted) -> str:
    """For the lines of the newer file, as GitHub's workflow commands."""
    return "".join(_annotation(each) + "\n" for each in sifted.changes) + f"{_data(_head(found, sifted.changes))}\n"


def _annotation(change: Change) -> str:
    where = change.new if change.new.line else change.old
    place = f"file={_property(where.file)},line={where.line}," if where.line else ""
    whom = _whom(change)
    words = "; ".join(each for each in (change.sentence, whom, reach(change)) if each)
    return f"::{_LEVELS[change.overall]} {place}title={_property(change.rule)}::{_data(words)}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Comparison, Sifted], str]] = {
    "text": text,
    "json": machine,
    "markdown": markdown,
    "github": github,
}
