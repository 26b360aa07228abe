"""The service around a resource: whose records they are, and how much one caller may ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """How a caller learns whose records a tenant holds: where to ask, and the members of the answer."""

    path: str
    #: the list in the answer, and the XML name of what it holds
    many: str
    one: str
    #: what the organisation is called, and whether it is one to play with
    name: str
    demo: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: how much it lets through, its word where it is the problem, the header that says what is left."""

    most: int
    word: str
    left: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a caller may send, and how a request over a limit is answered."""

    #: of such an answer
    status: int
    #: the header that says for how many seconds to wait, and the one that names the limit
    wait: str
    problem: str
    minute: Limit
    day: Limit
    #: in a minute, for all tenants of the caller
    app: Limit
    #: requests under way at one moment
    concurrent: Limit
    source: str

    def over(self, word: str) -> str:
        """The name of the limit that is called ``word``; the word itself where it is none of these."""
        names = {each.word.lower(): name for name, each in self.each}
        return names.get(word.strip().lower(), word)

    @property
    def each(self) -> tuple[tuple[str, Limit], ...]:
        """The limits with their names."""
        return (("minute", self.minute), ("day", self.day), ("app", self.app), ("concurrent", self.concurrent))
