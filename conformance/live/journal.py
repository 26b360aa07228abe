"""What a run may have left behind, written down before it is sent: a file that only grows, safe on disk line by line.

It holds names, numbers and identifiers of records, and neither a token nor a tenant.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

from conformance.contract.model import Contract
from conformance.document import Record
from conformance.errors import BadOption, BadSpec, Unreadable
from conformance.exchange import Request, Response
from conformance.wire import envelope, form
from conformance.wire.scalar import ZERO_GUID

_LARGEST = 256 * 1024 * 1024
# What values.name and values.number put into every name and number that has room for it.
_MARK = re.compile(r"conformance [0-9a-f]{10}|ct-[0-9a-f]{10}")
_LISTS = ("names", "marks", "ids")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is known of the records of a run: whole names and numbers, marks inside of them, and identifiers."""

    names: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def own(self, contract: Contract, record: Record) -> bool:
        """Whether a record bears a name or a number that the run has sent, or a part of one that was cut off."""
        texts = [str(record.get(each) or "").casefold() for each in (contract.resource.name, contract.resource.number)]
        if any(each in self.names for each in texts if each):
            return True
        if any(mark in self.marks for each in texts for mark in _MARK.findall(each)):
            return True
        cut = {each for each in self.names if len(each) > len(texts[0])}
        return len(texts[0]) >= 20 and any(each.startswith(texts[0]) for each in cut)


@dataclass(eq=False)
class Journal:
    """The file, open to be added to."""

    path: Path
    _file: TextIO
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def begin(cls, folder: Path, facts: Mapping[str, str]) -> Journal:
        """A new file in ``folder`` that begins with these facts about the run. Raises BadOption."""
        started = datetime.now(UTC)
        path = folder / f"live-{started:%Y%m%dT%H%M%S%f}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            journal = cls(path, path.open("x", encoding="utf-8"))
        except OSError as error:
            problem = f"what a run leaves behind cannot be written to {path}: {error.strerror}"
            raise BadOption(problem, "name another folder with --reports") from error
        journal.note({"kind": "run", "format": 1, "started": started.isoformat(timespec="seconds"), **facts})
        return journal

    @classmethod
    def reopen(cls, path: Path) -> Journal:
        """The file of an earlier run, to be added to. Raises BadOption."""
        try:
            return cls(path, path.open("a", encoding="utf-8"))
        except OSError as error:
            raise BadOption(
                f"{path} cannot be written to: {error.strerror}", "copy it to where you may write"
            ) from error

    def note(self, entry: Mapping[str, Any]) -> None:
        """Add a line; when this returns, it is on disk."""
        with self._lock:
            self._file.write(json.dumps(entry, ensure_ascii=True) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Nothing is added any more."""
        self._file.close()


def read(path: Path) -> tuple[dict[str, Any], Traces]:
    """The facts about a run, and its traces. A last line that broke off is left out. Raises BadSpec."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadSpec(path, 1, "is too large for a journal", "name the live-….jsonl of a run")
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSpec(path, 1, "cannot be read as a journal", "name the live-….jsonl of a run") from error
    entries = [_entry(path, number, line) for number, line in enumerate(lines[:-1], 1)]
    if not entries or entries[0].get("kind") != "run" or entries[0].get("format") != 1:
        raise BadSpec(path, 1, "is no journal of a live run", "name the live-….jsonl of a run")
    found = {each: frozenset(_texts(entries, each)) for each in _LISTS}
    return entries[0], Traces(**found)


def _entry(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadSpec(path, number, "is not JSON", "name the live-….jsonl of a run") from error
    if not isinstance(entry, dict):
        raise BadSpec(path, number, "is no entry of a journal", "name the live-….jsonl of a run")
    return entry


def _texts(entries: Iterable[Mapping[str, Any]], name: str) -> Iterable[str]:
    for each in entries:
        held = each.get(name)
        yield from (one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def sent(contract: Contract, request: Request) -> dict[str, Any] | None:
    """The entry about a request that may write; None for one that cannot."""
    if request.method == "GET":
        return None
    opened = form.opened(contract, request)
    resource = contract.resource
    records = _records(contract, opened.body)
    names = {
        str(each[name]).casefold() for each in records for name in (resource.name, resource.number) if each.get(name)
    }
    marks = set(_MARK.findall(opened.body.decode("utf-8", "replace").casefold()))
    return {"kind": "sent", "names": sorted(names), "marks": sorted(marks)}


def _records(contract: Contract, body: bytes) -> tuple[Record, ...]:
    """The records of a body, in whatever format it is; none where it is in no known one."""
    for each in contract.formats:
        try:
            return envelope.read_request(contract, each, body).records
        except Unreadable:
            continue
    return ()


def seen(contract: Contract, response: Response) -> list[str]:
    """The identifiers in an answer to a write, of records that were taken and of those that were refused."""
    try:
        answer = envelope.read_answer(contract, response)
    except Unreadable:
        return []
    refused = () if answer.error is None else tuple(each.record for each in answer.error.elements)
    held = [each.get(contract.resource.identity) for each in (*(answer.records or ()), *refused)]
    return sorted({each for each in held if isinstance(each, str) and each and each != ZERO_GUID})
