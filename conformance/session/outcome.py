"""How a case can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from conformance.contract.model import Clause, Contract, Grade, Level
from conformance.document import Value
from conformance.exchange import Exchange
from conformance.rules.scene import Played


class Verdict(StrEnum):
    """The ending of one case. A suite error never looks like a failure, nor a missing prerequisite like a pass."""

    PASS = "pass"
    #: a SHOULD that does not hold, or an observed clause in the core profile
    WARN = "warn"
    FAIL = "fail"
    #: a declared deviation that did happen
    TOLERATED = "tolerated"
    #: a declared deviation that did not happen
    STALE = "stale"
    #: the target declared that it lacks what the check needs
    NOT_APPLICABLE = "not-applicable"
    #: something the check needs, but does not judge, did not hold
    COULD_NOT_RUN = "could-not-run"
    #: the suite itself is wrong
    SUITE_ERROR = "suite-error"


class Profile(StrEnum):
    """How much is asked: documented MUSTs alone, or all that is documented or observed."""

    CORE = "core"
    FULL = "full"


class Subject(Protocol):
    """What a verdict is about: one clause, in one format, about one field or variant. The id is stable for ever."""

    @property
    def id(self) -> str:
        """What it is called in reports, and by who repeats it."""
        ...

    @property
    def contract(self) -> Contract:
        """The contract that has the clause."""
        ...

    @property
    def clause(self) -> Clause:
        """The clause."""
        ...

    @property
    def format(self) -> str:
        """The format axis, as it stands in the id."""
        ...

    @property
    def parameter(self) -> str:
        """The field or the variant; empty when the clause is looked at in one way only."""
        ...

    @property
    def scene(self) -> str:
        """The conversation that it shares with others; empty when it shares none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case. ``choice`` says which way the target goes where the contract leaves it open."""

    case: Subject
    verdict: Verdict
    reason: str = ""
    code: str = ""
    choice: str = ""
    before: Value = None
    after: Value = None
    exchanges: tuple[Exchange, ...] = ()
    #: what held the case up and is no verdict: waits, and connections that broke
    weather: tuple[str, ...] = ()
    #: what there is to say of a recording that the case was judged from
    remarks: tuple[str, ...] = ()
    #: the conversations that were held in another case, and read in this one
    told_with: tuple[Played, ...] = ()
    milliseconds: float = 0.0

    @property
    def binding(self) -> bool:
        """Whether the clause can fail a target."""
        return self.case.clause.grade.binding


def broken(case: Subject, profile: Profile) -> Verdict:
    """The verdict on a clause that does not hold."""
    clause = case.clause
    if not clause.grade.binding:
        return Verdict.PASS
    mild = clause.level is not Level.MUST or (clause.grade is Grade.OBSERVED and profile is Profile.CORE)
    return Verdict.WARN if mild else Verdict.FAIL
