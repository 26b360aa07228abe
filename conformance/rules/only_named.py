"""An update changes exactly what it names, however its record was found, the first time and the second.

The whole record is compared, apart from the moment of its last change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, beyond, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip
from conformance.rules.whole import stored, unchanged

_MARK = "ChangedBefore"
"""A member in which a faulty server notes that it has seen an update of the record."""

_CROWD = 8
"""Members above which a faulty server loses one."""


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each identifier the clause lists in ``by``."""
    for each in clause.texts("by"):
        tell = partial(_exactly, by=each)
        needs = frozenset({"read"})
        yield Check(clause=clause, parameter=each, tell=tell, needs=needs, cross=True, scene=LIFE, glance=trip)


def _exactly(story: Story, by: str) -> None:
    """Two updates in a row that name different members: the second may not undo the first."""
    before = stored(story)
    first = story.witness()
    for which, field, turn in (("first", first, 1), ("second", story.witness(first), 2), ("third", first, 3)):
        update = {**story.carried(before), **story.meaning(before, by), field: story.value(field, turn)}
        reply = story.upsert(update)
        if not reply.accepted:
            raise CouldNotRun(f"the {which} update by {by} was not accepted: {reply.outcome}")
        after = unchanged(story, before, f"the {which} update", by, field)
        if after.get(field) != update[field]:
            _not_taken(which, by, field, before, after)
        before = after


def _not_taken(which: str, by: str, field: str, before: Record, after: Record) -> None:
    said = f"the {which} update by {by} was accepted, and {field} did not change"
    if which == "first":
        raise CouldNotRun(said)
    raise Broken("ignored", f"{said}, as it had by the update before", before, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that lose something else along the way."""
    resource = contract.resource
    collections = [each.name for each in resource.fields if each.writable and not each.scalar]

    def second_time(existing: Record, _intake: Intake, merged: Record) -> Record:
        seen = existing.get(_MARK)
        return {**(without(merged, *collections) if seen else merged), **({_MARK: "yes"} if existing else {})}

    def archives(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, resource.status: resource.archived} if existing else merged

    def crowded(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, collections[0]: ()} if existing and len(existing) > _CROWD else merged

    second, first = "the second update of a record empties its collections", "every update archives the record"
    yield fault(clause, "second-update", "changed", second, merging(second_time))
    yield beyond(fault(clause, "archives", "changed", first, merging(archives)))
    full = "an update of a record with many members empties one"
    yield beyond(fault(clause, "crowded", "changed", full, merging(crowded)))
    keys = (resource.identity, resource.name, resource.number)
    for each in clause.texts("by"):
        sentence = f"an update by {each} keeps nothing that it does not name"
        alter = partial(_forgets, by=each, keys=keys)
        yield replace(fault(clause, f"forgets-by-{each}", "changed", sentence, alter), parameter=each)


def _forgets(stages: Stages, by: str, keys: tuple[str, ...]) -> Stages:
    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        if not existing or by not in intake.sent:
            return merged
        return {name: each for name, each in merged.items() if name in intake.sent or name in keys}

    return merging(change)(stages)


RULE = Rule(name="only-named", takes={"by": "fields"}, checks=checks, faults=faults)
