"""Changes put together: one change that is seen in many exchanges is one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.regression.changed import Seen
from conformance.regression.runs import Conversation
from conformance.regression.table import TABLE, Harm, Rule
from conformance.regression.verdicts import Turned
from conformance.session.events import Event

_CLAUSES = 3
"""Clauses that are named beside a change in answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One change. ``where`` is a clause for what became of cases, and a place in answers for anything else."""

    rule: Rule
    about: str
    where: str
    detail: str
    count: int
    axes: tuple[str, ...]
    #: the clauses that it touches; ``certain``: their verdicts or choices changed with it
    clauses: tuple[str, ...]
    certain: bool
    example: Mapping[str, str]
    #: how many of the clauses that changed rest on the first of these
    rank: int
    #: why it does not count
    ignored: str = ""

    @property
    def harm(self) -> Harm:
        """The worse of what it does to readers and to writers."""
        return self.rule.worst

    def document(self) -> dict[str, Any]:
        """The line as JSON has it."""
        return {
            "rule": self.rule.id,
            "class": self.harm.value,
            "reader": self.rule.reader.value,
            "writer": self.rule.writer.value,
            "sentence": self.rule.sentence,
            "about": self.about,
            "where": self.where,
            "detail": self.detail,
            "count": self.count,
            "axes": list(self.axes),
            "clauses": list(self.clauses),
            "clauses_changed": self.certain,
            "example": dict(self.example),
            **({"ignored": self.ignored} if self.ignored else {}),
        }


@dataclass
class _Group:
    example: Mapping[str, str]
    count: int = 0
    axes: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)


def causes(events: Iterable[Event]) -> Counter[str]:
    """How many other clauses rest on each clause of these events: the cause of what changed is where most do."""
    rests = {each["clause"]: each.get("rests", ()) for each in events}
    return Counter(name for clause, names in rests.items() for name in {*names} - {clause} if name in rests)


def of_cases(found: Sequence[Turned]) -> list[Line]:
    """The lines of what became of cases: by clause; cases that came or vanished all together."""
    groups: dict[tuple[str, str, str], _Group] = {}
    for each in found:
        event = each.event
        where = "" if each.rule in ("case-new", "case-vanished") and not each.detail else event["clause"]
        example = {"case": event["case"], "before": each.before, "after": each.after}
        group = groups.setdefault((each.rule, where, each.detail), _Group(example=example))
        group.count += 1
        group.axes[f"{event['generation']}/{event['format']}"] += 1
        group.changed[event["clause"]] += 1
    ranks = causes(each.event for each in found)
    return [_line(key, group, "cases", ranks) for key, group in groups.items()]


class InAnswers:
    """Collects what is said differently, conversation by conversation."""

    def __init__(self, turned: Iterable[Turned]) -> None:
        judged = [each.event for each in turned if each.rule not in ("case-new", "case-vanished")]
        self._turned = {each["case"] for each in judged}
        self._causes = causes(judged)
        self._groups: dict[tuple[str, str, str], _Group] = {}

    def add(self, key: Conversation, readers: Sequence[Event], found: Iterable[Seen]) -> None:
        """Take in the changes of one conversation, which these cases read."""
        generation, format_, _ = key
        changed = [each for each in readers if each["case"] in self._turned]
        for each in found:
            case = (changed or readers)[0]["case"] if readers else key[2]
            told = {"case": case, "request": each.request, "place": each.exact or each.path}
            example = {**told, "before": each.before, "after": each.after}
            group = self._groups.setdefault((each.rule, each.path, each.detail), _Group(example=example))
            group.count += 1
            group.axes[f"{generation}/{format_}"] += 1
            group.changed.update({event["clause"] for event in changed})
            group.near.update({event["clause"] for event in _nearest(readers, each.path)})

    def lines(self) -> list[Line]:
        """A line for each change."""
        return [_line(key, group, "answers", self._causes) for key, group in self._groups.items()]


def _nearest(readers: Sequence[Event], path: str) -> Sequence[Event]:
    """The cases that are about the member that changed, or else all that read the conversation, if these are few."""
    about = [each for each in readers if each["parameter"] and each["parameter"] in path.replace("[]", "").split(".")]
    return about or (readers if len({each["clause"] for each in readers}) <= _CLAUSES else ())


def _line(key: tuple[str, str, str], group: _Group, about: str, ranks: Mapping[str, int]) -> Line:
    rule, where, detail = key
    clauses = group.changed or group.near
    first = sorted(clauses, key=lambda name: (-ranks.get(name, 0), -clauses[name]))
    named = () if about == "cases" and not where else tuple(first[:_CLAUSES])
    return Line(
        rule=TABLE[rule],
        about=about,
        where=where,
        detail=detail,
        count=group.count,
        axes=tuple(sorted(group.axes)),
        clauses=named,
        certain=bool(group.changed),
        example=group.example,
        rank=ranks.get(named[0], 0) if named else 0,
    )


def ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines, the worst first, cases before answers, causes before what follows, the frequent before the rare."""
    harms = list(Harm)

    def rank(line: Line) -> tuple[int, bool, int, int, str]:
        return harms.index(line.harm), line.about != "cases", -line.rank, -line.count, line.where

    return tuple(sorted(lines, key=rank))
