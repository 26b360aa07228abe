"""The pytest plugin in somebody else's folder: it adds the cases when it is asked to, and nothing at all otherwise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from loopback import free_port

from conformance.derive.cases import select

UNRELATED = """
def test_of_somebody_else():
    assert True
"""

WATCHFUL = """
import sys

def test_nothing_of_the_suite_is_here():
    assert "conformance.plugin" in sys.modules, "the plugin is not installed"
    ours = {name for name in sys.modules if name.split(".")[0] == "conformance"}
    assert ours == {"conformance", "conformance.plugin"}
    assert not {"lxml", "urllib3", "uvicorn", "deepdiff", "jsonschema_rs", "click"} & set(sys.modules)
"""

CASES = len(select(("1.0",), formats=(), only=(), core=False))
EMBEDDED = ("--conformance-target=embedded", "--conformance-generation=1.0")
BROKEN = ("--conformance-target=embedded:upsert.match-by-number.ignored", "--conformance-generation=1.0")
SENTENCE = "an upsert that names an existing contact by ContactNumber was answered with another"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "test_unrelated.py").write_text(UNRELATED, "utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A pytest of the folder's own, which sees nothing of the one that runs it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CONFORMANCE", "COV"))}
    command = [sys.executable, "-m", "pytest", "--color=no", *words]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False, timeout=120)


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    last = done.stdout.strip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last.partition(" in ")[0])}


def test_the_folders_own_tests_and_every_case_run_and_pass(folder: Path) -> None:
    done = run(folder, *EMBEDDED)
    assert CASES > 30
    assert (done.returncode, counts(done)) == (0, {"passed": CASES + 1}), done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("words", "expected"), [(EMBEDDED, 0), (BROKEN, 1)], ids=["faithful", "broken"])
def test_two_workers_come_to_the_same_counts_as_none(folder: Path, words: tuple[str, ...], expected: int) -> None:
    alone, shared = run(folder, *words), run(folder, *words, "-n", "2")
    assert (alone.returncode, shared.returncode) == (expected, expected), shared.stdout + shared.stderr
    assert counts(alone) == counts(shared)
    assert sum(counts(shared).values()) == CASES + 1


def test_a_broken_server_fails_with_the_reason_and_no_traceback(folder: Path) -> None:
    done = run(folder, *BROKEN, "-k", "match-by-number")
    assert (done.returncode, counts(done)) == (1, {"failed": 1, "deselected": CASES}), done.stdout + done.stderr
    assert SENTENCE in done.stdout
    for noise in ("Traceback", "engine.py", "test_contract.py:", "pytest.fail", "^E "):
        assert not re.search(noise, done.stdout + done.stderr, re.MULTILINE)


def test_without_an_option_nothing_of_the_suite_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_watchful.py").write_text(WATCHFUL, "utf-8")
    # Every pytest also loads the plugin of schemathesis where that is installed, as it is for the explorer, and with it
    # urllib3, click and others: what they are there for is not ours to judge.
    done = run(tmp_path, "-p", "no:schemathesis")
    assert (done.returncode, counts(done)) == (0, {"passed": 1}), done.stdout + done.stderr


MEANINGLESS = {
    "target": (("--conformance-target=nonsense",), "'nonsense' is not a target; use embedded, "),
    "fault": (("--conformance-target=embedded:nonsense",), "there is no fault 'nonsense'; "),
    "address": (("--conformance-target=mock:nonsense",), "'nonsense' is not "),
    "generation": (("--conformance-target=embedded", "--conformance-generation=9"), "there is no generation '9'; "),
    "profile": (("--conformance-target=embedded", "--conformance-profile=half"), "there is no profile 'half'; "),
}


@pytest.mark.parametrize(("words", "line"), MEANINGLESS.values(), ids=MEANINGLESS)
def test_what_means_nothing_is_a_usage_error_in_one_line(folder: Path, words: tuple[str, ...], line: str) -> None:
    done = run(folder, *words)
    assert (done.returncode, done.stdout) == (4, "")
    [said] = done.stderr.strip().splitlines()
    assert said.startswith(f"ERROR: {line}")


def test_a_target_that_is_not_there_ends_the_run_before_any_test(folder: Path) -> None:
    target = f"mock:http://127.0.0.1:{free_port()}"
    done = run(folder, f"--conformance-target={target}")
    assert done.returncode == 3
    [said] = (done.stdout + done.stderr).strip().splitlines()
    assert f"{target} does not answer: nothing listens at " in said
