"""A run, told by pytest and watched on a screen: what every command that tells cases has in common."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from conformance.cli.screen import Screen
from conformance.session.stream import Stream
from conformance.suite.engine import MODULE
from conformance.suite.plan import Plan, Prepared, Telling

INTERRUPTED = 130

_PLUGINS = ("conformance.plugin", "allure_pytest.plugin", "xdist.plugin")


def told(screen: Console, made: Telling, words: Sequence[str], *, reports: Path, quiet: bool) -> tuple[Stream, bool]:
    """The stream of a run that has ended, and whether somebody interrupted it; reports stand in their folder."""
    watching = Screen(screen, len(made.cases), quiet=quiet)
    if isinstance(made, Plan) and made.visit is not None:
        made.visit.told = watching.waits
    with _only_our_plugins():
        code = pytest.main(_arguments(words, reports), plugins=[watching, Prepared(made)])
    stream = watching.stream
    if stream is None or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest ended with code {int(code)}")
    return stream, code == pytest.ExitCode.INTERRUPTED


def _arguments(words: Sequence[str], reports: Path) -> list[str]:
    theirs = ["-c", str(MODULE.with_name("pytest.ini")), "-p", "no:cacheprovider", "--noconftest", "-q"]
    written = [f"--junitxml={reports / 'junit.xml'}", f"--alluredir={reports / 'allure-results'}", "--clean-alluredir"]
    plugins = [word for each in _PLUGINS for word in ("-p", each)]
    return [str(MODULE), *theirs, *plugins, *written, f"--conformance-reports={reports}", *words]


@contextmanager
def _only_our_plugins() -> Iterator[None]:
    """Keep pytest, and the workers it starts, from loading whatever else is installed: that alone costs seconds."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
