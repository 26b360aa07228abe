"""A list in the order that is asked for.

``by`` names the member, ``value`` how the parameter calls it, and ``down`` asks for the other direction by that name;
without a value, it is the order of a list for which none is asked. ``beside`` is another member that orders differ by.
Only the story's own records are looked at, whose texts begin alike and then differ in plain letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import made, mine, way
from conformance.rules.mischief import Alter
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story
from conformance.rules.talk import Pairs

SCENE = "a list in order"

_MADE = ("mno", "def", "vwx")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Records as they were sent, in the order in which they were made, and their identities."""

    sent: tuple[Record, ...]
    identities: tuple[str, ...]


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    tell = partial(_ordered, clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}), scene=SCENE)


def _make(story: Story, other: str) -> _Row:
    name = story.contract.resource.name
    start, mail = story.another_name("sorted"), str(story.value(other))
    sent = []
    # By the other member, the order is neither that of the names nor the one in which they were made.
    for each, letters in zip(_MADE, (*_MADE[1:], _MADE[0]), strict=True):
        sent.append({**story.new(label=each), name: f"{start} {each}", other: f"{letters}{mail}"})
    return _Row(sent=tuple(sent), identities=made(story, *sent))


def _ordered(story: Story, clause: Clause) -> None:
    row = story.scene(SCENE, partial(_make, other=clause.text("beside")))
    reply = story.browse(*_asked(story, clause))
    if not reply.accepted:
        raise Broken("refused", f"a list in order was not answered: {reply.outcome}")
    by, down = clause.text("by"), bool(clause.text("down"))
    known = dict(zip(row.identities, row.sent, strict=True))
    wanted = sorted(row.identities, key=lambda each: str(known[each][by]), reverse=down)
    shown = mine(reply, row.identities)
    if shown != wanted:
        seen = ", ".join(str(known[each][by]) for each in shown)
        raise Broken("unsorted", f"the list is not in the order of {by}{', downwards' if down else ''}: {seen}")


def _asked(story: Story, clause: Clause) -> Pairs:
    given = {"sort": clause.text("value"), "direction": clause.text("down")}
    return tuple(way(story, what, value) for what, value in given.items() if value)


def _fits(clause: Clause, asked: Asked) -> bool:
    given = asked.narrowing.get("sort", ""), asked.narrowing.get("direction", "")
    return given == (clause.text("value"), clause.text("down")) and "order" not in asked.narrowing


def _sorting(clause: Clause, by: str, *, down: bool) -> Alter:
    def alter(stages: Stages) -> Stages:
        def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            if not _fits(clause, asked):
                return stages.order(records, asked)
            return sorted(records, key=lambda each: str(each.get(by, "")).casefold(), reverse=down)

        return replace(stages, order=order)

    return alter


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """The list is in the order of the member."""
    return _sorting(clause, clause.text("by"), down=bool(clause.text("down")))(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that sort by something else, or the wrong way round."""
    by, down = clause.text("by"), bool(clause.text("down"))
    yield fault(clause, "as-made", "unsorted", "the list is in the order in which records were made", _as_made(clause))
    yield fault(clause, "turned", "unsorted", "the list runs the wrong way", _sorting(clause, by, down=not down))
    if clause.text("value") and by != contract.resource.name:
        other = _sorting(clause, contract.resource.name, down=down)
        yield fault(clause, "by-name", "unsorted", "the list is always in the order of names", other)


def _as_made(clause: Clause) -> Alter:
    def alter(stages: Stages) -> Stages:
        def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            return records if _fits(clause, asked) else stages.order(records, asked)

        return replace(stages, order=order)

    return alter


RULE = Rule(
    name="sorted-list",
    takes={"by": "field", "beside": "field", "value": "text", "down": "text"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
