"""Which verdicts, choices and cases changed between two runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.regression.changed import SENTENCE, shown
from conformance.regression.names import masked
from conformance.regression.runs import Run
from conformance.regression.table import BROKEN, VERDICTS, row
from conformance.session.events import Event

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One case that ends otherwise. ``detail`` is what tells apart changes of one rule in one clause."""

    rule: str
    event: Event
    detail: str
    before: str
    after: str


def turned(first: Run, second: Run, axes: set[tuple[str, str]]) -> Iterator[Turned]:
    """The cases that changed, of the generations and formats that both runs have."""
    for name, event in second.cases.items():
        if _axis(event) in axes and name not in first.cases:
            yield Turned(rule="case-new", event=event, detail="", before="", after=event["verdict"])
    for name, event in first.cases.items():
        if _axis(event) not in axes:
            continue
        after = second.cases.get(name)
        if after is None:
            yield Turned(rule="case-vanished", event=event, detail="", before=event["verdict"], after="")
        else:
            yield from _compared(event, after)


def _axis(event: Event) -> tuple[str, str]:
    return event["generation"], event["format"]


def _compared(before: Event, after: Event) -> Iterator[Turned]:
    was, now = before["verdict"], after["verdict"]
    if was != now:
        rule = row(VERDICTS, was, now)
        rule = BROKEN.get(after["chapter"], "promise-broken") if rule == "broken" else rule
        yield Turned(rule=rule, event=after, detail=f"{was} -> {now}", before=_told(before), after=_told(after))
    elif before["code"] != after["code"] and now in ("fail", "warn"):
        yield Turned(rule="finding-changed", event=after, detail=now, before=_told(before), after=_told(after))
    elif before["choice"] and after["choice"] and _plain(before["choice"]) != _plain(after["choice"]):
        told = {"before": shown(before["choice"], SENTENCE), "after": shown(after["choice"], SENTENCE)}
        yield Turned(rule="choice-changed", event=after, detail="", **told)


def _told(event: Event) -> str:
    return shown(f"{event['verdict']}: {event['reason']}" if event["reason"] else event["verdict"], SENTENCE)


def _plain(choice: str) -> str:
    return _DIGITS.sub("0", masked(choice, names=True))
