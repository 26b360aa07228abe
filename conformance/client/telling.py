"""The outcome of one case about a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from conformance.client.cases import ClientCase
from conformance.client.counterpart import Heard
from conformance.client.driver import DriverLost
from conformance.client.play import Play
from conformance.document import Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.registry import contract as served
from conformance.session.outcome import Outcome, Profile, Verdict, broken
from conformance.session.run import citation

_EXAMPLES = 3

TAKEN = "takes it"
"""What a client is said to choose that does well where nobody knows what it should do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    verdict: Verdict
    reason: str = ""
    code: str = ""
    before: Value = None
    after: Value = None
    heard: Sequence[Heard] = field(default_factory=tuple)
    #: which way the client goes where nobody knows what it should do
    choice: str = ""


def told(case: ClientCase, play: Play, profile: Profile) -> Outcome:
    """What came of a scenario. An exception that leaves this function is a fault of the suite."""
    assert case.scenario is not None
    missing = [each for each in case.scenario.needs if each not in play.can]
    if missing:
        return _outcome(case, _End(verdict=Verdict.NOT_APPLICABLE, reason=f"the client cannot {', '.join(missing)}"))
    start = perf_counter()
    try:
        case.scenario.tell(play)
    except Broken as error:
        end = _End(
            verdict=broken(case, profile),
            reason=_explained(case, error.reason),
            code=error.code,
            before=error.before,
            after=error.after,
            heard=play.heard,
            choice="" if case.clause.grade.binding else error.reason,
        )
    except (CouldNotRun, DriverLost) as error:
        end = _End(verdict=Verdict.COULD_NOT_RUN, reason=str(error), heard=play.heard)
    else:
        end = _End(verdict=Verdict.PASS, heard=play.heard, choice="" if case.clause.grade.binding else TAKEN)
    return _outcome(case, end, start)


def watched(case: ClientCase, heard: Sequence[Heard], profile: Profile) -> Outcome:
    """What all that was heard shows about one duty; nothing was looked at when nothing of the sort was heard."""
    assert case.watch is not None
    start = perf_counter()
    look = case.watch(served(case.contract.generation), case.clause, heard)
    if not look.judged:
        return _outcome(case, _End(verdict=Verdict.NOT_APPLICABLE, reason="the client sent nothing of the sort"))
    if not look.offences:
        return _outcome(case, _End(verdict=Verdict.PASS), start)
    first = look.offences[0]
    more = len(look.offences) - 1
    sentence = f"{first.sentence}{f' (and {more} more like it)' if more else ''}"
    end = _End(
        verdict=broken(case, profile),
        reason=_explained(case, sentence),
        code=first.code,
        heard=[each.heard for each in look.offences[:_EXAMPLES]],
    )
    return _outcome(case, end, start)


def unspoken(case: ClientCase, reason: str) -> Outcome:
    """A case about a format that the client was declared not to speak."""
    return _outcome(case, _End(verdict=Verdict.NOT_APPLICABLE, reason=f"the driver says: {reason}"))


def lost(case: ClientCase, reason: str) -> Outcome:
    """A case that nobody could look at."""
    return _outcome(case, _End(verdict=Verdict.COULD_NOT_RUN, reason=reason))


def _explained(case: ClientCase, reason: str) -> str:
    matters = case.clause.text("matters")
    return f"{reason}{f'; {matters}' if matters else ''} {citation(case)}"


def _outcome(case: ClientCase, end: _End, start: float | None = None) -> Outcome:
    return Outcome(
        case=case,
        verdict=end.verdict,
        reason=end.reason,
        code=end.code,
        before=end.before,
        after=end.after,
        exchanges=tuple(each.exchange for each in end.heard),
        choice=end.choice,
        milliseconds=0.0 if start is None else (perf_counter() - start) * 1000,
    )
