"""The event stream as it grows: lines on disk when a folder is given, and what they come to in the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from conformance import __version__
from conformance.contract.model import Contract
from conformance.errors import BadOption
from conformance.session.events import Event, line
from conformance.session.status import Status, report, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is known of a run before its first case."""

    target: str
    profile: str
    seed: str
    contracts: tuple[Contract, ...]
    cases: int
    command: str = ""
    exhaustive: bool = False
    #: what the target was recorded from, and what of that does not fit the run
    recording: Mapping[str, Any] = field(default_factory=dict)

    def event(self) -> Event:
        """The header line."""
        return {
            "kind": "header",
            "format": 1,
            "suite": __version__,
            "target": self.target,
            "generations": [each.generation for each in self.contracts],
            "profile": self.profile,
            "seed": self.seed,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "contracts": {each.generation: each.digest for each in self.contracts},
            "cases": self.cases,
            "command": self.command,
            "exhaustive": self.exhaustive,
            **({"recording": dict(self.recording)} if self.recording else {}),
        }


@dataclass
class Stream:
    """One run's events. ``folder`` may be None: then nothing is written, and the run is still summed up."""

    head: Head
    folder: Path | None = None
    header: Event = field(default_factory=dict)
    cases: list[Event] = field(default_factory=list)
    footer: Event = field(default_factory=dict)
    _file: TextIO | None = None
    _start: float = field(default_factory=perf_counter)

    def begin(self) -> None:
        """Write the header. Raises BadOption when the folder cannot be written to."""
        self.header = self.head.event()
        if self.folder is not None:
            self._file = _opened(self.folder)
        self._write(self.header)

    def add(self, event: Event) -> None:
        """Write the line of one case."""
        self._write(event)
        # Bodies are on disk; what is summed up in the end needs no copy of them.
        self.cases.append({**event, "exchanges": [_slim(each) for each in event["exchanges"]]})

    def end(self) -> None:
        """Write the footer, and ``report.json`` beside the stream."""
        self.footer = {
            "kind": "footer",
            "status": self.status.value,
            "cases": len(self.cases),
            "exchanges": sum(1 for case in self.cases for each in case["exchanges"] if not each.get("shared")),
            "seconds": round(perf_counter() - self._start, 3),
        }
        self._write(self.footer)
        if self._file is not None and self.folder is not None:
            self._file.close()
            document = report(self.header, self.cases, self.footer)
            (self.folder / "report.json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")

    @property
    def status(self) -> Status:
        """The status of the run so far."""
        return status(self.cases, self.head.cases, self.header or self.head.event())

    def _write(self, event: Event) -> None:
        if self._file is not None:
            self._file.write(line(event) + "\n")
            self._file.flush()


def _opened(folder: Path) -> TextIO:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (folder / "events.jsonl").open("w", encoding="utf-8")
    except OSError as error:
        raise BadOption(f"reports cannot be written to {folder}: {error.strerror}", "name another folder") from error


def writable(folder: Path) -> None:
    """Find out whether reports can be written to a folder. Raises BadOption."""
    _opened(folder).close()


def _slim(exchange: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**exchange, "request": {**exchange["request"], "body": ""}, "response": None}
