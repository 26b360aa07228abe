"""The token that a target is shown. It is kept in memory, and asked for anew when it has run out."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import monotonic

from conformance.errors import BadOption
from conformance.live.account import Source

_LONGEST = 16 * 1024
_SHORTEST = 8
_APART = 60.0


@dataclass(frozen=True, slots=True)
class Token:
    """A token and its number: the first, the second, ... of a run."""

    number: int
    text: str = field(repr=False)


@dataclass(eq=False)
class Tokens:
    """The tokens of a run, one after the other. A command is run when the first is wanted, and after a refusal."""

    source: Source
    clock: Callable[[], float] = monotonic
    _held: Token | None = None
    _asked: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> Token:
        """The token to show. Raises BadOption, which never repeats what a variable or a command held."""
        with self._lock:
            return self._held or self._next(1)

    def after(self, refused: int) -> bool:
        """Whether there is another token than the one of that number, which the target has refused.

        A command is asked once in a minute at most, so that a target that refuses everything does not wear it out.
        """
        with self._lock:
            if self._held is not None and self._held.number > refused:
                return True
            if not self.source.command or self.clock() - self._asked < _APART:
                return False
            with suppress(BadOption):
                self._next(refused + 1)
                return True
            return False

    def _next(self, number: int) -> Token:
        self._asked = self.clock()
        text = _printed(self.source) if self.source.command else os.environ.get(self.source.environment, "")
        where = "the token command" if self.source.command else "the variable that the profile names for the token"
        self._held = Token(number, _usable(text, where))
        return self._held


def _usable(text: str, where: str) -> str:
    token = text.strip()
    if not token:
        raise BadOption(f"{where} holds nothing", "it has to give the token, on one line")
    if (
        len(token) < _SHORTEST
        or len(token) > _LONGEST
        or not token.isascii()
        or not token.isprintable()
        or " " in token
    ):
        raise BadOption(f"{where} gave something that is no token", "it has to give the token alone, on one line")
    return token


def _printed(source: Source) -> str:
    """What the command prints; what it says of errors is dropped, since it may hold secrets."""
    try:
        process = subprocess.Popen(
            source.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise BadOption(f"the token command cannot be run: {error.strerror}", "see token.command") from error
    printed = bytearray()
    reader = Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    reader.join(source.seconds)
    late = reader.is_alive()
    _end(process)
    if late:
        raise BadOption(f"the token command took longer than {source.seconds:g} s", "see token.seconds")
    if process.returncode > 0:
        raise BadOption(f"the token command ended with code {process.returncode}", "run it by hand to see why")
    return printed.decode("utf-8", "replace")


def _read(process: subprocess.Popen[bytes], printed: bytearray) -> None:
    """All that it prints and its end, or one byte more than a token may have."""
    assert process.stdout is not None
    with suppress(OSError, ValueError):
        printed += process.stdout.read(_LONGEST + 1)
        if len(printed) <= _LONGEST:
            process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, neither the command nor what it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
