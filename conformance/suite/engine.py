"""The hooks that turn a plan into pytest items, outcomes into reports, and reports into the event stream.

With xdist every worker makes the same plan; the events travel to the controller on the reports of the items.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import ConformanceError, TargetDown
from conformance.report import allure
from conformance.rules.ending import CouldNotRun
from conformance.session.events import Event, case_event, error_event
from conformance.session.expect import Deviation, told
from conformance.session.outcome import Outcome, Subject, Verdict
from conformance.session.redact import Redactor
from conformance.session.stream import Stream
from conformance.suite.expected import expected
from conformance.suite.plan import Options, Plan, Prepared, Telling, plan
from conformance.suite.reception import DESK, Reception
from conformance.suite.spread import ByScene

_PLAN = pytest.StashKey[Telling]()
OUTCOME = pytest.StashKey[Outcome]()
_EXPECTED = pytest.StashKey[Sequence[Deviation]]()
_FAILURE = pytest.StashKey[str]()
_CASES = pytest.StashKey[Mapping[str, Subject]]()

WRITER = "conformance-writer"
MODULE = Path(__file__).with_name("test_contract.py")


def pytest_configure(config: pytest.Config) -> None:
    """Make the plan, and find out whether the target is there, before anything is collected."""
    controller = not hasattr(config, "workerinput")
    try:
        made = _prepared(config) or plan(_options(config), getattr(config, "workerinput", {}).get(DESK))
        config.stash[_EXPECTED] = expected(config.getoption("--conformance-expect") or "", made.cases)
        if controller and _prepared(config) is None:
            made.check()
        if isinstance(made, Plan) and made.visit is not None:
            config.pluginmanager.register(Reception.of(made, made.visit, config))
    except TargetDown as error:
        pytest.exit(str(error), returncode=3)
    except ConformanceError as error:
        raise pytest.UsageError(str(error)) from error
    _begin(config, made, controller=controller)


def _begin(config: pytest.Config, made: Telling, *, controller: bool) -> None:
    config.stash[_PLAN] = made
    config.stash[_CASES] = {each.id: each for each in made.cases}
    if str(MODULE) not in config.args:
        config.args.append(str(MODULE))
    if controller:
        folder = config.getoption("--conformance-reports")
        stream = Stream(made.head, Path(folder) if folder else None)
        stream.begin()
        config.pluginmanager.register(Writer(stream), WRITER)


def _prepared(config: pytest.Config) -> Telling | None:
    """The plan of a face that has made one. Its target has been asked once, and is not asked again."""
    return next((each.plan for each in config.pluginmanager.get_plugins() if isinstance(each, Prepared)), None)


def _options(config: pytest.Config) -> Options:
    def word(name: str, default: str = "") -> str:
        return config.getoption(f"--conformance-{name}") or default

    def words(name: str) -> tuple[str, ...]:
        return tuple(config.getoption(f"--conformance-{name}") or ())

    return Options(
        target=word("target"),
        generations=words("generation"),
        formats=words("format"),
        profile=word("profile"),
        only=words("only"),
        seed=word("seed"),
        lacks=words("lacks"),
        headers=words("header"),
        token=word("token"),
        tenants=words("tenant"),
        api_key=word("api-key"),
        xero_key=word("xero-key"),
        timeout=word("timeout", "10"),
        exhaustive=bool(config.getoption("--conformance-exhaustive")),
        organisation=word("organisation"),
        record=word("record"),
        lenient=bool(config.getoption("--conformance-lenient")),
        max_age=word("max-age"),
        stale=word("stale", "warn"),
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByScene | None:
    """Where nobody chose another way to spread the items, cases of one scene stay together."""
    return ByScene(config, log, config.stash[_CASES]) if config.getoption("dist") == "load" else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item a case. The parameter is the id, short and unique, which is what reports tell items apart by."""
    if _ours(metafunc.definition):
        identifiers = [case.id for case in metafunc.config.stash[_PLAN].cases]
        metafunc.parametrize("case", identifiers, ids=identifiers)


def _ours(item: pytest.Item) -> bool:
    """Whether the item is of the packaged test, and not of somebody else's."""
    return item.path == MODULE


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run the case; endings that are neither pass nor fail end the item here, in its set-up."""
    if not _ours(item):
        return
    made = item.config.stash[_PLAN]
    case = item.config.stash[_CASES][_case_id(item)]
    outcome = told(made.tell(case), item.config.stash[_EXPECTED], datetime.now(UTC).date())
    item.stash[OUTCOME] = outcome
    if outcome.verdict is Verdict.COULD_NOT_RUN:
        raise CouldNotRun(outcome.reason)
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        pytest.skip(outcome.reason)


def _case_id(item: pytest.Item) -> str:
    assert isinstance(item, pytest.Function)
    return str(item.callspec.params["case"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say endings in one sentence, tell allure, and put the event on the last report of the item."""
    report = yield
    if not _ours(item):
        return report
    if call.excinfo is not None and isinstance(call.excinfo.value, CouldNotRun):
        report.longrepr = str(call.excinfo.value)
    elif call.excinfo is not None and call.when == "setup" and OUTCOME not in item.stash:
        item.stash[_FAILURE] = call.excinfo.exconly()
    redactor = Redactor.of(item.config.stash[_PLAN].secrets)
    if call.when == "setup" and OUTCOME in item.stash and item.config.getoption("allure_report_dir", None):
        allure.describe(item.stash[OUTCOME], redactor)
    if call.when == "teardown":
        # Attributes of a report travel from xdist workers to the controller with it.
        vars(report)["conformance_event"] = dict(_event(item, redactor))
    return report


def _event(item: pytest.Item, redactor: Redactor) -> Event:
    if OUTCOME in item.stash:
        return case_event(item.stash[OUTCOME], redactor)
    case = item.config.stash[_CASES][_case_id(item)]
    return error_event(case, f"the suite itself failed: {item.stash.get(_FAILURE, 'no outcome')}", redactor)


class Writer:
    """Receives the reports of all processes and feeds the stream."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the event of a finished case."""
        event = getattr(report, "conformance_event", None)
        if event is not None:
            self.stream.add(event)

    def pytest_sessionfinish(self) -> None:
        """End the stream and write what is made of it."""
        self.stream.end()
