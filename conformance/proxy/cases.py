"""Cases about traffic: the duties of the client that can be watched, and the promises of the server about answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from conformance.client.cases import ClientCase
from conformance.client.cases import cases as duties
from conformance.contract.model import Clause, Contract, Grade, Level
from conformance.derive.cases import fits
from conformance.errors import BadOption
from conformance.rules.kind import Rule
from conformance.rules.registry import contract as served
from conformance.rules.registry import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCase:
    """A promise of the server's, of which each answer alone shows whether it breaks it. ``id`` is stable for ever."""

    id: str
    contract: Contract
    clause: Clause
    format: str
    parameter: str = ""
    scene: str = ""

    @property
    def core(self) -> bool:
        """Whether it belongs to the core profile."""
        return self.clause.level is Level.MUST and self.clause.grade is Grade.DOCUMENTED


TrafficCase: TypeAlias = ClientCase | AnswerCase


@cache
def cases(generation: str) -> tuple[TrafficCase, ...]:
    """All cases of a generation, the client's first."""
    watched = [each for each in duties(generation) if each.watch is not None]
    return (*watched, *_answers(served(generation)))


def _answers(contract: Contract) -> Iterator[AnswerCase]:
    deaf = Rule(name="", checks=lambda *_: (), faults=lambda *_: ()).overhear
    for clause in contract.clauses:
        if not clause.untested and rules()[clause.rule].overhear is not deaf:
            for name in (each for each in contract.formats if not clause.formats or each in clause.formats):
                identifier = f"{contract.generation}/{name}/{clause.id}"
                yield AnswerCase(id=identifier, contract=contract, clause=clause, format=name)


def select(
    generation: str, *, formats: Sequence[str] = (), only: Sequence[str] = (), core: bool = False
) -> tuple[TrafficCase, ...]:
    """The cases that a run asks for. Raises BadOption when a format or a pattern fits none."""
    for each in formats:
        if each not in served(generation).formats:
            raise BadOption(f"generation {generation} has no format {each!r}", "use xml or json")
    chosen = [each for each in cases(generation) if not formats or each.format in formats]
    for pattern in only:
        if not any(fits(each.id, pattern) for each in chosen):
            raise BadOption(f"no case fits {pattern!r}", "see the cases of a run in its events.jsonl")
    chosen = [each for each in chosen if not only or any(fits(each.id, pattern) for pattern in only)]
    return tuple(each for each in chosen if each.core or not core)
