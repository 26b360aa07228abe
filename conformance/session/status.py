"""What a run comes to: a status, an exit code, counts and findings, out of its case events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from conformance.session.causes import causes, followers
from conformance.session.events import Event
from conformance.session.outcome import Verdict

_TOLD = ("case", "clause", "chapter", "verdict", "level", "grade", "code", "reason")
_BINDING = {"documented", "observed"}


class Status(StrEnum):
    """The status of a run, the worst first."""

    SUITE_ERROR = "suite-error"
    VIOLATES = "violates"
    INCOMPLETE = "incomplete"
    CONFORMS = "conforms"

    @property
    def exit_code(self) -> int:
        """What ``conformance run`` ends with; 2 is a usage error, which is no status."""
        return {"conforms": 0, "violates": 1, "incomplete": 3, "suite-error": 4}[self.value]


FINDINGS = (Verdict.SUITE_ERROR, Verdict.FAIL, Verdict.STALE, Verdict.COULD_NOT_RUN, Verdict.WARN)
"""The verdicts that a reader must see, the worst first."""


def status(cases: Iterable[Event], planned: int, header: Event | None = None) -> Status:
    """The status of a run. What the contract leaves open counts neither way, and 0 of 0 never conforms.

    A run judged from a recording that does not fit it is incomplete at best.
    """
    events = list(cases)
    recording = (header or {}).get("recording", {})
    verdicts = Counter(each["verdict"] for each in events)
    if verdicts[Verdict.SUITE_ERROR]:
        return Status.SUITE_ERROR
    if verdicts[Verdict.FAIL] or verdicts[Verdict.STALE]:
        return Status.VIOLATES
    binding = [each for each in events if each["grade"] in _BINDING]
    unknown = any(each["verdict"] == Verdict.COULD_NOT_RUN for each in binding)
    passed = any(each["verdict"] in (Verdict.PASS, Verdict.WARN, Verdict.TOLERATED) for each in binding)
    unfit = recording.get("problems") or (recording.get("strict") and any(each.get("remarks") for each in events))
    return Status.INCOMPLETE if unknown or unfit or not passed or len(events) < planned else Status.CONFORMS


def findings(cases: Iterable[Event]) -> list[Event]:
    """The events of cases that did not pass, the worst first, in the order of the run."""
    rank = {verdict.value: place for place, verdict in enumerate(FINDINGS)}
    shown = [each for each in cases if each["verdict"] in rank]
    return sorted(shown, key=lambda each: rank[each["verdict"]])


def report(header: Event, cases: list[Event], footer: Event) -> dict[str, Any]:
    """The run in one document, as ``report.json`` holds it."""
    found = findings(cases)
    follows = followers(found)
    return {
        **{name: header[name] for name in ("suite", "target", "generations", "profile")},
        "exhaustive": header.get("exhaustive", False),
        "seed": header["seed"],
        "contracts": header["contracts"],
        "status": footer["status"],
        "started": header["started"],
        "seconds": footer["seconds"],
        "cases": len(cases),
        "exchanges": footer["exchanges"],
        "verdicts": _count(cases),
        "chapters": _grouped(cases, "chapter"),
        "formats": {
            generation: _grouped([each for each in cases if each["generation"] == generation], "format")
            for generation in header["generations"]
        },
        **_recorded(header, cases),
        "weather": dict(Counter(note for each in cases for note in each.get("weather", ()))),
        "findings": [{**{name: each[name] for name in _TOLD}, "secondary_to": follows[each["case"]]} for each in found],
        "tolerated": [{name: each[name] for name in _TOLD} for each in cases if each["verdict"] == Verdict.TOLERATED],
        "causes": [each.document() for each in causes(found)],
        "choices": [
            {name: each[name] for name in ("case", "clause", "grade", "sentence", "choice")}
            for each in cases
            if each["choice"]
        ],
    }


def _recorded(header: Event, cases: Iterable[Event]) -> dict[str, Any]:
    """What the run was judged from, where that is a recording, and what is left of it."""
    if not header.get("recording"):
        return {}
    remarks = [{"case": each["case"], "remark": one} for each in cases for one in each.get("remarks", ())]
    return {"recording": {**header["recording"], "remarks": remarks}}


def _count(cases: Iterable[Event]) -> dict[str, int]:
    counts = Counter(each["verdict"] for each in cases)
    return {verdict.value: counts[verdict.value] for verdict in Verdict if counts[verdict.value]}


def _grouped(cases: list[Event], by: str) -> dict[str, dict[str, int]]:
    groups = dict.fromkeys(each[by] for each in cases)
    return {name: _count(each for each in cases if each[by] == name) for name in groups}
