"""What can stop the suite, in the order in which a run meets it.

==========================  ===========================================================
step                        error
==========================  ===========================================================
reading ``specs/``          `BadSpec`: a file does not say what a contract must say
reading the command line    `BadOption`: an option, a case or a target that means nothing
reading a cassette          `BadCassette`: a recording that is refused
reaching the target         `TargetDown`: nobody answered before the first case
one exchange                `NoAnswer`: refused, hung or cut off; `Interrupted`: reset before any answer;
                            `Garbled`: packed in a way that cannot be undone;
                            `NotRecorded`: a cassette has no answer to it
decoding a body             `Unreadable`: the bytes are not a document of their format
==========================  ===========================================================

Exceptions are dataclasses that hold values; the sentence that a person reads is made from them in ``__str__``.
They are never frozen: a frozen exception cannot take the traceback that a ``with`` block gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(eq=False)
class ConformanceError(Exception):
    """Anything the suite knows how to say in one line."""


@dataclass(eq=False)
class BadSpec(ConformanceError):
    """A spec file that is refused: where, what is wrong, and what would mend it."""

    file: Path
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}; {self.remedy}"


@dataclass(eq=False)
class BadCassette(ConformanceError):
    """A recording that is refused: where, what is wrong, and what would mend it."""

    file: Path
    line: int
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}; {self.remedy}"


@dataclass(eq=False)
class BadOption(ConformanceError):
    """Input that the command line or the plugin cannot use."""

    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}" if self.remedy else self.problem


@dataclass(eq=False)
class TargetDown(ConformanceError):
    """The target gave no HTTP answer at all before the first case."""

    target: str
    cause: str

    def __str__(self) -> str:
        return f"{self.target} does not answer: {self.cause}; start it, or check the address"


@dataclass(eq=False)
class NoAnswer(ConformanceError):
    """One request that got no usable HTTP answer."""

    cause: str

    def __str__(self) -> str:
        return self.cause


@dataclass(eq=False)
class Interrupted(NoAnswer):
    """A connection that ended before any answer: nobody knows whether the request arrived."""


@dataclass(eq=False)
class Garbled(NoAnswer):
    """An answer whose body cannot be unpacked as its headers say."""


@dataclass(eq=False)
class NotRecorded(NoAnswer):
    """A request that no cassette has an answer to."""


@dataclass(eq=False)
class Unreadable(ConformanceError):
    """Bytes that are not the document their format promises."""

    cause: str

    def __str__(self) -> str:
        return self.cause
