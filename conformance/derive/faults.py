"""Seeded faults: every way in which the rules say a server can break a clause, and the same in one format only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from conformance.contract.model import Clause, Contract
from conformance.errors import BadOption
from conformance.rules.kind import Check, Fault
from conformance.rules.registry import contract as load
from conformance.rules.registry import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A fault of one generation, in all its formats or in those named."""

    name: str
    generation: str
    fault: Fault
    formats: tuple[str, ...] = ()


@cache
def faults(generation: str) -> tuple[Seeded, ...]:
    """All faults of a generation."""
    contract = load(generation)
    return tuple(each for clause in contract.clauses if not clause.untested for each in _seeded(contract, clause))


def _seeded(contract: Contract, clause: Clause) -> Iterator[Seeded]:
    checks = list(rules()[clause.rule].checks(contract, clause))
    for number, fault in enumerate(rules()[clause.rule].faults(contract, clause)):
        yield Seeded(name=fault.name, generation=contract.generation, fault=fault)
        # One fault of each clause also in a single format: a server may be right in JSON and wrong in XML.
        own = [check for check in checks if fault.parameter in ("", check.parameter)]
        formats = [each for each in contract.formats if any(_told_in(each, clause, check) for check in own)]
        for each in formats if number == 0 and len(formats) > 1 else ():
            name = f"{fault.name}-in-{each}"
            yield Seeded(name=name, generation=contract.generation, fault=fault, formats=(each,))


def _told_in(name: str, clause: Clause, check: Check) -> bool:
    return all(name in each for each in (clause.formats, check.formats) if each)


def find(name: str, generation: str) -> Seeded | None:
    """The fault of that name, if the generation has it."""
    return next((each for each in faults(generation) if each.name == name), None)


def require(name: str, generations: tuple[str, ...]) -> dict[str, Seeded]:
    """The fault of that name in each generation that has it. Raises BadOption when none has."""
    found = {each: seeded for each in generations if (seeded := find(name, each)) is not None}
    if not found:
        known = {seeded.name for each in generations for seeded in faults(each)}
        close = get_close_matches(name, sorted(known), n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise BadOption(f"there is no fault {name!r}", f"{hint}see: conformance list faults")
    return found
