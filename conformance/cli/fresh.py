"""A run that is made in order to be compared: the same cases as the other side has, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress

from conformance.derive.cases import Case
from conformance.errors import BadOption
from conformance.regression.runs import Run, load
from conformance.session.events import case_event
from conformance.session.redact import Redactor
from conformance.session.run import run
from conformance.session.stream import Stream
from conformance.suite.plan import Options, Plan, plan


def side(word: str, options: Options, other: Run | None, console: Console) -> Run:
    """The run that a word means: a file or a folder, or a target, which is run now. Raises BadOption."""
    path = Path(word)
    if path.is_dir() and not (path / "events.jsonl").exists():
        raise BadOption(f"{word} holds no events.jsonl", "name the reports of a run, or a target")
    if path.exists():
        return load(path)
    if ":" not in word and not word.startswith("embedded"):
        raise BadOption(f"there is no file or folder {word}, and no such target", "name the reports of a run")
    made = plan(replace(options, target=word) if other is None else _like(other, word, options))
    cases = [each for each in made.cases if other is None or each.id in other.cases]
    if not cases:
        raise BadOption(f"{word} has none of the cases of {other.name if other else word}", "compare what is alike")
    return _told(replace(made, cases=tuple(cases)), word, console)


def _like(other: Run, word: str, options: Options) -> Options:
    """The options under which the other run was made, but for what the user has said."""
    header = other.header
    return replace(
        options,
        target=word,
        generations=options.generations or header["generations"],
        profile=options.profile or header["profile"],
        seed=options.seed or header["seed"],
        exhaustive=options.exhaustive or header.get("exhaustive", False),
    )


def _told(made: Plan, word: str, console: Console) -> Run:
    if made.visit is not None:
        remedy = "visit it with conformance run, and compare the reports"
        raise BadOption("a real organisation is not visited from here: nothing would archive what that makes", remedy)
    made.check()
    redactor = Redactor.of(made.settings.credentials.secrets)
    with TemporaryDirectory() as folder:
        stream = Stream(made.head, Path(folder))
        stream.begin()
        for each in _watched(made.cases, console):
            outcome = run(each, made.open(each.contract.generation), made.settings)
            stream.add(case_event(outcome, redactor))
        stream.end()
        return replace(load(Path(folder)), name=word)


def _watched(cases: tuple[Case, ...], console: Console) -> Iterable[Case]:
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(cases, description="cases")
