"""What is tested of what is known: each clause of each generation, with how many checks and faults it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.contract.model import Clause, Grade, Level
from conformance.derive.cases import cases
from conformance.derive.faults import faults
from conformance.rules.registry import contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One clause of one generation; ``checks`` counts each once, whatever the formats it is told in."""

    generation: str
    clause: Clause
    checks: int
    faults: int
    formats: tuple[str, ...]

    @property
    def tested(self) -> bool:
        """Whether any check is about it."""
        return self.checks > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many clauses of one kind there are, and how many of them are tested."""

    clauses: int
    tested: int


def coverage(generation: str) -> tuple[Covered, ...]:
    """Every clause of a generation, in the order of its register."""
    told = cases(generation)
    checks = Counter(clause for clause, _ in {(case.clause.id, case.check.parameter) for case in told})
    seeded = Counter(each.fault.clause for each in faults(generation))
    formats = {
        each.id: tuple(dict.fromkeys(case.format for case in told if case.clause.id == each.id))
        for each in contract(generation).clauses
    }
    return tuple(
        Covered(
            generation=generation,
            clause=each,
            checks=checks[each.id],
            faults=seeded[each.id],
            formats=formats[each.id],
        )
        for each in contract(generation).clauses
    )


def shares(rows: Iterable[Covered]) -> dict[str, dict[str, Share]]:
    """The clauses counted by chapter, by grade and by level; each of the three adds up to all of them."""
    found = tuple(rows)
    chapters = dict.fromkeys(each.clause.chapter for each in found)
    return {
        "chapter": {name: _share(each for each in found if each.clause.chapter == name) for name in chapters},
        "grade": {grade.value: _share(each for each in found if each.clause.grade is grade) for grade in Grade},
        "level": {level.value: _share(each for each in found if each.clause.level is level) for level in Level},
        "all": {"all": _share(found)},
    }


def _share(rows: Iterable[Covered]) -> Share:
    found = tuple(rows)
    return Share(clauses=len(found), tested=sum(each.tested for each in found))
