"""Deviations that somebody knows of: each happens, or its declaration is stale and the run is red."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from conformance.contract import toml
from conformance.derive.cases import fits
from conformance.errors import BadSpec
from conformance.session.outcome import Outcome, Verdict

_REMEDY = "take the entry out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A pattern of case ids, why they are let be, and where that was said."""

    case: str
    reason: str
    file: Path
    line: int
    link: str = ""
    #: the last day on which they are let be
    expires: date | None = None

    @property
    def why(self) -> str:
        """The reason, as a sentence gives it."""
        return f"{self.reason} ({self.link})" if self.link else self.reason


def read(path: Path) -> tuple[Deviation, ...]:
    """What is declared in a file. Raises BadSpec, with the line, for anything that cannot be meant."""
    file = toml.read(path, "expect")
    entries = file.table.get("deviation", [])
    return tuple(_deviation(file, place, each) for place, each in enumerate(entries))


def _deviation(file: toml.SpecFile, place: int, entry: dict[str, str]) -> Deviation:
    try:
        expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
    except ValueError as error:
        raise file.refuse(["deviation", place, "expires"], f"{entry['expires']} is no day", "mend the date") from error
    line = toml.line_of(file.text, ["deviation", place, "case"])
    words = {name: entry[name] for name in ("case", "reason", "link") if name in entry}
    return Deviation(**words, expires=expires, file=file.path, line=line)


def known(deviations: Sequence[Deviation], cases: Iterable[str]) -> None:
    """Refuse what fits none of all cases that there are. Raises BadSpec."""
    left = list(deviations)
    for case in cases:
        left = [each for each in left if not fits(case, each.case)]
        if not left:
            return
    for each in left:
        raise BadSpec(each.file, each.line, f"no case fits {each.case!r}", _REMEDY)


def told(outcome: Outcome, deviations: Sequence[Deviation], today: date) -> Outcome:
    """The outcome in the light of what is declared of its case; where nothing could be looked at, nothing is known."""
    mine = list(_of(outcome.case.id, deviations))
    deviates = outcome.verdict in (Verdict.FAIL, Verdict.WARN)
    if not mine or not (deviates or outcome.verdict is Verdict.PASS):
        return outcome
    valid = [each for each in mine if each.expires is None or today <= each.expires]
    first = (valid or mine)[0]
    where = f"{first.file}:{first.line}"
    if not deviates:
        reason = f"a deviation is declared in {where} and does not happen any more; {_REMEDY}: {first.why}"
        return replace(outcome, verdict=Verdict.STALE, reason=reason)
    if valid:
        return replace(outcome, verdict=Verdict.TOLERATED, reason=f"{outcome.reason}; tolerated: {first.why}")
    reason = f"{outcome.reason}; it was tolerated until {first.expires} ({where}): {first.why}"
    # What was only warned of is red as well: somebody said until when it may last.
    return replace(outcome, verdict=Verdict.FAIL, reason=reason)


def _of(case: str, deviations: Sequence[Deviation]) -> Iterator[Deviation]:
    return (each for each in deviations if fits(case, each.case))
