"""Cases about a client: every scenario, and after them every watch, of every duty in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from conformance.client.kind import Scenario, Watch
from conformance.client.registry import contract as load
from conformance.client.registry import rules
from conformance.contract.model import Clause, Contract, Grade, Level
from conformance.derive.cases import fits
from conformance.errors import BadOption


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCase:
    """A scenario or a watch bound to a generation and a format. ``id`` is stable for ever."""

    id: str
    contract: Contract
    clause: Clause
    format: str
    parameter: str = ""
    scenario: Scenario | None = None
    watch: Watch | None = None
    scene: str = ""

    @property
    def core(self) -> bool:
        """Whether it belongs to the core profile."""
        return self.clause.level is Level.MUST and self.clause.grade is Grade.DOCUMENTED


@cache
def cases(generation: str) -> tuple[ClientCase, ...]:
    """All cases of a generation: watches come last, since they look at what scenarios made the client send."""
    contract = load(generation)
    return (*_scenarios(contract), *_watches(contract))


def _scenarios(contract: Contract) -> Iterator[ClientCase]:
    for clause in (each for each in contract.clauses if not each.untested):
        for scenario in rules()[clause.rule].scenarios(contract, clause):
            for name in _formats(contract, clause):
                if not scenario.formats or name in scenario.formats:
                    parameter = f"[{scenario.parameter}]" if scenario.parameter else ""
                    identifier = f"{contract.generation}/{name}/{clause.id}{parameter}"
                    yield ClientCase(
                        id=identifier,
                        contract=contract,
                        clause=clause,
                        format=name,
                        parameter=scenario.parameter,
                        scenario=scenario,
                    )


def _watches(contract: Contract) -> Iterator[ClientCase]:
    for clause in (each for each in contract.clauses if not each.untested):
        watch = rules()[clause.rule].watch
        for name in _formats(contract, clause) if watch is not None else ():
            identifier = f"{contract.generation}/{name}/{clause.id}"
            yield ClientCase(id=identifier, contract=contract, clause=clause, format=name, watch=watch)


def _formats(contract: Contract, clause: Clause) -> list[str]:
    return [each for each in contract.formats if not clause.formats or each in clause.formats]


def select(
    generation: str, *, formats: Sequence[str] = (), only: Sequence[str] = (), core: bool = False, driven: bool = True
) -> tuple[ClientCase, ...]:
    """The cases that a run asks for. Raises BadOption when a format or a pattern fits none."""
    known = cases(generation)
    for each in formats:
        if each not in load(generation).formats:
            raise BadOption(f"generation {generation} has no format {each!r}", "use xml or json")
    chosen = [each for each in known if not formats or each.format in formats]
    for pattern in only:
        if not any(fits(each.id, pattern) for each in chosen):
            raise BadOption(f"no case fits {pattern!r}", "see: conformance list cases --clients")
    chosen = [each for each in chosen if not only or any(fits(each.id, pattern) for pattern in only)]
    return tuple(each for each in chosen if (each.core or not core) and (driven or each.watch is not None))
