"""What a rule kind is made of: checks that ask, judges that read, stages that obey, faults that disobey."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.finding import Finding
from conformance.rules.heard import Heard
from conformance.rules.stages import Stages
from conformance.rules.story import Story

__all__ = [
    "Check",
    "Fault",
    "Finding",
    "Rule",
    "Sent",
    "beyond",
    "chosen",
    "fault",
    "without",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One small story told to a target for one clause, about one field or variant of it."""

    clause: Clause
    #: the field or the variant; empty when the clause has only one check
    parameter: str
    tell: Callable[[Story], None]
    #: what the target must offer, as roles of operations and other capabilities
    needs: frozenset[str] = frozenset()
    #: the only formats it can be told in; empty for all
    formats: tuple[str, ...] = ()
    #: the name of the conversation that it shares with others, which one process must then tell
    scene: str = ""
    #: whether it is also told writing one format and reading the other
    cross: bool = False
    #: raises unless a shared conversation shows that the promise is kept: then there is nothing left to tell
    glance: Callable[[Story], object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One named way in which a server breaks one clause, and the code of the violation that must show it."""

    name: str
    clause: str
    code: str
    sentence: str
    alter: Callable[[Stages], Stages]
    #: the parameter of the check that must notice; empty when any may
    parameter: str = ""
    #: whether it does just what an assumed or contradicted clause leaves open, so that a faithful server may do it
    side: bool = True
    #: whether it shows only when two requests meet, which they may miss
    race: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A client's write, decoded: what a judge of requests looks at."""

    role: Role
    format: str
    records: tuple[Record, ...]
    bare: bool


def fault(clause: Clause, slug: str, code: str, sentence: str, alter: Callable[[Stages], Stages]) -> Fault:
    """A fault of this clause that any of its checks may notice."""
    return Fault(name=f"{clause.id}.{slug}", clause=clause.id, code=code, sentence=sentence, alter=alter)


def beyond(seeded: Fault) -> Fault:
    """The fault, as one that breaks more than what an assumed or contradicted clause leaves open."""
    return replace(seeded, side=False)


Checks = Callable[[Contract, Clause], Iterable[Check]]
Judge = Callable[[Contract, Clause, Sent], Iterable[Finding]]
Overhear = Callable[[Clause, Heard], Iterable[Finding]]
Enforce = Callable[[Contract, Clause, Stages], Stages]
Faults = Callable[[Contract, Clause], Iterable[Fault]]


def _silent(_contract: Contract, _clause: Clause, _sent: Sent) -> Iterable[Finding]:
    return ()


def _deaf(_clause: Clause, _heard: Heard) -> Iterable[Finding]:
    return ()


def _unchanged(_contract: Contract, _clause: Clause, stages: Stages) -> Stages:
    return stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of promise. ``takes`` names the arguments of its clauses and what each of them names.

    ``judge`` says what a client's write breaks, ``overhear`` what an answer breaks of which nothing else is known.
    """

    name: str
    checks: Checks
    faults: Faults
    enforce: Enforce = _unchanged
    judge: Judge = _silent
    overhear: Overhear = _deaf
    takes: Mapping[str, str] = field(default_factory=dict)


def chosen(record: Record, *names: str) -> dict[str, Value]:
    """The members of a record that are named."""
    return {name: value for name, value in record.items() if name in names}


def without(record: Record, *names: str) -> dict[str, Value]:
    """The members of a record that are not named."""
    return {name: value for name, value in record.items() if name not in names}
