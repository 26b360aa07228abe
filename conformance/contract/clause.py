"""Behaviour: clauses with their level and grade, and the errata of published documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a clause binds (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Grade(StrEnum):
    """How well a clause is known. Only the first two can fail a target."""

    #: the API's own documents say it
    DOCUMENTED = "documented"
    #: recordings, maintainers or users have seen it
    OBSERVED = "observed"
    #: nobody knows; which way a target goes is recorded
    ASSUMED = "assumed"
    #: sources disagree; either side is accepted and recorded
    CONTRADICTED = "contradicted"

    @property
    def binding(self) -> bool:
        """Whether breaking a clause of this grade is a fault of the target."""
        return self in (Grade.DOCUMENTED, Grade.OBSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One normative sentence, in our words, with where it comes from and the rule kind that gives it meaning."""

    id: str
    chapter: str
    level: Level
    grade: Grade
    sentence: str
    source: str
    rule: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    untested: str = ""
    #: the clauses without which a target cannot keep this one: where one of them is broken, it is the cause
    rests: tuple[str, ...] = ()
    #: whether it takes more exchanges than the core profile has room for, whatever its grade
    costly: bool = False

    def text(self, name: str, default: str = "") -> str:
        """The argument ``name`` as text."""
        return str(self.arguments.get(name, default))

    def texts(self, name: str) -> tuple[str, ...]:
        """The argument ``name`` as a list of texts."""
        return tuple(self.arguments.get(name, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Erratum:
    """A place where a published document is wrong, the evidence, and what the suite does instead.

    ``at`` finds the place: an XPath in an XSD, a JSON pointer in an OpenAPI document. With ``applies`` set to ``load``
    the file stands as published and is corrected when it is read; with ``file`` it stands corrected already.
    ``excuses`` are the codes of findings that are the document's fault, not that of whoever holds to it.
    """

    id: str
    file: str
    at: str
    attribute: str
    published: str
    instead: str
    applies: str
    sentence: str
    evidence: str
    source: str
    excuses: tuple[str, ...] = ()
