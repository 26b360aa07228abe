"""Cases: every check of every clause, in every format and mix of formats that it can be told in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import permutations

from conformance.contract.model import Clause, Contract, Grade, Level
from conformance.errors import BadOption
from conformance.rules.kind import Check
from conformance.rules.registry import contract as load
from conformance.rules.registry import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A check bound to a generation and to the formats it writes and reads. ``id`` is stable for ever."""

    id: str
    contract: Contract
    check: Check
    writes: str
    reads: str

    @property
    def clause(self) -> Clause:
        """The clause it tests."""
        return self.check.clause

    @property
    def parameter(self) -> str:
        """The field or the variant that it is about."""
        return self.check.parameter

    @property
    def scene(self) -> str:
        """The conversation that it shares with others."""
        return self.check.scene

    @property
    def format(self) -> str:
        """The format axis, as it stands in the id: ``json``, or ``xml-json`` for writing one and reading the other."""
        return self.writes if self.writes == self.reads else f"{self.writes}-{self.reads}"

    @property
    def core(self) -> bool:
        """Whether it belongs to the core profile: a documented MUST that a few exchanges suffice for."""
        return not self.clause.costly and self.clause.level is Level.MUST and self.clause.grade is Grade.DOCUMENTED


@cache
def cases(generation: str) -> tuple[Case, ...]:
    """All cases of a generation, in the order of its register."""
    contract = load(generation)
    tested = (clause for clause in contract.clauses if not clause.untested)
    checks = (check for clause in tested for check in rules()[clause.rule].checks(contract, clause))
    return tuple(case for check in checks for case in _bound(contract, check))


def _bound(contract: Contract, check: Check) -> Iterator[Case]:
    mixed = permutations(contract.formats, 2) if check.cross else ()
    for writes, reads in (*((each, each) for each in contract.formats), *mixed):
        allowed = [each for each in (check.clause.formats, check.formats) if each]
        if all(writes in each for each in allowed):
            label = writes if writes == reads else f"{writes}-{reads}"
            parameter = f"[{check.parameter}]" if check.parameter else ""
            identifier = f"{contract.generation}/{label}/{check.clause.id}{parameter}"
            yield Case(id=identifier, contract=contract, check=check, writes=writes, reads=reads)


def select(
    generations: Iterable[str], *, formats: Iterable[str] = (), only: Iterable[str] = (), core: bool = False
) -> tuple[Case, ...]:
    """The cases that a run asks for. Raises BadOption when a format or a pattern fits none."""
    known = [case for generation in generations for case in cases(generation)]
    for each in formats:
        if not any(each in (case.writes, case.reads) for case in known):
            raise BadOption(
                f"no generation of this run has the format {each!r}", "use xml or json, or another generation"
            )
    wanted = set(formats)
    chosen = [case for case in known if not wanted or {case.writes, case.reads} <= wanted]
    for pattern in only:
        if not any(fits(case.id, pattern) for case in chosen):
            raise BadOption(f"no case fits {pattern!r}", "see: conformance list cases")
    patterns = tuple(only)
    chosen = [case for case in chosen if not patterns or any(fits(case.id, each) for each in patterns)]
    return tuple(case for case in chosen if case.core or not core)


def fits(identifier: str, pattern: str) -> bool:
    """Whether a pattern fits; brackets stand for themselves, since they are part of ids."""
    return identifier == pattern or fnmatchcase(identifier, pattern.replace("[", "[[]"))
