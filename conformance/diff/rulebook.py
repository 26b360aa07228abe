"""The table of change rules: what each says, and whom such a change breaks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("rules.toml")


class Impact(StrEnum):
    """What a change does to those who hold to the old document."""

    SAFE = "safe"
    #: breaks some of them, or nobody can tell from the documents
    RISKY = "risky"
    BREAKING = "breaking"

    @property
    def rank(self) -> int:
        """0 for safe, 2 for breaking."""
        return _RANKS[self]


_RANKS = {each: rank for rank, each in enumerate(Impact)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of change. ``sentence`` has gaps for ``subject``, ``old`` and ``new``."""

    id: str
    area: str
    #: those who send requests
    senders: Impact
    #: those who read answers
    readers: Impact
    sentence: str

    @property
    def overall(self) -> Impact:
        """The worse of both."""
        return max(self.senders, self.readers, key=lambda each: each.rank)


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the table."""
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return {
        name: Rule(id=name, area=area, senders=Impact(senders), readers=Impact(readers), sentence=sentence)
        for area, held in table.items()
        for name, (senders, readers, sentence) in held.items()
    }
