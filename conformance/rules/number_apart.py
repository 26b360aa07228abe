"""Numbers that are only nearly the same are told apart when records are read by them.

Each of ``pairs`` holds the end of a number that is asked for, and that of one for which it might be taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.contract.values import token
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Shelf, Stages
from conformance.rules.story import Story


def _pairs(clause: Clause) -> dict[str, tuple[str, str]]:
    return {str(slug): (str(row[0]), str(row[1])) for slug, row in clause.arguments["pairs"].items()}


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a pair."""
    for slug, pair in _pairs(clause).items():
        tell, needs = partial(_apart, clause=clause, pair=pair), frozenset({"read-by-number"})
        yield Check(clause=clause, parameter=slug, tell=tell, needs=needs, scene=_scene(clause))


def _scene(clause: Clause) -> str:
    return f"numbers of {clause.id}"


def _made(story: Story, clause: Clause) -> Mapping[str, Record]:
    """A record for each number that is accepted."""
    number, mark = story.contract.resource.number, token(story.seed, "apart")
    ends = list(dict.fromkeys(end for pair in _pairs(clause).values() for end in pair))
    records = {end: {**story.new(label=f"number {place}"), number: f"{mark}{end}"} for place, end in enumerate(ends)}
    if story.upsert(*records.values()).accepted:
        return records
    return {end: each for end, each in records.items() if story.upsert(each).accepted}


def _apart(story: Story, clause: Clause, pair: tuple[str, str]) -> None:
    """A number that is not found is another clause's matter."""
    number = story.contract.resource.number
    made = story.scene(_scene(clause), partial(_made, clause=clause))
    if not set(pair) <= set(made):
        raise CouldNotRun(f"a {story.one} with such a {number} was not accepted")
    wanted = str(made[pair[0]][number])
    found = story.read(wanted, number).only
    if found is None or found.get(number) in (wanted, None):
        return
    if story.read(str(made[pair[1]][number]), number).only is None:
        raise CouldNotRun(f"the {story.one} whose {number} is nearly the same is not found by its own")
    if found[number] not in [each[number] for each in made.values()]:
        raise CouldNotRun(f"asked for the {number} {wanted!r}, the target shows a {story.one} that is none of these")
    reason = f"asked for the {number} {wanted!r}, the target shows the {story.one} with {found[number]!r}"
    raise Broken("another", reason, made[pair[0]], found)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take one number for the other."""
    for slug, pair in _pairs(clause).items():
        alter = partial(_taking, by=contract.resource.number, pair=pair)
        seeded = fault(clause, f"confuses-{slug}", "another", f"{pair[0]!r} is taken for {pair[1]!r}", alter)
        yield replace(seeded, parameter=slug)


def _taking(stages: Stages, by: str, pair: tuple[str, str]) -> Stages:
    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        other = value.removesuffix(pair[0]) + pair[1] if field == by and value.endswith(pair[0]) else value
        return stages.look(shelf, field, other)

    return replace(stages, look=look)


RULE = Rule(name="number-apart", takes={"pairs": "table"}, checks=checks, faults=faults)
