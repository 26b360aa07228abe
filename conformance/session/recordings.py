"""Recordings judged, file by file: findings as events, what was judged and what not, and what that comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from conformance import __version__
from conformance.contract.clause import Grade, Level
from conformance.contract.load import generations
from conformance.contract.model import Clause, Contract
from conformance.errors import BadCassette, BadOption
from conformance.judge.recorded import How, Judged, judged
from conformance.judge.structure import CLAUSE
from conformance.recordings.opened import Opened, opened
from conformance.recordings.raw import Told
from conformance.recordings.recording import Recording
from conformance.rules.kind import Finding
from conformance.rules.registry import contract
from conformance.session.redact import Redactor
from conformance.session.secrets import secrets
from conformance.session.status import Status

Event = dict[str, Any]

_SCHEMA = Clause(
    id=CLAUSE,
    chapter="",
    level=Level.MUST,
    grade=Grade.DOCUMENTED,
    sentence="A request keeps what the schema says of its members.",
    source="schema of the generation",
    rule="",
)


@dataclass(slots=True, kw_only=True)
class File:
    """What came of one file; ``trouble`` is the line that says why it could not be read."""

    name: str
    sort: str = ""
    trouble: str = ""
    generations: Counter[str] = field(default_factory=Counter)
    assumed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    judged: int = 0

    def document(self) -> Event:
        """The file as a machine reads it."""
        return {
            "file": self.name,
            "sort": self.sort,
            "trouble": self.trouble,
            "judged": self.judged,
            "not_judged": dict(self.skipped.most_common()),
            "generations": dict(self.generations),
            "assumed": dict(self.assumed),
        }


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """All files with their findings: those that bind, and which way the service goes where the contract is open."""

    files: list[File] = field(default_factory=list)
    findings: list[Event] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """How many exchanges were judged."""
        return sum(each.judged for each in self.files)

    @property
    def skipped(self) -> Counter[str]:
        """How many were not, by the reason."""
        return sum((each.skipped for each in self.files), Counter[str]())

    def of(self, *verdicts: str) -> list[Event]:
        """The findings of these verdicts."""
        return [each for each in self.findings if each["verdict"] in verdicts]

    @property
    def status(self) -> Status:
        """What it comes to; where nothing was judged, nothing was found either."""
        if self.of("fail"):
            return Status.VIOLATES
        return Status.CONFORMS if self.judged else Status.INCOMPLETE

    @property
    def exit_code(self) -> int:
        """1 for a finding that binds, 2 for a file that is none, 3 where nothing could be judged."""
        unread = any(each.trouble for each in self.files)
        return 2 if unread and self.status is not Status.VIOLATES else self.status.exit_code

    def document(self) -> Event:
        """All of it as a machine reads it."""
        return {
            "suite": __version__,
            "status": self.status.value,
            "judged": self.judged,
            "not_judged": dict(self.skipped.most_common()),
            "files": [each.document() for each in self.files],
            "findings": self.of("fail", "warn"),
            "choices": self.of("choice"),
        }


Watch = Callable[[str, int, int], None]
"""Told of each recording: its file, its place, and how many there are."""


def verdicts(names: Iterable[str], how: How, told: Told, stdin: BinaryIO, watch: Watch) -> Verdicts:
    """The verdict on all that these files hold. A file that cannot be read says so; the others are judged."""
    made, known = Verdicts(), tuple(contract(each) for each in generations())
    for name in names:
        file = File(name=shown(name))
        made.files.append(file)
        try:
            held = opened(name, told, stdin)
        except (BadCassette, BadOption) as error:
            file.trouble = shown(str(error))
            continue
        made.findings += _file(file, held, known, how, watch)
    return made


def _file(file: File, held: Opened, known: tuple[Contract, ...], how: How, watch: Watch) -> Iterator[Event]:
    file.sort = held.sort
    redactor = Redactor.of({each for one in held.recordings for each in secrets(one.exchange, known)})
    for each in held.recordings:
        watch(file.name, each.number, len(held.recordings))
        found = judged(each, known, how)
        if found.skipped:
            file.skipped[redactor.text(shown(found.skipped))] += 1
            continue
        file.judged += 1
        if found.contract is not None:
            file.generations[found.contract.generation] += 1
            if found.assumed:
                file.assumed[f"{found.contract.generation}: {found.assumed}"] += 1
            yield from _events(file, found, found.contract, redactor)


def _events(file: File, found: Judged, made: Contract, redactor: Redactor) -> Iterator[Event]:
    for each in found.findings:
        clause = _SCHEMA if each.clause == CLAUSE else made.clause(each.clause)
        yield {
            "verdict": _verdict(clause, each),
            "clause": clause.id,
            "level": clause.level.value,
            "grade": clause.grade.value,
            "sentence": clause.sentence,
            "source": clause.source,
            "generation": made.generation,
            "code": each.code,
            "erratum": each.erratum,
            "reason": redactor.text(shown(each.sentence)),
            "path": redactor.text(shown(each.path)),
            **_place(file, found.recording, redactor),
        }


def binds(clause: Clause, found: Finding) -> bool:
    """Whether what was found can be held against a service."""
    return clause.grade.binding and not found.erratum and clause.level is not Level.MAY


def _verdict(clause: Clause, found: Finding) -> str:
    if not binds(clause, found):
        return "choice"
    return "fail" if clause.level is Level.MUST else "warn"


def _place(file: File, recording: Recording, redactor: Redactor) -> Event:
    request, response = recording.exchange.request, recording.exchange.response
    line = f"{request.method} {request.path}".strip()
    return {
        "file": file.name,
        "interaction": recording.number,
        "request": redactor.text(shown(line)),
        "status": response.status if response else None,
    }


def shown(text: str) -> str:
    """A stranger's text as a terminal may show it: in one line, and without anything that steers it."""
    return "".join(each if each.isprintable() else " " for each in text)[:2000]
