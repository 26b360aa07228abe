"""One run against another: everything that changed, whom it breaks, and what could not be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.errors import BadOption
from conformance.regression.answers import Told, heard
from conformance.regression.ignores import Ignore, applied
from conformance.regression.lines import InAnswers, Line, of_cases, ordered
from conformance.regression.runs import RACES, Conversation, Run
from conformance.regression.table import Harm
from conformance.regression.verdicts import turned
from conformance.rules.registry import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing two runs."""

    first: Run
    second: Run
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    unused: tuple[Ignore, ...]
    cases: int
    exchanges: int

    @property
    def counted(self) -> tuple[Line, ...]:
        """The lines that nobody has ignored."""
        return tuple(each for each in self.lines if not each.ignored)

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each class."""
        found = Counter(each.harm for each in self.counted)
        return {each.value: found[each] for each in Harm}

    def found(self, worst: str) -> bool:
        """Whether anything is as bad as ``worst``, or worse; never, where that is ``none``."""
        harms = [each.value for each in Harm]
        return worst in harms and any(harms.index(each.harm) <= harms.index(worst) for each in self.counted)

    def document(self) -> dict[str, Any]:
        """The comparison as JSON has it."""
        return {
            "format": 1,
            "before": _side(self.first),
            "after": _side(self.second),
            "cases": self.cases,
            "exchanges": self.exchanges,
            "counts": self.counts,
            "notes": list(self.notes),
            "changes": [each.document() for each in self.counted],
            "ignored": [each.document() for each in self.lines if each.ignored],
            "unused_ignores": [str(each) for each in self.unused],
        }


def _side(run: Run) -> dict[str, Any]:
    named = ("suite", "target", "generations", "profile", "seed", "started", "contracts", "cases")
    return {"name": run.name, **{each: run.header[each] for each in named}}


def compare(first: Run, second: Run, ignores: Sequence[Ignore] = ()) -> Comparison:
    """The changes from the first run to the second. Raises BadOption for two that have nothing in common."""
    axes = _common(first, second)
    found = list(turned(first, second, axes))
    answers, counts = InAnswers(found), Counter[str]()
    told = {key: each for key, each in _told(first, second) if key[:2] in axes}
    # The first place where a token is seen decides what it stands for.
    tokens = dict(reversed([pair for each in told.values() for pair in each.tokens()]))
    for key, each in told.items():
        outcome = heard(each, tokens)
        counts["compared"] += outcome.compared
        counts["cut"] += outcome.cut
        # A case that fails may have read less of a conversation than it had when it passed.
        readers = {each["case"]: each for run in (first, second) for each in run.readers.get(key, ())}
        answers.add(key, tuple(readers.values()), outcome.changes)
    counts["before"] = sum(len(each) for each in first.conversations.values())
    counts["after"] = sum(len(each) for each in second.conversations.values())
    counts["races"] = sum(each["chapter"] == RACES and _has(second, each["case"]) for each in first.events)
    lines, unused = applied(ignores, [*of_cases(found), *answers.lines()])
    return Comparison(
        first=first,
        second=second,
        lines=ordered(lines),
        notes=(*_notes(first, second), *_left_out(counts)),
        unused=tuple(unused),
        cases=sum(_has(second, name) for name in first.cases),
        exchanges=counts["compared"],
    )


def _common(first: Run, second: Run) -> set[tuple[str, str]]:
    """The generations and formats that both runs have. Raises BadOption when there is none."""
    axes = _axes(first) & _axes(second)
    if not axes:
        has = " and ".join(f"{each.name} has {_named(_axes(each))}" for each in (first, second))
        raise BadOption(f"the two runs have nothing in common: {has}", "compare runs of one generation and format")
    return axes


def _told(first: Run, second: Run) -> Iterator[tuple[Conversation, Told]]:
    """The conversations that both runs have held."""
    seeded = first.header["seed"] == second.header["seed"]
    for key, exchanges in first.conversations.items():
        others = second.conversations.get(key)
        if others is not None:
            yield key, Told(contract=contract(key[0]), first=exchanges, second=others, seeded=seeded)


def _has(run: Run, case: str) -> bool:
    return case in run.cases


def _axes(run: Run) -> set[tuple[str, str]]:
    return {(each["generation"], each["format"]) for each in run.events}


def _named(axes: set[tuple[str, str]]) -> str:
    return ", ".join(f"{generation} in {format_}" for generation, format_ in sorted(axes)) or "no cases"


def _notes(first: Run, second: Run) -> Iterator[str]:
    """What is not the same about the two runs themselves."""
    for name, word in (("suite", "version of the suite"), ("profile", "profile"), ("seed", "seed")):
        was, now = first.header[name], second.header[name]
        if was != now:
            yield f"another {word}: {was}, then {now}"
    if first.header["seed"] != second.header["seed"]:
        yield "names differ with the seed, so that the order of lists is not compared"
    elif first.header["target"] == second.header["target"] and not first.header["target"].startswith("embedded"):
        yield "one server, asked twice with one seed: if it keeps its records, it had them already the second time"
    if first.header.get("exhaustive", False) != second.header.get("exhaustive", False):
        yield "only one of the runs is exhaustive: conversations are held that the other does not hold"
    for name, digest in first.header["contracts"].items():
        other = second.header["contracts"].get(name, digest)
        if digest != other:
            yield f"another contract of {name}: digest {digest[:12]}, then {other[:12]}"
    for run, other_run, which in ((first, second, "first"), (second, first, "second")):
        alone = _axes(run) - _axes(other_run)
        if alone:
            yield f"only the {which} run has {_named(alone)}: not compared"


def _left_out(counts: Counter[str]) -> Iterator[str]:
    if counts["cut"]:
        yield f"of {_many(counts['cut'], 'answer')} with a body that the runs have cut, only status and headers"
    if counts["races"]:
        yield f"of {_many(counts['races'], 'race')}, whose answers are chance, only the verdict"
    for side, which in (("before", "first"), ("after", "second")):
        alone = counts[side] - counts["compared"]
        if alone:
            yield f"{_many(alone, 'exchange')} of the {which} run without a counterpart in the other"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
