"""The program around a client under test: JSON lines in, JSON lines out, and never more time than it was given."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any, Protocol

from conformance.document import Value
from conformance.errors import BadOption, ConformanceError, Unreadable
from conformance.wire import json

_LONGEST = 16 * 1024 * 1024
_LAST_WORDS = 12
#: lines that nobody asked for and that are kept; a driver that goes on printing is held up
_UNREAD = 8
_PARTING = 2.0


@dataclass(eq=False)
class DriverLost(ConformanceError):
    """The driver gave no answer that can be used: it hung, crashed, ended early, or said something else."""

    cause: str
    last_words: str = ""
    #: whether it was silent for as long as it may take
    hung: bool = False

    def __str__(self) -> str:
        return f"{self.cause}; its last words were: {self.last_words}" if self.last_words else self.cause


class Asked(Protocol):
    """Whoever answers the messages of the protocol."""

    @property
    def running(self) -> bool:
        """Whether it has been started and not been ended since."""
        ...

    def ask(self, do: str, arguments: Mapping[str, Value], seconds: float) -> Mapping[str, Value]:
        """What it answers to one message. Raises DriverLost."""
        ...

    def end(self) -> None:
        """Let it go."""
        ...


@dataclass(eq=False)
class Driver:
    """One process, in a group of its own, that is ended with all that it started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    _number: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _lines: Queue[bytes | None] = field(default_factory=lambda: Queue(_UNREAD))
    _words: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_WORDS))

    def ask(self, do: str, arguments: Mapping[str, Value], seconds: float) -> Mapping[str, Value]:
        """What it answers to one message. Raises DriverLost; it is then ended, and the next message starts another."""
        process = self._running()
        self._number += 1
        message: Mapping[str, Value] = {"message": Decimal(self._number), "do": do, **arguments}
        try:
            # A driver that reads nothing must not hold up the suite: the pipe to it may be full.
            Thread(target=_write, args=(process, message), daemon=True).start()
            return self._answer(seconds)
        except DriverLost:
            self.end()
            raise

    @property
    def running(self) -> bool:
        """Whether it has been started and not been ended since."""
        return self._process is not None

    def end(self) -> None:
        """Let it go, and end whatever is left of it and of what it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError, ValueError):
            assert process.stdin is not None
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PARTING if process.poll() is None else 0)
        kill(process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._lines, self._words, self._number = Queue(_UNREAD), deque(maxlen=_LAST_WORDS), 0
            self._process = started(self.command, self.environment, stdin=subprocess.PIPE)
            for target, stream in ((self._read, self._process.stdout), (self._listen, self._process.stderr)):
                Thread(target=target, args=(stream,), daemon=True).start()
        return self._process

    def _read(self, stream: IO[bytes]) -> None:
        lines = self._lines
        with suppress(OSError, ValueError):
            while line := stream.readline(_LONGEST):
                lines.put(line)
        lines.put(None)

    def _listen(self, stream: IO[bytes]) -> None:
        words = self._words
        with suppress(OSError, ValueError):
            while line := stream.readline(4096):
                words.append(line.decode("utf-8", "replace").rstrip())

    def _answer(self, seconds: float) -> Mapping[str, Value]:
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            raise DriverLost(f"the driver did not answer within {seconds:g} s", self._said(), hung=True) from None
        if line is None:
            raise DriverLost(self._ended(), self._said())
        answer = _read_line(line)
        if answer is None or answer.get("message") != self._number:
            raise DriverLost(f"the driver printed something that is no answer: {_short(line)}", self._said())
        return answer

    def _ended(self) -> str:
        assert self._process is not None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_PARTING)
            return f"the driver ended with {code}" if code >= 0 else f"the driver was ended by signal {-code}"
        return "the driver closed its output"

    def _said(self) -> str:
        return " | ".join(each for each in self._words if each)[-500:]


def started(command: Sequence[str], environment: Mapping[str, str], **streams: Any) -> subprocess.Popen[bytes]:
    """The command in a process group of its own. Raises BadOption when it cannot be started."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    try:
        return subprocess.Popen(list(command), env={**os.environ, **environment}, start_new_session=True, **options)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", "") or str(error)
        raise BadOption(f"{command[0]} cannot be started: {said}", "give a command that exists") from error


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PARTING)
    for each in (process.stdin, process.stdout, process.stderr):
        if each is not None:
            with suppress(OSError, ValueError):
                each.close()


def _write(process: subprocess.Popen[bytes], message: Mapping[str, Value]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.write(message) + b"\n")
        process.stdin.flush()
    except (OSError, ValueError):
        # It has ended; what it said before is read next.
        return


def _read_line(line: bytes) -> Mapping[str, Value] | None:
    try:
        found = json.read(line)
    except Unreadable:
        return None
    return found if isinstance(found, Mapping) else None


def _short(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return repr(text if len(text) <= 160 else f"{text[:160]}…")
