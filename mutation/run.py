"""Small changes to the reference server, and to what rules enforce in it, with the derived cases as their judge.

Which changes there are is for mutmut to say. They are judged here, since a process that has everything loaded can fork
for each of them, tell only the chapters that reach the changed statement, and stop at the first finding. A change that
mypy refuses is not judged: `make check` would not let it in. Verdicts are noted in reports/mutants.jsonl, so that a run
that was broken off goes on where it was; the end of it is docs/mutants.json and, with docs/mutants.toml, the page.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import ndiff
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module, metadata
from itertools import groupby
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

import libcst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import get_ignored_lines
from reached import ROOT, Function, reached
from survivors import KEPT, PAGE, page

from conformance.contract.load import generations
from conformance.derive.cases import Case, cases
from conformance.rules.registry import contract, rules
from conformance.session.outcome import Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

NOTES = ROOT / "reports" / "mutants.jsonl"
#: what mypy says of code that is well typed but odd; such a change is judged
ODD = {"unreachable", "redundant-expr", "truthy-bool", "comparison-overlap"}
#: of the processor, for one change; a clean server takes three seconds
LONGEST = 60
#: so much longer on the clock, for a change that waits for ever
PATIENCE = 10

Chapter = tuple[str, str]
Line = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One function, changed in one place."""

    function: Function
    number: int
    code: str
    change: tuple[str, ...]
    #: the lines of the statement that is changed
    lines: frozenset[Line]

    @property
    def name(self) -> str:
        return f"{self.function.full} {self.number}"


def mutants(module: str, functions: Iterable[Function]) -> Iterator[Mutant]:
    """Every change that mutmut makes to these functions of a module."""
    path = source(module)
    text = path.read_text("utf-8")
    wrapper = MetadataWrapper(libcst.parse_module(text))
    visitor = MutationVisitor(mutation_operators, get_ignored_lines(module, text, wrapper, None), None)
    wrapper.visit(visitor)
    places = wrapper.resolve(PositionProvider)
    wanted = {each.node.lineno: each for each in functions}
    counts: Counter[int] = Counter()
    for each in visitor.mutations:
        outer = each.contained_by_top_level_function
        line = places[outer].start.line if isinstance(outer, libcst.FunctionDef) else 0
        if line not in wanted:
            continue
        before = libcst.Module([outer]).code.strip()
        after = libcst.Module([outer.deep_replace(each.original_node, each.mutated_node)]).code.strip()
        counts[line] += 1
        touched = wanted[line].statement(places[each.original_node].start.line)
        yield Mutant(
            function=wanted[line],
            number=counts[line],
            code=after,
            change=tuple(_changed(before, after)),
            lines=frozenset((str(path), one) for one in touched),
        )


