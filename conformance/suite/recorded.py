"""A run judged from cassettes: its plan, and what of the recording does not fit the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.cassettes.library import Kept, Library, library
from conformance.cassettes.names import told
from conformance.contract.load import generations
from conformance.contract.toml import suggest
from conformance.derive.cases import Case, cases, select
from conformance.errors import BadOption
from conformance.rules.registry import contract
from conformance.session.mask import Mask
from conformance.session.outcome import Profile
from conformance.session.run import Settings
from conformance.session.stream import Head
from conformance.session.weather import Weather
from conformance.suite.options import aged
from conformance.suite.plan import Options, Plan, credentials
from conformance.targets.cassette import Recorded

_DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Replay(Plan):
    """A plan whose target was recorded. ``recording`` says what was, and what of it does not fit."""

    recording: Mapping[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        return replace(super().head, recording=self.recording)


def replayed(options: Options, folder: Path) -> Replay:
    """The plan of a run from the cassettes in a folder, told as they were recorded. Raises BadOption or BadCassette."""
    found = library(folder)
    names = _generations(options, found)
    here = [each for each in found.kept if each.origin.generation in names]
    first = _agreed(options, here)
    profile = Profile(options.profile) if options.profile in list(Profile) else Profile.FULL
    settings = Settings(
        seed=first.origin.seed,
        profile=profile,
        lacks=frozenset({*options.lacks, *first.origin.lacks}),
        exhaustive=first.origin.exhaustive,
        credentials=credentials(options),
        weather=Weather(wait=_no_time),
    )
    masks = {each: Mask.of(settings.credentials, contract(each).access) for each in names}
    opened = {each: Recorded(found.names, masks[each].request) for each in names}
    chosen = _chosen(options, found, names, profile)
    return Replay(
        target=options.target,
        generations=names,
        cases=chosen,
        settings=settings,
        open=opened.__getitem__,
        recording=_summed(options, found, here, chosen),
    )


def _chosen(options: Options, found: Library, names: tuple[str, ...], profile: Profile) -> tuple[Case, ...]:
    """The cases that are asked for. Of a format that was not recorded at all nothing is missing."""
    chosen = select(names, formats=options.formats, only=options.only, core=profile is Profile.CORE)
    return tuple(
        each
        for each in chosen
        if each.id.startswith(found.within) and f"{each.contract.generation}/{each.format}" in found.axes
    )


def _no_time(_seconds: float) -> None:
    """Nothing is waited for twice."""


def _generations(options: Options, found: Library) -> tuple[str, ...]:
    there = {each.origin.generation for each in found.kept}
    known = tuple(each for each in generations() if each in there)
    if not known:
        raise BadOption(f"{found.folder} holds no generation that is known here", "see: conformance list generations")
    asked = [each for each in options.generations if each != "all"]
    for each in asked:
        if each not in known:
            raise BadOption(f"{found.folder} holds nothing of generation {each!r}", suggest(each, known))
    return tuple(each for each in known if each in asked) or known


def _agreed(options: Options, kept: Sequence[Kept]) -> Kept:
    """One of the cassettes, when all were recorded in the same way. Raises BadOption."""
    first = kept[0]
    for name in ("seed", "lacks", "exhaustive"):
        for each in kept:
            if getattr(each.origin, name) != getattr(first.origin, name):
                problem = f"{first.cassette.path} and {each.cassette.path} were recorded with different {name}"
                raise BadOption(problem, "record both anew in one run")
    if options.seed not in ("", first.origin.seed):
        raise BadOption(f"the cassettes were recorded with the seed {first.origin.seed!r}", "leave --seed away")
    return first


def _summed(options: Options, found: Library, kept: Sequence[Kept], chosen: Sequence[Case]) -> dict[str, Any]:
    """What the header of the run says of the recording."""
    oldest = min(kept, key=lambda each: each.origin.moment)
    days = (datetime.now(UTC) - oldest.origin.moment).total_seconds() / _DAY
    unfit = [*_missing(found, chosen), *_orphans(found)]
    old = [*_stale(kept), *_aged(options, oldest, days)]
    problems = [*([] if options.lenient else unfit), *(old if _stale_fails(options) else [])]
    return {
        "folder": str(found.folder),
        "recorded_from": sorted({each.origin.recorded_from for each in kept}),
        "note": oldest.origin.note,
        "recorded": oldest.origin.recorded,
        "age_days": round(days, 2),
        "suites": sorted({each.origin.suite for each in kept}),
        "contracts": {each.origin.generation: each.origin.contract for each in kept},
        "cassettes": len(kept),
        "exchanges": sum(len(each.cassette.interactions) for each in kept),
        "strict": not options.lenient,
        "problems": problems,
        "warnings": [each for each in (*unfit, *old) if each not in problems],
    }


def _missing(found: Library, chosen: Iterable[Case]) -> list[str]:
    return [f"there is no cassette of {each.id}" for each in chosen if not found.has(each.id)]


def _orphans(found: Library) -> list[str]:
    """Cassettes of cases that are not known, and files that are no recording of ours."""
    known = {each.id for generation in generations() for each in cases(generation)}
    ours = (each for each in found.kept if "case" in each.cassette.head)
    lost = [f"no case is called {told(each.name)} any more" for each in ours if each.cassette.head["case"] not in known]
    return [*lost, *(f"{each} is no recording of this suite" for each in found.strange)]


def _stale(kept: Iterable[Kept]) -> list[str]:
    now = {each: contract(each).digest for each in generations()}
    old = {each.origin.generation for each in kept if each.origin.contract != now.get(each.origin.generation)}
    return [f"{each} was recorded against another contract than today's" for each in sorted(old)]


def _aged(options: Options, oldest: Kept, days: float) -> list[str]:
    most = aged(options.max_age) if options.max_age else days
    if days <= most:
        return []
    return [f"{oldest.cassette.path.name} was recorded {days:.1f} days ago, and --max-age is {options.max_age}"]


def _stale_fails(options: Options) -> bool:
    if options.stale not in ("", "warn", "fail"):
        raise BadOption(f"--stale knows no {options.stale!r}", "use warn or fail")
    return options.stale == "fail"
