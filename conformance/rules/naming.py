"""Whatever one member an update names, the whole rest of a full record stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record
from conformance.rules.ending import CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.halves import archived, halves
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake
from conformance.rules.story import Story
from conformance.rules.whole import rich, stored, unchanged


def _fields(contract: Contract) -> list[Field]:
    return [each for each in contract.resource.fields if each.writable]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field that is named."""
    for each in _fields(contract):
        tell = partial(_rest_kept, field=each)
        glance, needs = partial(_seen, field=each.name), frozenset({"read"})
        yield Check(clause=clause, parameter=each.name, tell=tell, needs=needs, scene=LIFE, glance=glance)


def _seen(story: Story, field: str) -> None:
    if field == story.contract.resource.status:
        archived(story)
        return
    named = halves(story).naming(field)
    need(named and all(each.keeps_rest(story) for each in named), f"an update of {field} changes something else")


def _rest_kept(story: Story, field: Field) -> None:
    resource = story.contract.resource
    before = stored(story)
    fresh = rich(story, "other", 1)
    if field.name == resource.status:
        fresh[field.name] = resource.archived
    update = {**story.carried(before), story.identity: before[story.identity], field.name: fresh[field.name]}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update of {field.name} alone was not accepted: {reply.outcome}")
    unchanged(story, before, "an update", story.identity, field.name)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that lose one thing when another is named."""
    fields = [each.name for each in _fields(contract)]

    def change(existing: Record, intake: Intake, merged: Record, named: str, lost: str) -> Record:
        asked = named in intake.sent and lost not in intake.sent
        return without(merged, lost) if existing and asked else merged

    own = {contract.resource.name, contract.resource.number, contract.resource.status}
    losable = [each for each in fields if each not in own]
    for place, named in enumerate(fields):
        lost = next(each for each in (*losable[place % len(losable) :], *losable) if each != named)
        alter = merging(partial(change, named=named, lost=lost))
        sentence = f"an update that names {named} clears {lost}"
        yield replace(fault(clause, f"{named}-clears-{lost}", "changed", sentence, alter), parameter=named)


RULE = Rule(name="naming", checks=checks, faults=faults)
