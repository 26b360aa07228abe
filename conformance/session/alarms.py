"""False alarms: what the cases say of servers that keep the contract and differ in what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from zlib import crc32

from conformance.contract.model import Contract
from conformance.derive.cases import Case, cases
from conformance.reference import build, clock
from conformance.reference.http import Served
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.session.outcome import Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import Embedded, guests
from conformance.targets.remote import Address, Remote
from conformance.targets.target import Credentials, Target
from conformance.variants.catalogue import find, variants
from conformance.variants.kind import Variant

_A_CORE = 3
"""Trials that share a core: more than half of each is waiting, for a pause to pass or for requests to meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One case that did not pass on a faithful server."""

    case: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One faithful variant against all cases of its generation; ``exchanges`` counts what they asked."""

    variant: str
    generation: str
    sentence: str
    why: str
    alarms: tuple[Alarm, ...]
    cases: int
    exchanges: int

    @property
    def quiet(self) -> bool:
        """Whether nothing was said against the server, and something was asked."""
        return not self.alarms and self.cases > 0


def trial(name: str, generation: str, *, briefly: bool = False) -> Trial:
    """What the cases make of a variant; ``briefly``, those of one format. Raises LookupError for an unknown name."""
    found = find(name, generation)
    if found is None:
        raise LookupError(f"{generation} has no variant {name!r}")
    server = faithful(contract(generation), found)
    if not found.socket:
        return _tried(found, contract(generation), Embedded(server), briefly=briefly)
    with Served(server) as url:
        remote = Remote(Address.parse(url, (contract(generation).base,)), timeout=10)
        try:
            return _tried(found, contract(generation), remote, briefly=briefly)
        finally:
            remote.close()


def faithful(made: Contract, variant: Variant) -> ReferenceServer:
    """The reference server as this variant of it is."""
    clean = build.stages(made)
    mine = variant.where or tuple(clean)
    altered = {name: variant.alter(made, each) if name in mine else each for name, each in clean.items()}
    known = guests(made, Credentials())
    return ReferenceServer(made, altered, now=clock.ticking(), identifier=clock.counting(made.generation), guests=known)


def _tried(variant: Variant, made: Contract, target: Target, *, briefly: bool) -> Trial:
    settings = Settings()
    told = [case for case in cases(made.generation) if _concerned(case, variant)]
    formats = sorted({case.format for case in told if case.writes == case.reads})
    if briefly and formats:
        one = formats[crc32(variant.name.encode()) % len(formats)]
        told = [case for case in told if case.format == one]
    outcomes = [run(case, target, settings) for case in told]
    # What the contract leaves open may turn out to be impossible to look at: that is no finding either.
    said = (each for each in outcomes if each.verdict is not Verdict.PASS)
    alarms = [each for each in said if each.binding or each.verdict is not Verdict.COULD_NOT_RUN]
    return Trial(
        variant=variant.name,
        generation=made.generation,
        sentence=variant.sentence,
        why=variant.why,
        alarms=tuple(Alarm(case=each.case.id, verdict=each.verdict.value, reason=each.reason) for each in alarms),
        cases=len(told),
        exchanges=sum(len(each.exchanges) for each in outcomes),
    )


def _concerned(case: Case, variant: Variant) -> bool:
    return not variant.formats or case.writes in variant.formats or case.reads in variant.formats


def chosen(generation: str, only: str = "*") -> list[Variant]:
    """All variants; or those of the open clauses whose id fits ``only``."""
    return [each for each in variants(generation) if only == "*" or (each.clause and fnmatchcase(each.clause, only))]


def trials(
    generations: Iterable[str], processes: int = 1, only: str = "*", *, briefly: bool = False
) -> Iterator[Trial]:
    """Every variant of these generations, as it has been tried; ``briefly``, each in one format, by turns."""
    tried = partial(trial, briefly=briefly)
    names = [(each.name, generation) for generation in generations for each in chosen(generation, only)]
    if processes < 2 or not names:
        yield from (tried(*each) for each in names)
        return
    with ProcessPoolExecutor(processes * _A_CORE) as pool:
        yield from pool.map(tried, *zip(*names, strict=True), chunksize=4)
