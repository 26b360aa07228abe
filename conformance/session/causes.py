"""Findings grouped by what causes them: where a promise is broken, those that rest on it cannot be kept either.

A finding is secondary when a clause that its own rests on fails in the same generation and format. Where two clauses
rest on each other and both fail, neither is the cause of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.session.events import Event
from conformance.session.outcome import Verdict

_MAY_FOLLOW = (Verdict.FAIL, Verdict.WARN, Verdict.COULD_NOT_RUN)


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one clause and one kind, and those that follow from them."""

    events: tuple[Event, ...]
    secondary: tuple[Event, ...] = ()

    @property
    def first(self) -> Event:
        """The finding that stands for all."""
        return self.events[0]

    def document(self) -> dict[str, Any]:
        """The cause as ``report.json`` holds it."""
        return {**_counted(self.events), "secondary": [_counted(each) for each in grouped(self.secondary)]}


def _counted(events: Sequence[Event]) -> dict[str, Any]:
    first = events[0]
    return {"clause": first["clause"], "code": first["code"], "verdict": first["verdict"], "cases": len(events)}


def grouped(events: Iterable[Event]) -> list[tuple[Event, ...]]:
    """Findings of one clause and one kind together, in the order of the first of each."""
    groups: dict[tuple[str, str, str], list[Event]] = {}
    for each in events:
        groups.setdefault((each["verdict"], each["clause"], each["code"]), []).append(each)
    return [tuple(each) for each in groups.values()]


def followers(findings: Sequence[Event]) -> dict[str, str]:
    """The clause that each finding follows from, by case; empty for a finding that is a cause itself."""
    broken: dict[tuple[str, str], dict[str, Event]] = {}
    for each in findings:
        if each["verdict"] == Verdict.FAIL:
            broken.setdefault((each["generation"], each["format"]), {})[each["clause"]] = each
    return {each["case"]: _cause(each, _near(broken, each)) for each in findings}


def _near(broken: dict[tuple[str, str], dict[str, Event]], event: Event) -> dict[str, Event]:
    """What is broken in the formats of an event: in its mix of two, and in each of the two."""
    names = dict.fromkeys((event["format"], *event["format"].split("-")))
    found: dict[str, Event] = {}
    for each in names:
        found = {**broken.get((event["generation"], each), {}), **found}
    return found


def _cause(event: Event, broken: dict[str, Event]) -> str:
    if event["verdict"] not in _MAY_FOLLOW:
        return ""
    below = [each for each in event.get("rests", ()) if each in broken]
    if event["verdict"] == Verdict.FAIL:
        below = [each for each in below if event["clause"] not in broken[each].get("rests", ())]
    # Of several the one that rests on no other of them, or on as few as can be.
    depth = {each: sum(other in broken[each].get("rests", ()) for other in below) for each in below}
    return min(below, key=depth.__getitem__) if below else ""


def causes(findings: Sequence[Event]) -> list[Cause]:
    """The causes in the order of the findings, each with what follows from it."""
    follows = followers(findings)
    roots = grouped(each for each in findings if not follows[each["case"]])
    found, told = [], set[str]()
    for events in roots:
        clause = events[0]["clause"]
        own = events[0]["verdict"] == Verdict.FAIL and clause not in told
        told |= {clause} if own else set()
        found.append(Cause(events, tuple(each for each in findings if own and follows[each["case"]] == clause)))
    return found
