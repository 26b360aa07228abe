"""What a run shows while it goes on. A pytest plugin that takes the place of pytest's own terminal."""

from __future__ import annotations

from math import ceil, inf
from time import monotonic

import pytest
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance.session.stream import Stream
from conformance.suite.engine import WRITER

_LONG = 5.0


class Screen:
    """Progress of a run, and its stream once it has ended. Nothing is drawn where nobody watches."""

    def __init__(self, console: Console, total: int, *, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._task = self._progress.add_task("cases", total=total)
        self._failed = 0
        self._quiet = quiet
        self._said_until = 0.0
        self.stream: Stream | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence pytest's own reporter, and begin."""
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            config.pluginmanager.unregister(reporter)
        writer = config.pluginmanager.get_plugin(WRITER)
        self.stream = writer.stream if writer is not None else None
        self._progress.start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a case that has ended."""
        event = getattr(report, "conformance_event", None)
        if event is None:
            return
        self._failed += event["verdict"] in ("fail", "suite-error", "could-not-run")
        words = f"{event['chapter']}, {self._failed} findings" if self._failed else event["chapter"]
        self._progress.update(self._task, advance=1, description=f"{words:<34}")

    def waits(self, seconds: float, why: str) -> None:
        """Somebody waits for a limit; said once for each wait where nobody watches a line."""
        if seconds == inf or self._quiet:
            return
        words = f"waiting {ceil(seconds)} s for {why}"
        if not self._progress.disable:
            self._progress.update(self._task, description=f"{words:<34}")
        elif seconds >= _LONG and monotonic() >= self._said_until:
            self._said_until = monotonic() + seconds
            self._progress.console.print(f"[dim]{escape(words)}[/]", soft_wrap=True)

    def pytest_unconfigure(self) -> None:
        """Clear the line."""
        self._progress.stop()