def source(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def _changed(before: str, after: str) -> Iterator[str]:
    for each in ndiff(before.splitlines(), after.splitlines()):
        if each[0] in "-+":
            yield f"{each[:2]}{each[2:].strip()}"


# ---------------------------------------------------------------- what mypy refuses


def ill_typed(found: list[Mutant]) -> dict[str, str]:
    """What mypy has against each of those that it refuses, all of them asked about at once."""
    places: dict[Line, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "conformance", Path(folder) / "conformance")
        shutil.copy(ROOT / "pyproject.toml", folder)
        for module, mine in groupby(found, key=lambda each: each.function.module):
            path = source(module)
            relative = path.relative_to(ROOT)
            written = list(_beside(path, list(mine)))
            (Path(folder) / relative).write_text("".join(f"{line}\n" for line, _ in written), "utf-8")
            places |= {(str(relative), number): name for number, (_, name) in enumerate(written, 1)}
        command = [sys.executable, "-m", "mypy", "--output", "json", "--no-error-summary"]
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    refused: dict[str, str] = {}
    for each in map(json.loads, said.splitlines()):
        if each["severity"] == "error" and each["code"] not in ODD:
            refused.setdefault(places[each["file"], each["line"]], f"{each['message']} [{each['code']}]")
    if "" in refused:
        raise SystemExit(f"mypy cannot read what is written for it: {refused['']}")
    return refused


def _beside(path: Path, mine: list[Mutant]) -> Iterator[tuple[str, str]]:
    """The lines of a module, with every changed function behind the one it was made of, each with the mutant's name."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield line, ""
        for each in (one for one in mine if one.function.node.end_lineno == number):
            own = each.function.node.name
            code = each.code.replace(f"def {own}(", f"def {own}_mutant_{each.number}(", 1)
            indent = " " * each.function.node.col_offset
            for one in ("", *code.splitlines()):
                yield f"{indent}{one}".rstrip(), each.name


# ---------------------------------------------------------------- the judge


@cache
def chapters() -> dict[Chapter, list[Case]]:
    """The cases of every chapter of every generation."""
    found: dict[Chapter, list[Case]] = {}
    for generation in generations():
        for case in cases(generation):
            found.setdefault((generation, case.clause.chapter), []).append(case)
    return found


@cache
def choices() -> dict[str, str]:
    """Which way the server that nobody has changed goes where a clause is open, by case."""
    return {each.id: choice for chapter in chapters() for each, _, choice in told(chapter)}


def told(chapter: Chapter) -> Iterator[tuple[Case, bool, str]]:
    """The cases of a chapter, told to a fresh server: whether each passes, and which way the server goes."""
    target, settings = embedded(contract(chapter[0])), Settings()
    for case in chapters()[chapter]:
        outcome = run(case, target, settings)
        yield case, outcome.verdict is Verdict.PASS and not outcome.code, outcome.choice


def finding(chapter: Chapter) -> str:
    """The first case of a chapter that a fresh server fails, or in which it goes another way than it went."""
    known = choices()
    return next((case.id for case, fine, choice in told(chapter) if not fine or choice != known[case.id]), "")


def footprints() -> dict[Chapter, set[Line]]:
    """The lines that each chapter reaches, of the files that are changed."""
    files = {str(source(each.module)) for each in reached()}
    found: dict[Chapter, set[Line]] = {}
    # Before anything is traced, or all of it would be of the first chapter.
    choices()
    for chapter in chapters():
        seen = found[chapter] = set()

        def tracer(frame: FrameType, _event: str, _argument: object, seen: set[Line] = seen) -> Any:
            if frame.f_code.co_filename not in files:
                return None
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            return tracer

        threading.settrace(tracer)
        sys.settrace(tracer)
        wrong = finding(chapter)
        sys.settrace(None)
        threading.settrace(None)
        if wrong:
            raise SystemExit(f"the server that nobody has changed does not keep its promises: {wrong}")
    return found


def concerned(mutant: Mutant, reaches: dict[Chapter, set[Line]]) -> list[Chapter]:
    """The chapters that reach the change; those with a clause of the rule that is changed come first."""

    def elsewhere(chapter: Chapter) -> bool:
        kinds = {case.clause.rule for case in chapters()[chapter]}
        return all(rules()[each].enforce.__module__ != mutant.function.module for each in kinds)

    return sorted((each for each, lines in reaches.items() if lines & mutant.lines), key=elsewhere)


def judged(mutant: Mutant, asked: list[Chapter]) -> str:
    """``killed by ...``, ``survived``, ``timed out`` or ``unreached``."""
    if not asked:
        return "unreached"
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _judge_and_die(mutant, asked, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        verdict = said.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    late = ended in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL)
    return "timed out" if late else verdict or "killed by a crash"


def _judge_and_die(mutant: Mutant, asked: list[Chapter], writing: int) -> None:
    """In a process of its own, which ends here."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST + 5))
    signal.alarm(LONGEST * PATIENCE)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    try:
        apply(mutant)
        found = next((case for case in map(finding, asked) if case), "")
        verdict = f"killed by {found}" if found else "survived"
    except BaseException as error:  # noqa: BLE001 - whatever a changed server raises has been noticed
        verdict = f"killed by {type(error).__name__}"
    os.write(writing, verdict.encode())
    os._exit(0)


def apply(mutant: Mutant) -> None:
    """Give the function its changed code, in this process, whoever has it by whatever name."""
    module = import_module(mutant.function.module)
    holder, _, own = mutant.function.name.rpartition(".")
    original: FunctionType = vars(getattr(module, holder) if holder else module)[own]
    names = dict(vars(module))
    # The modules of the house all say this in their first line.
    code = f"from __future__ import annotations\n{mutant.code}"
    exec(compile(code, str(module.__file__), "exec"), names)
    original.__code__, original.__defaults__ = names[own].__code__, names[own].__defaults__
    original.__kwdefaults__ = names[own].__kwdefaults__


# ---------------------------------------------------------------- the run


def noted() -> dict[tuple[str, tuple[str, ...]], str]:
    """The verdicts so far, by function and change."""
    lines = NOTES.read_text("utf-8").splitlines() if NOTES.exists() else []
    return {(each["function"], tuple(each["change"])): each["verdict"] for each in map(json.loads, lines)}


def judge(found: list[Mutant]) -> None:
    """Judge what has not been judged, and note each verdict at once."""
    left = [each for each in found if (each.function.full, each.change) not in noted()]
    if not left:
        return
    refused, reaches = ill_typed(found), footprints()
    with NOTES.open("a", encoding="utf-8") as file:
        for number, each in enumerate(left, 1):
            reason = refused.get(each.name)
            verdict = f"refused: {reason}" if reason else judged(each, concerned(each, reaches))
            file.write(f"{json.dumps({'function': each.function.full, 'change': each.change, 'verdict': verdict})}\n")
            file.flush()
            print(f"{number}/{len(left)} {each.name}: {verdict}", flush=True)


def keep(found: list[Mutant]) -> None:
    """Write the figures, and what nobody noticed, for the page."""
    known, files, left = noted(), {}, []
    for each in found:
        verdict = known[each.function.full, each.change].partition(":")[0].partition(" by ")[0]
        path = str(source(each.function.module).relative_to(ROOT))
        files.setdefault(path, Counter())[verdict] += 1
        if verdict not in ("refused", "killed"):
            left.append({"function": each.function.full, "change": each.change, "verdict": verdict})
    code = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    figures = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "mutmut": metadata.version("mutmut"),
        "code": f"commit {code.stdout.strip()}",
        "files": files,
        "left": left,
    }
    KEPT.write_text(f"{json.dumps(figures, indent=1)}\n", "utf-8")
    PAGE.write_text(page(), "utf-8")


def main(patterns: list[str]) -> None:
    """Judge the functions that fit a pattern; all of them, and write the page, when there is none."""
    wanted = [each for each in reached() if not patterns or any(fnmatchcase(each.full, one) for one in patterns)]
    by_module = groupby(wanted, key=lambda each: each.module)
    found = [each for module, mine in by_module for each in mutants(module, list(mine))]
    print(f"{len(found)} mutants of {len(wanted)} functions", flush=True)
    judge(found)
    if not patterns:
        keep(found)


if __name__ == "__main__":
    main(sys.argv[1:])
