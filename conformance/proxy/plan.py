"""A run that judges what came through: what the client sent, and what the server answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from conformance.client.cases import ClientCase
from conformance.client.observe import spoken
from conformance.client.telling import watched
from conformance.contract.model import Contract
from conformance.judge.operation import meant
from conformance.judge.recorded import How, Judged, judged
from conformance.proxy.cases import AnswerCase, TrafficCase
from conformance.proxy.traffic import Passed, hidden
from conformance.recordings.recording import Recording
from conformance.rules.kind import Finding
from conformance.rules.registry import contract as served
from conformance.session.outcome import Outcome, Profile, Subject, Verdict, broken
from conformance.session.recordings import binds, shown
from conformance.session.run import citation
from conformance.session.stream import Head

_EXAMPLES = 3


@dataclass(eq=False, kw_only=True)
class ProxyPlan:
    """What came through, as cases for the engine."""

    target: str
    generation: str
    cases: Sequence[TrafficCase]
    passed: Sequence[Passed]
    profile: Profile = Profile.FULL
    secrets: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.secrets = hidden(self.passed, self.contract)

    @property
    def contract(self) -> Contract:
        """What the generation promises."""
        return served(self.generation)

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        made = (self.contract,)
        return Head(target=self.target, profile=self.profile.value, seed="", contracts=made, cases=len(self.cases))

    def check(self) -> None:
        """Everything has come through already."""

    def tell(self, case: Subject) -> Outcome:
        """What came through, looked at for one duty or one promise."""
        if not self.passed:
            return Outcome(case=case, verdict=Verdict.COULD_NOT_RUN, reason="nothing came through the proxy")
        if isinstance(case, ClientCase):
            mine = [each.heard for each in self.ours if self._format(each) == case.format]
            return watched(case, mine, self.profile)
        assert isinstance(case, AnswerCase)
        return self._answered(case)

    @cached_property
    def ours(self) -> Sequence[Passed]:
        """The exchanges about the resource: what else came through is none of the contract's business."""
        return tuple(each for each in self.passed if meant(self.contract, each.heard.request) is not None)

    @cached_property
    def answers(self) -> Mapping[str, Sequence[tuple[Passed, Judged]]]:
        """The answers that could be judged, by their format."""
        found: dict[str, list[tuple[Passed, Judged]]] = {each: [] for each in self.contract.formats}
        how = How(generation=self.generation)
        for number, each in enumerate(self.passed, 1):
            recording = Recording(file="", number=number, exchange=each.exchange)
            said = judged(recording, (self.contract,), how)
            if said.skipped:
                self.skipped[shown(said.skipped)] += 1
            else:
                found[self._answer_format(each)].append((each, said))
        return found

    @cached_property
    def skipped(self) -> Counter[str]:
        """Why answers were not judged, with how many of them."""
        return Counter()

    def _unseen(self, case: AnswerCase) -> Outcome:
        """A promise that no answer was about: no matter where others were looked at, and a gap where none was.

        One case tells of the gap for all of them, so that the run is incomplete and says why once.
        """
        if self._succeeded or case is not self._spokesman:
            reason = "the server answered nothing of the sort"
            return Outcome(case=case, verdict=Verdict.NOT_APPLICABLE, reason=reason)
        why = f": {self.skipped.most_common(1)[0][0]}" if self.skipped else ""
        reason = f"no promise of the server's was looked at, for no success came through that could be judged{why}"
        return Outcome(case=case, verdict=Verdict.COULD_NOT_RUN, reason=reason)

    @cached_property
    def _spokesman(self) -> AnswerCase | None:
        answers = (each for each in self.cases if isinstance(each, AnswerCase) and each.clause.grade.binding)
        return next((each for each in answers if each.clause.chapter != "errors"), None)

    @cached_property
    def _succeeded(self) -> bool:
        told = [each.exchange.response for found in self.answers.values() for each, _ in found]
        return any(each is not None and each.status < 400 for each in told)

    def _format(self, passed: Passed) -> str:
        return spoken(passed.heard, tuple(self.contract.formats))

    def _answer_format(self, passed: Passed) -> str:
        response = passed.exchange.response
        start = response.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] if response else b""
        told = {b"{": "json", b"[": "json", b"<": "xml"}.get(start, "")
        return told if told in self.contract.formats else self._format(passed)

    def _answered(self, case: AnswerCase) -> Outcome:
        """Kept, if an answer could have spoken against it and none does."""
        answers = self.answers[case.format]
        against = [(each, one) for each, said in answers for one in said.findings if one.clause == case.clause.id]
        if not against:
            looked = any(_about(case, each) for each, _ in answers)
            return Outcome(case=case, verdict=Verdict.PASS) if looked else self._unseen(case)
        binding = [(each, one) for each, one in against if binds(case.clause, one)]
        first, one = (binding or against)[0]
        sentence = _sentence(first, one) + (f" (and {len(against) - 1} more like it)" if len(against) > 1 else "")
        return Outcome(
            case=case,
            verdict=broken(case, self.profile) if binding else Verdict.PASS,
            reason=f"{sentence} {citation(case)}",
            code=one.code if binding else "",
            choice="" if binding else sentence,
            exchanges=tuple(each.exchange for each, _ in (binding or against)[:_EXAMPLES]),
        )


def _about(case: AnswerCase, passed: Passed) -> bool:
    """A promise about errors needs an error to be looked at, any other one an answer that is none."""
    response = passed.exchange.response
    return response is not None and (response.status >= 400) == (case.clause.chapter == "errors")


def _sentence(passed: Passed, found: Finding) -> str:
    request = passed.exchange.request
    at = f", {found.path}" if found.path else ""
    return shown(f"the answer to {request.method} {request.path}{at}: {found.sentence}")
