"""A record is found by its identifiers alone, and by the whole of them: not by a part, nor by another member."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Resource
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Shelf, Stages
from conformance.rules.story import Story

_SCENE = "whole key"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each text that is near to an identifier, or stands beside it."""
    for way in _ways(contract.resource):
        tell = partial(_not_found, way=way)
        yield Check(clause=clause, parameter=way, tell=tell, needs=frozenset({"upsert", "read"}), scene=_SCENE)


def _ways(resource: Resource) -> dict[str, Callable[[Record], str]]:
    """What is asked for instead of the identifier, by a name for it."""
    number = resource.number
    others = [each.name for each in resource.fields if each.name == resource.name or each.format == "email"]
    return {
        "beginning": lambda record: str(record[number])[:-1],
        "end": lambda record: str(record[number])[1:],
        "longer": lambda record: f"{record[number]}0",
        **{each: partial(_member, name=each) for each in others},
    }


def _member(record: Record, name: str) -> str:
    return str(record[name])


def _not_found(story: Story, way: str) -> None:
    resource = story.contract.resource
    fields = [each for each in _ways(resource) if each in resource.names and each != resource.name]
    record = story.scene(_SCENE, lambda own: own.given(own.new(*fields)))
    wanted = _ways(resource)[way](record)
    reply = story.read(wanted, resource.number)
    if reply.only is not None and reply.only.get(story.identity) == record[story.identity]:
        what = f"its {way}" if way in resource.names else f"something else than its {resource.number}, {way}"
        reason = f"a {story.one} with the {resource.number} {record[resource.number]!r} is found by {what}: {wanted!r}"
        raise Broken("found", reason, record, reply.only)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that find a record by something that is near to its identifier."""
    for way, near in _ways(contract.resource).items():
        alter = partial(_lax, by=contract.resource.number, near=near)
        seeded = fault(clause, f"found-by-{way}", "found", f"a record is found by no key of it: {way}", alter)
        yield replace(seeded, parameter=way)


def _lax(stages: Stages, by: str, near: Callable[[Record], str]) -> Stages:
    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        found = stages.look(shelf, field, value)
        if found is not None or field != by:
            return found
        complete = (each for each in shelf.records() if by in each)
        return next((each for each in complete if _fits(each, near, value)), None)

    return replace(stages, look=look)


def _fits(record: Record, near: Callable[[Record], str], value: str) -> bool:
    try:
        return near(record) == value
    except KeyError:
        return False


RULE = Rule(name="whole-key", checks=checks, faults=faults)
