"""A run that judges any command: it talks to our server as it likes, and all that it sends is looked at."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import IO

from conformance.client.cases import ClientCase
from conformance.client.counterpart import Heard
from conformance.client.driver import kill, started
from conformance.client.telling import lost, watched
from conformance.exchange import Response
from conformance.rules.registry import contract as served
from conformance.session.outcome import Outcome, Profile, Subject
from conformance.session.redact import Redactor
from conformance.session.secrets import secrets
from conformance.session.stream import Head

_LAST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the command ended. ``code`` is None when it ran out of time."""

    code: int | None
    last_words: str = ""


def observed(command: Sequence[str], environment: Mapping[str, str], seconds: float, output: IO[bytes] | None) -> Ended:
    """Run a command to its end, or to the end of its time; nothing that it started is left behind. Raises BadOption.

    What it prints goes to ``output``, both streams of it, and the last lines are kept.
    """
    process = started(command, environment, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    # From here on an interruption may come at any step, the start of the reader included.
    try:
        words: deque[str] = deque(maxlen=_LAST_WORDS)
        reader = Thread(target=_relay, args=(process.stdout, output, words), daemon=True)
        reader.start()
        code: int | None = None
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(seconds)
        # The pipe stays open as long as anything that it started holds it.
        reader.join(1.0)
    finally:
        kill(process)
    return Ended(code=code, last_words=" | ".join(each for each in words if each)[-500:])


def _relay(stream: IO[bytes], output: IO[bytes] | None, words: deque[str]) -> None:
    with suppress(OSError, ValueError):
        while line := stream.readline(65536):
            words.append(line.decode("utf-8", "replace").rstrip())
            if output is not None:
                output.write(line)
                output.flush()


@dataclass(eq=False)
class ObservedPlan:
    """What was heard of a command that has ended, as cases for the engine."""

    target: str
    generation: str
    cases: Sequence[ClientCase]
    heard: Sequence[Heard]
    ended: Ended
    #: what the client was given to show; what it showed of its own is found in what was heard
    given: tuple[str, ...]
    profile: Profile = Profile.FULL
    by_format: Mapping[str, Sequence[Heard]] = field(init=False)
    secrets: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        shown = {value for each in self.heard for value in secrets(each.exchange, (served(self.generation),))}
        self.secrets = tuple(sorted({*self.given, *shown}, key=lambda each: (-len(each), each)))
        formats = tuple(served(self.generation).formats)
        self.by_format = {each: [heard for heard in self.heard if spoken(heard, formats) == each] for each in formats}

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        return Head(
            # The command line is the user's own, and may show what the client then sent.
            target=Redactor.of(self.secrets).text(self.target),
            profile=self.profile.value,
            seed="",
            contracts=(served(self.generation),),
            cases=len(self.cases),
        )

    def check(self) -> None:
        """The server is ours, so it is there."""

    def tell(self, case: Subject) -> Outcome:
        """What was heard, looked at for one duty."""
        assert isinstance(case, ClientCase)
        if not self.heard:
            words = f"; its last words were: {self.ended.last_words}" if self.ended.last_words else ""
            return lost(case, f"the command sent nothing to $CONFORMANCE_BASE_URL, and {_ending(self.ended)}{words}")
        return watched(case, self.by_format[case.format], self.profile)


def _ending(ended: Ended) -> str:
    return "ran out of time" if ended.code is None else f"ended with {ended.code}"


def spoken(heard: Heard, formats: Sequence[str]) -> str:
    """The format that an exchange is in: of its body, or else of what it asks for, or else of what came back."""
    response = heard.said if isinstance(heard.said, Response) else None
    body = heard.request.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    named = {b"{": "json", b"[": "json", b"<": "xml"}.get(body, "")
    told = (
        heard.request.headers.first("Content-Type") if heard.request.body else "",
        heard.request.headers.first("Accept"),
        "" if response is None else response.media_type,
    )
    names = [named, *(each for text in told for each in formats if each in text.lower())]
    return next((each for each in names if each in formats), formats[0])
