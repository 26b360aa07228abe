"""The kill matrix: which seeded fault is noticed by which check, and for which reason.

A fault is killed when a check of its own clause reports the violation that the fault is about: same clause, same code,
same parameter where the fault has one. What the contract leaves open cannot fail: there the noted choice must change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from zlib import crc32

from conformance.derive.cases import Case, cases
from conformance.derive.faults import Seeded, faults, find
from conformance.rules.registry import contract
from conformance.session.outcome import Outcome, Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

_RACES, _MEETINGS = "concurrency", 8
"""The chapter whose faults are races, and how often such a race is run again."""

_CHUNK = 20
"""Faults that a worker process takes at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One fault, the cases that noticed it for its own reason, and those of its clause that stumbled over it."""

    fault: str
    generation: str
    clause: str
    code: str
    sentence: str
    killers: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Whether any case noticed it for its own reason."""
        return bool(self.killers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """All faults of some generations against their cases; ``alarms`` are findings on the clean server."""

    kills: tuple[Kill, ...]
    alarms: tuple[str, ...]
    checks: tuple[str, ...]

    @property
    def survivors(self) -> tuple[Kill, ...]:
        """The faults that nothing noticed."""
        return tuple(each for each in self.kills if not each.killed)

    @property
    def vacuous(self) -> tuple[str, ...]:
        """The checks that kill nothing, and so prove nothing."""
        useful = {_check(case) for each in self.kills for case in each.killers}
        return tuple(each for each in self.checks if each not in useful)

    @property
    def sound(self) -> bool:
        """Whether every fault is killed, every check kills, and the clean server has no finding."""
        return bool(self.kills) and not (self.survivors or self.vacuous or self.alarms)


def _check(case: str) -> str:
    """A case id without its format: the check in its generation."""
    generation, _, rest = case.split("/", 2)
    return f"{generation}/{rest}"


@cache
def clean(generation: str, only: str = "*") -> dict[str, Outcome]:
    """The outcome on the faithful server of every case whose clause fits ``only``."""
    target, settings = embedded(contract(generation)), Settings()
    mine = [case for case in cases(generation) if fnmatchcase(case.clause.id, only)]
    return {case.id: run(case, target, settings) for case in mine}


def kill(one: Seeded) -> Kill:
    """What the cases of the fault's own clause make of it: those of its parameter, where it has one.

    A fault that shows in all formats is looked for in one, faults taking turns; in the others only if it hides there.
    """
    outcomes = _met(one)
    chapter = contract(one.generation).clause(one.fault.clause).chapter
    for _ in range(_MEETINGS if chapter == _RACES or one.fault.race else 0):
        # Requests that were to meet may miss each other on a busy machine: that says nothing of the check.
        if any(_noticed(one, each) for each in outcomes):
            break
        outcomes = _met(one)
    return Kill(
        fault=one.name,
        generation=one.generation,
        clause=one.fault.clause,
        code=one.fault.code,
        sentence=one.fault.sentence,
        killers=tuple(each.case.id for each in outcomes if _noticed(one, each)),
        others=tuple(each.case.id for each in outcomes if each.verdict is not Verdict.PASS and not _noticed(one, each)),
    )


def _met(one: Seeded) -> list[Outcome]:
    """The outcomes of the cases on a server of their own with this fault."""
    target, settings = embedded(contract(one.generation), one.fault, one.formats), Settings()
    outcomes: list[Outcome] = []
    for own in _turns(one):
        outcomes += [run(case, target, settings) for case in own]
        if not one.formats and any(_noticed(one, each) for each in outcomes):
            break
    return outcomes


def _turns(one: Seeded) -> list[list[Case]]:
    """The cases to tell, format by format; what can be told in some formats only comes with the first."""
    clause, parameter = one.fault.clause, one.fault.parameter
    own = [case for case in cases(one.generation) if case.clause.id == clause]
    own = [case for case in own if parameter in ("", case.check.parameter)]
    formats = list(dict.fromkeys(case.format for case in own if not case.check.formats))
    start = crc32(one.name.encode()) % len(formats) if formats else 0
    turns = [[case for case in own if case.format == each and not case.check.formats] for each in formats]
    special = [case for case in own if case.check.formats]
    first, *others = [*turns[start:], *turns[:start]] or [[]]
    return [[*first, *special], *others]


def _noticed(one: Seeded, outcome: Outcome) -> bool:
    case, fault = outcome.case, one.fault
    if outcome.code != fault.code or fault.parameter not in ("", case.parameter):
        return False
    if outcome.binding:
        return outcome.verdict in (Verdict.FAIL, Verdict.WARN)
    return outcome.choice != clean(one.generation, fault.clause)[case.id].choice


def _kill_all(names: tuple[tuple[str, str], ...]) -> list[Kill]:
    """In a worker process: faults travel by name, since their functions cannot travel."""
    found = (find(name, generation) for generation, name in names)
    return [kill(each) for each in found if each is not None]


def seeded(generation: str, only: str = "*") -> list[Seeded]:
    """The faults of the clauses whose id fits ``only``."""
    return [each for each in faults(generation) if fnmatchcase(each.fault.clause, only)]


def matrix(generations: Iterable[str], processes: int = 1, only: str = "*") -> Iterator[Kill | Matrix]:
    """Every kill as it is found, and at last the whole matrix; of the clauses whose id fits ``only``."""
    wanted = tuple(generations)
    names = [(each.generation, each.name) for generation in wanted for each in seeded(generation, only)]
    chunks = [tuple(names[start : start + _CHUNK]) for start in range(0, len(names), _CHUNK)]
    kills: list[Kill] = []
    for found in _mapped(chunks, processes):
        yield from found
        kills += found
    outcomes = [outcome for generation in wanted for outcome in clean(generation, only).values()]
    yield Matrix(
        kills=tuple(kills),
        alarms=tuple(each.case.id for each in outcomes if each.verdict is not Verdict.PASS),
        checks=tuple(dict.fromkeys(_check(each.case.id) for each in outcomes)),
    )


def _mapped(chunks: list[tuple[tuple[str, str], ...]], processes: int) -> Iterator[list[Kill]]:
    if processes < 2:
        yield from map(_kill_all, chunks)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_kill_all, chunks)
