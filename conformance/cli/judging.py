"""What the commands about clients have in common: a run told, shown, and summed up in an exit code."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console

from conformance.cli import engine
from conformance.client.observe import Ended
from conformance.contract.load import generations
from conformance.contract.toml import suggest
from conformance.errors import BadOption
from conformance.report import allure, console
from conformance.rules.registry import contract
from conformance.session.redact import Redactor
from conformance.session.status import Status
from conformance.session.status import report as summed
from conformance.session.stream import Stream
from conformance.suite.expected import expected
from conformance.suite.plan import Telling

_SHOWN, _ALL = 10, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Where reports go, how much is said, and the command that repeats the run, around the ``--only`` of a case."""

    reports: Path
    quiet: bool
    verbose: bool
    rerun: tuple[str, str]
    #: the file of the deviations that are known
    expect: str = ""


class Words(Protocol):
    """What the command lines about clients have in common."""

    @property
    def command(self) -> tuple[str, ...]:
        """The client's own command; empty where there is none."""
        ...

    @property
    def generation(self) -> str:
        """As it was given, or empty."""
        ...

    @property
    def expect(self) -> str:
        """The file of the deviations that are known, or empty."""
        ...

    @property
    def reports(self) -> Path:
        """Where reports go."""
        ...

    @property
    def quiet(self) -> bool:
        """Whether only the verdict is said."""
        ...

    @property
    def verbose(self) -> bool:
        """Whether every finding is said."""
        ...


def showing(words: Words, *given: str) -> Showing:
    """How a run is shown; ``given`` is the beginning of the command that repeats it."""
    again = list(given)
    again += ["--generation", words.generation] if words.generation else []
    again += ["--expect", words.expect] if words.expect else []
    behind = f" -- {shlex.join(words.command)}" if words.command else ""
    return Showing(
        reports=words.reports,
        quiet=words.quiet,
        verbose=words.verbose,
        rerun=(shlex.join(again), behind),
        expect=words.expect,
    )


def told(screen: Console, plan: Telling, showing: Showing) -> int:
    """The exit code of a run that has been told, and shown."""
    expected(showing.expect, plan.cases)
    words = [f"--conformance-target={plan.head.target}"]
    words += [f"--conformance-expect={showing.expect}"] if showing.expect else []
    stream, interrupted = engine.told(screen, plan, words, reports=showing.reports, quiet=showing.quiet)
    _surroundings(stream)
    document = summed(stream.header, stream.cases, stream.footer)
    if not showing.quiet:
        limit = _ALL if showing.verbose else _SHOWN
        before, after = (Redactor.of(plan.secrets).text(each) for each in showing.rerun)
        console.details(screen, document, stream.cases, limit=limit, rerun=(before, after))
    console.verdict(screen, document)
    if not showing.quiet:
        screen.print(f"[dim]reports: {showing.reports}/report.json, junit.xml, events.jsonl, allure-results/[/]")
    return engine.INTERRUPTED if interrupted else Status(stream.footer["status"]).exit_code


def _surroundings(stream: Stream) -> None:
    if stream.folder is not None:
        contracts = tuple(contract(each) for each in stream.header["generations"])
        allure.surroundings(stream.folder / "allure-results", stream.header, contracts)


def ended(screen: Console, code: int, command: Ended, limit: float) -> int:
    """The exit code once it is known how the command ended that was watched."""
    if command.code is None:
        screen.print(f"the command ran out of its {limit:g} s and was ended", style="magenta", markup=False)
    elif command.code:
        screen.print(f"the command itself ended with {command.code}", style="magenta", markup=False)
    # A test suite that fails is not a client that was judged: what it would have sent is not known.
    return code or (0 if command.code == 0 else 3)


def generation(name: str) -> str:
    """The generation of that name, or the newest. Raises BadOption."""
    known: Sequence[str] = generations()
    if name and name not in known:
        raise BadOption(f"there is no generation {name!r}", suggest(name, tuple(known)))
    return name or known[-1]
