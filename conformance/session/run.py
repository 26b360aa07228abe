"""Run one case against one target. The plugin and the self-test both stand on this one function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

from conformance.contract import values
from conformance.derive.cases import Case
from conformance.document import Value
from conformance.errors import Interrupted, NoAnswer, NotRecorded
from conformance.exchange import Exchange, Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.scene import Scenes
from conformance.rules.story import Story
from conformance.session.outcome import Outcome, Profile, Subject, Verdict, broken
from conformance.session.redact import Redactor
from conformance.session.taping import Taping
from conformance.session.weather import Weather
from conformance.targets.target import Credentials, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is the same for every case of a run. ``lacks`` names what the target is declared not to offer."""

    seed: str = "1"
    profile: Profile = Profile.FULL
    lacks: frozenset[str] = frozenset()
    #: whether every check holds its own conversation, also where a shared one shows enough
    exhaustive: bool = False
    credentials: Credentials = field(default_factory=Credentials)
    weather: Weather = field(default_factory=Weather, compare=False)
    scenes: Scenes = field(default_factory=Scenes, compare=False)


@dataclass
class _Recorder:
    """The target, with everything that is said written down."""

    target: Target
    case: Case
    credentials: Credentials
    weather: Weather
    exchanges: list[Exchange] = field(default_factory=list)
    #: what the weather was, in sentences
    notes: list[str] = field(default_factory=list)
    taping: Taping = field(init=False)

    def __post_init__(self) -> None:
        self.taping = Taping.of(self.target)

    def send(self, request: Request) -> Response:
        return self._send(request, self.credentials)

    def send_elsewhere(self, request: Request) -> Response:
        return self._send(request, self.credentials.elsewhere or self.credentials)

    def send_as(self, request: Request, change: Callable[[Request], Request]) -> Response:
        return self._send(request, self.credentials, change)

    def _send(
        self, request: Request, credentials: Credentials, change: Callable[[Request], Request] = lambda request: request
    ) -> Response:
        asked = change(credentials.applied(self.case.contract.access, request))
        return self.weather.out(lambda: self._exchange(asked), self.notes)

    def _exchange(self, asked: Request) -> Response:
        start = perf_counter()
        try:
            response = self.target.send(asked)
        except NoAnswer as error:
            self.exchanges.append(Exchange(request=asked, failure=str(error), milliseconds=_since(start)))
            raise
        self.exchanges.append(Exchange(request=asked, response=response, milliseconds=_since(start)))
        return response


def _since(start: float) -> float:
    return (perf_counter() - start) * 1000


def run(case: Case, target: Target, settings: Settings) -> Outcome:
    """The outcome of one case. An exception that leaves this function is a fault of the suite."""
    missing = sorted(settings.lacks & ({str(each) for each in case.check.needs} | {case.writes, case.reads}))
    if missing:
        reason = f"the target was declared to lack {', '.join(missing)}"
        return Outcome(case=case, verdict=Verdict.NOT_APPLICABLE, reason=reason)
    recorder, start = _Recorder(target, case, settings.credentials, settings.weather), perf_counter()
    redactor = Redactor.of(settings.credentials.secrets)
    with recorder.taping.case(case.id):
        story = _story(case, recorder, settings)
        ending = _told(case, story, settings)
        if ending.interrupted:
            # A write may have arrived, so nothing is sent twice: the story begins anew, with names nobody has yet.
            recorder.notes.append(f"told again, because {ending.reason}")
            story = _story(case, recorder, settings, "again")
            ending = _told(case, story, settings)
    return Outcome(
        case=case,
        verdict=ending.verdict,
        # A target may repeat in an error what it was sent, and reasons quote errors.
        reason=redactor.text(ending.reason),
        code=ending.code,
        choice=redactor.text(story.choice) if ending.verdict is Verdict.PASS and not case.clause.grade.binding else "",
        before=ending.before,
        after=ending.after,
        exchanges=tuple(recorder.exchanges),
        told_with=tuple(story.read_of),
        weather=tuple(recorder.notes),
        remarks=tuple(redactor.text(each) for each in recorder.taping.remarks),
        milliseconds=_since(start),
    )


def _story(case: Case, recorder: _Recorder, settings: Settings, *turn: str) -> Story:
    redactor = Redactor.of(settings.credentials.secrets)
    seed = values.token(settings.seed, case.id, *turn)
    story = Story(case.contract, recorder.send, seed, case.writes, case.reads, settings.lacks, redactor.text)
    story.send_as = recorder.send_as
    story.send_elsewhere = recorder.send_elsewhere if settings.credentials.elsewhere else None
    story.case, story.run_seed = case.id, settings.seed
    story.scenes, story.heard = settings.scenes, recorder.exchanges
    story.stage, story.at_once = recorder.taping, recorder.taping.at_once
    story.pause = settings.weather.wait
    return story


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    verdict: Verdict
    reason: str = ""
    code: str = ""
    before: Value = None
    after: Value = None
    #: whether a connection broke before the check came to its end
    interrupted: bool = False


def _told(case: Case, story: Story, settings: Settings) -> _Ending:
    try:
        if settings.exhaustive or not _kept_at_a_glance(case, story):
            case.check.tell(story)
    except Broken as error:
        verdict = broken(case, settings.profile)
        if verdict is Verdict.PASS:
            story.chose(error.reason)
        return _Ending(
            verdict=verdict,
            reason=f"{error.reason} {citation(case)}",
            code=error.code,
            before=error.before,
            after=error.after,
        )
    except (CouldNotRun, NoAnswer) as error:
        broke = isinstance(error, Interrupted)
        return _Ending(verdict=Verdict.COULD_NOT_RUN, reason=str(error), interrupted=broke)
    if not story.choice:
        story.chose("keeps it")
    return _Ending(verdict=Verdict.PASS)


def _kept_at_a_glance(case: Case, story: Story) -> bool:
    """Whether a shared conversation shows that the promise is kept; whatever leaves a doubt is told in full.

    What the contract leaves open is always told in full: there the way the target goes is what is asked.
    """
    if case.check.glance is None or not case.clause.grade.binding:
        return False
    try:
        case.check.glance(story)
    except NotRecorded:
        # The whole story is not on the cassette either, and would only hide what is missing.
        raise
    except (Broken, CouldNotRun, NoAnswer):
        # What is said of the target then comes from this conversation alone, and is shown with no other.
        story.read_of.clear()
        return False
    return True


def citation(case: Subject) -> str:
    """Which clause says so, how well it is known, and from where."""
    return f"({case.clause.id}, {case.clause.grade}: {case.clause.source})"
