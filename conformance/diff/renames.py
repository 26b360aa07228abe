"""Which of the things that went and came are one thing under another name, by evidence."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from conformance.diff.shape import Shape
from conformance.diff.source import Spot

#: with so many on one side, what looks alike proves nothing any more
_MOST = 60
_ENOUGH = 3
_ALIKE = 0.6
_WORDS = 3


class Candidate(NamedTuple):
    """Something that went or came: its name, and what may tell it again."""

    name: str
    spot: Spot
    shape: Shape
    position: int


def renamed(gone: Sequence[Candidate], come: Sequence[Candidate]) -> dict[str, str]:
    """The new names by the old ones. Each pair is the best for both, and no other is as good."""
    if len(gone) > _MOST or len(come) > _MOST:
        return {}
    scores = {(old.name, new.name): _evidence(old, new) for old in gone for new in come}
    found: dict[str, str] = {}
    for old in gone:
        mine = sorted(((scores[old.name, new.name], new.name) for new in come), reverse=True)
        best, name = mine[0]
        rivals = [scores[other.name, name] for other in gone if other.name != old.name]
        rivals += [score for score, _ in mine[1:]]
        if best >= _ENOUGH and all(best > each for each in rivals):
            found[old.name] = name
    return found


def _evidence(old: Candidate, new: Candidate) -> int:
    """How much speaks for one thing under two names; nothing does where the two are not of one kind."""
    if _print(old) != _print(new):
        return 0
    before, after = (_plain(each.name) for each in (old, new))
    if before == after:
        return 6
    told = 3 if _description(old) and _description(old) == _description(new) else 0
    alike = 2 if SequenceMatcher(a=before, b=after).ratio() >= _ALIKE else 0
    within = 1 if before in after or after in before else 0
    return told + alike + within + (1 if old.position == new.position else 0)


def _plain(name: str) -> str:
    return "".join(each for each in name.casefold() if each.isalnum())


def _description(candidate: Candidate) -> str:
    text = str(candidate.shape.said.get("description", ""))
    return " ".join(text.split()) if len(text.split()) >= _WORDS else ""


def _print(candidate: Candidate) -> Hashable:
    """What must be the same in both."""
    shape = candidate.shape
    limits = tuple(sorted(shape.limits.items()))
    reference = candidate.spot.get("$ref", "")
    return shape.types, shape.said.get("format"), limits, str(shape.choices), reference, tuple(shape.properties)
