"""Members of a kind that were never set are empty or left out in JSON, and never null. ``kind`` names the kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.errors import Unreadable
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, in_records
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import RECORDS, SCENE
from conformance.rules.story import Story
from conformance.rules.unset import bare, unset_fields
from conformance.wire.spelling import shown_format, spelt

_PLACES = ("write", "read")


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record with little in it is shown."""
    for place in _PLACES:
        tell, needs = partial(_tell, clause=clause, place=place), frozenset({"upsert", "read"})
        yield Check(clause=clause, parameter=place, tell=tell, needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause, place: str) -> None:
    _, replies = bare(story)
    reply, names = replies[place], [each.name for each in unset_fields(story.contract, clause)]
    try:
        members = spelt(story.contract, shown_format(reply.response.body), reply.response.body).members
    except Unreadable as error:
        raise CouldNotRun(f"the answer cannot be read: {error}") from error
    for held in members:
        name = held.path.removeprefix("[0].")
        if name in names and held.raw is None:
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("null", f"in the answer to {line} {name} is null, and not an empty one")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Members of the kind that are null in any record of an answer."""
    names = [each.name for each in unset_fields(heard.contract, clause)]
    for held in heard.members if heard.place in RECORDS and heard.format in (clause.formats or heard.format) else ():
        name = held.path.partition("].")[2]
        if name in names and held.raw is None:
            yield about(clause, "null", f"{name} is null, and not an empty one", heard.where(held.path))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that say null where nothing was set."""
    names = [each.name for each in unset_fields(contract, clause)]

    def nulls(chosen: list[str], value: Record) -> dict[str, Value]:
        return {**dict.fromkeys(chosen, None), **{name: held for name, held in value.items() if held != ()}}

    for place in _PLACES:
        for slug, chosen in (("all", names), ("last", names[-1:])):
            change = in_records(contract, partial(nulls, chosen), lambda element: element)
            sentence = f"what was never set is null ({slug}) in one sort of answer: {place}"
            seeded = fault(clause, f"{slug}-{place}", "null", sentence, answering_at(contract, place, change))
            yield replace(seeded, parameter=place)


RULE = Rule(name="never-null", takes={"kind": "text"}, checks=checks, faults=faults, overhear=overhear)
