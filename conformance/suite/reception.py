"""The pytest side of a visit: the processes of a run find its desk, and whatever ends it, there is cleaning up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conformance.live.archive import Cleared
from conformance.live.visit import Visit
from conformance.session.forecast import forecast
from conformance.suite.plan import Plan

DESK = "conformance_desk"


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """A plugin of the process that begins the run."""

    visit: Visit

    @classmethod
    def of(cls, made: Plan, visit: Visit, config: pytest.Config) -> Reception:
        """Begin the visit. Raises BadOption."""
        if visit.records is None:
            visit.keep(forecast(made.cases, made.settings).records)
        visit.begin(Path(config.getoption("--conformance-reports") or "reports"), made.settings.seed)
        # Workers read the words of the command line anew, and must come to the same names.
        config.option.conformance_seed = made.settings.seed
        return cls(visit)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the desk is."""
        node.workerinput[DESK] = self.visit.address

    def pytest_keyboard_interrupt(self) -> None:
        """Cases send nothing any more, whatever the workers still do until they are ended."""
        self.visit.halt()

    def pytest_internalerror(self) -> None:
        """The same, when the suite itself has failed."""
        self.visit.halt()

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Clean up; pytest comes here after failures and interruptions too."""
        self.visit.end()
        screen = config.pluginmanager.get_plugin("terminalreporter")
        if screen is not None and self.visit.cleared is not None:
            for each in lines(self.visit, self.visit.cleared):
                screen.write_line(each)


def lines(visit: Visit, cleared: Cleared) -> list[str]:
    """What came of cleaning up, in words."""
    budget = visit.counter.budget
    waited = f", {budget.waited:.0f} s of waiting for limits" if budget.waited >= 1 else ""
    said = [f"{budget.sent} requests sent{waited}"]
    said += told(cleared)
    if not cleared.clean:
        said += [f"to finish: conformance live cleanup {visit.account.path} {visit.book}"]
    return said


def told(cleared: Cleared) -> list[str]:
    """What was archived, and what is still active."""
    count = len(cleared.archived)
    said = [f"{count} records archived" + ("; none of the run is active any more" if cleared.clean else "")]
    if cleared.trouble:
        said += [f"cleaning up was not finished: {cleared.trouble}"]
    if cleared.left:
        said += [f"still active: {len(cleared.left)}"]
    said += [f"  {each.identity}  {each.name[:80]!r}  {each.why[:300]}".rstrip() for each in cleared.left]
    return said
