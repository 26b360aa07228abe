"""An update changes exactly what it names, however its record was found, the first time and the second.

The whole record is compared, apart from the moment of its last change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Broken, CouldNotRun, Story

_MARK = "ChangedBefore"
"""A member in which a faulty server notes that it has seen an update of the record."""

_CROWD = 8
"""Members above which a faulty server loses one."""


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each identifier the clause lists in ``by``."""
    for each in clause.texts("by"):
        tell = partial(_exactly, by=each)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"read"}), cross=True)


def _rich(story: Story) -> dict[str, Value]:
    """A record with as much in it as the target will take."""
    fields = [each for each in story.contract.resource.fields if each.writable]
    plain = [each.name for each in fields if not each.examples]
    try:
        return story.given(story.new(*(each.name for each in fields)))
    except CouldNotRun:
        # Values that must exist in the organisation may be refused; the promise holds without them too.
        return story.given(story.new(*plain, label="plain"))


def _exactly(story: Story, by: str) -> None:
    resource = story.contract.resource
    before = _rich(story)
    identity, witness = str(before[story.identity]), story.witness()
    ignored = (witness, resource.modified)
    for turn, which in ((1, "first"), (2, "second")):
        update = {**story.carried(before), by: before[by], witness: story.value(witness, turn)}
        reply = story.upsert(update)
        if not reply.accepted:
            raise CouldNotRun(f"the {which} update by {by} was not accepted: {reply.outcome}")
        after = story.fetch(identity, f"after the {which} update")
        wrong = differences(without(before, *ignored), without(after, *ignored))
        if wrong:
            reason = f"the {which} update named {by} and {witness} alone, and changed {wrong[0]}"
            raise Broken("changed", reason, before, after)
        if after.get(witness) != update[witness]:
            raise CouldNotRun(f"the {which} update by {by} was accepted, and {witness} did not change")


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
    yield fault(clause, "archives", "changed", first, merging(archives))
    yield fault(clause, "crowded", "changed", "an update of a record with many members empties one", merging(crowded))
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
