"""A stored record can be read back. Clauses name the identifier in ``by``, or ask for the list when they name none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.posted import made, twice
from conformance.rules.stages import Shelf, Stages
from conformance.rules.story import Story


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one way of reading."""
    by = clause.text("by")
    offered = "list" if not by else "read-by-number" if by == contract.resource.number else "read"
    tell = partial(_found, by=by) if by else _listed
    glance = partial(_seen, by=by) if by else twice
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({offered}), scene=LIFE, glance=glance)


def _seen(story: Story, by: str) -> None:
    seen, name = made(story).views[f"read by {by}"], story.contract.resource.name
    need(seen is not None and seen.get(name) == made(story).raw[name], f"the record is not found by {by}")


def _found(story: Story, by: str) -> None:
    resource = story.contract.resource
    record = story.new(story.witness())
    written = story.upsert(record)
    identity = story.identified(written, record)
    if not identity:
        raise CouldNotRun(f"the {story.one} this check needs could not be created: {written.outcome}")
    wanted = identity if by == story.identity else str(record[by])
    reply = story.read(wanted, by)
    if reply.only is None:
        _elsewhere(story, identity, str(record[resource.number]))
        raise Broken("not-found", f"an existing {story.one} is not found by its {by} {wanted!r}: {reply.outcome}")
    if reply.only.get(resource.name) != record[resource.name]:
        seen = f"{resource.name} {reply.only.get(resource.name)!r}, not {record[resource.name]!r}"
        raise Broken("another", f"the {story.one} read by {by} {wanted!r} has the {seen}", record, reply.only)


def _elsewhere(story: Story, identity: str, number: str) -> None:
    """Raises CouldNotRun when no way of reading shows the record: then it is not there to be found."""
    if not any(each is not None for _, each in story.views(identity, number)):
        raise CouldNotRun(f"the {story.one} this check needs was accepted, and no way of reading shows it")


def _listed(story: Story) -> None:
    resource = story.contract.resource
    records = [story.new(label=each) for each in ("first", "second")]
    written = [story.identified(story.upsert(each), each) for each in records]
    if not all(written):
        raise CouldNotRun(f"the {story.one}s this check needs could not be created")
    reply = story.browse()
    if not reply.accepted:
        raise Broken("no-list", f"the list of {resource.many} could not be read: {reply.outcome}")
    shown = {each.get(story.identity) for each in reply.records}
    for each in written:
        if each not in shown:
            raise Broken("not-listed", f"the list leaves out the {story.one} {each}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not find what they hold."""
    by, name = clause.text("by"), contract.resource.name

    def blind(stages: Stages) -> Stages:
        def look(shelf: Shelf, field: str, value: str) -> Record | None:
            return None if field == by else stages.look(shelf, field, value)

        return replace(stages, look=look)

    def first_one(stages: Stages) -> Stages:
        def look(shelf: Shelf, field: str, value: str) -> Record | None:
            found = stages.look(shelf, field, value)
            return {**found, name: "Example Limited"} if field == by and found else found

        return replace(stages, look=look)

    def short(stages: Stages) -> Stages:
        return replace(stages, gather=lambda records: list(stages.gather(records))[:1])

    if by:
        yield fault(clause, "blind", "not-found", f"no record is found by {by}", blind)
        yield fault(clause, "example", "another", f"reading by {by} shows a fixed example", first_one)
    else:
        yield fault(clause, "short", "not-listed", "the list holds one record at most", short)


RULE = Rule(name="readable", takes={"by": "field"}, checks=checks, faults=faults)
