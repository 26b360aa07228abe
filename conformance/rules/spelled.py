"""An identifier in another spelling than its own, which no source speaks of. Clauses say whether it is ``found``.

==============  ==============================================================
spelling        what is asked for
==============  ==============================================================
upper, lower    the identifier in capital letters, or in small ones
bare            the identifier without dashes
as-identity     a number that has the form of the identifiers of the server
==============  ==============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.contract.values import guid
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Declined, Shelf, Stages
from conformance.rules.story import Story
from conformance.wire.scalar import guid as normal

_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "bare": lambda text: text.replace("-", ""),
    "as-identity": str,
}


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    needs = frozenset({"read", *(["read-by-number"] if clause.text("by") == contract.resource.number else [])})
    yield Check(clause=clause, parameter="", tell=partial(_asked, clause=clause), needs=needs)


def _asked(story: Story, clause: Clause) -> None:
    by, spelling = clause.text("by"), clause.text("spelling")
    record = story.new(story.witness())
    if spelling == "as-identity":
        record[by] = guid(story.seed, by)
    reply = story.upsert(record)
    if not reply.accepted:
        raise CouldNotRun(f"the {story.one} this check needs could not be created: {reply.outcome}")
    own = story.identified(reply, record) if by == story.identity else str(record[by])
    found = story.read(_SPELLINGS[spelling](own), by).only
    mine = found is not None and found.get(story.contract.resource.name) == record[story.contract.resource.name]
    if mine is not bool(clause.arguments.get("found")):
        raise Broken("otherwise", "finds it" if mine else "does not find it")


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """An identity that is found in other spellings is looked for in its normal one."""
    identity = contract.resource.identity
    if clause.text("by") != identity or not clause.arguments.get("found"):
        return stages

    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        return stages.look(shelf, field, normal(value) if field == identity else value)

    return replace(stages, look=look)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that go the other way."""
    if clause.arguments.get("found"):
        alter = partial(_strict, clause=clause)
        yield fault(clause, "strict", "otherwise", "such a spelling is not found", alter)
    else:
        alter = partial(_lenient, number=contract.resource.number)
        yield fault(clause, "lenient", "otherwise", "such a spelling is found", alter)


def _strict(stages: Stages, clause: Clause) -> Stages:
    spell = _SPELLINGS[clause.text("spelling")]

    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        own = normal(value)
        other = field == clause.text("by") and value != own and value == spell(own)
        return None if other else stages.look(shelf, field, value)

    return replace(stages, look=look)


def _lenient(stages: Stages, number: str) -> Stages:
    """Whatever is not found as it is written is the number of a record, in whatever letters."""

    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        try:
            found = stages.look(shelf, field, value)
        except Declined:
            found = None
        alike = (each for each in shelf.records() if str(each.get(number, "")).casefold() == value.casefold())
        return found or next(alike, None)

    return replace(stages, look=look)


RULE = Rule(
    name="spelled",
    takes={"by": "field", "spelling": "text", "found": "flag"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
