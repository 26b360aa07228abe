"""An update takes over what it names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record
from conformance.rules.kind import Check, Fault, Rule, chosen
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Broken, CouldNotRun, Story


def _fields(contract: Contract) -> list[Field]:
    own = {contract.resource.status}
    return [each for each in contract.resource.fields if each.writable and each.name not in own]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in _fields(contract):
        yield Check(clause=clause, parameter=each.name, tell=partial(_changes, field=each), needs=frozenset({"read"}))


def _changes(story: Story, field: Field) -> None:
    before = story.given(story.new(field.name))
    fresh = story.new(field.name, label="other", turn=1)
    identity = str(before[story.identity])
    update = {**story.carried(before), story.identity: identity, field.name: fresh[field.name]}
    reply = story.upsert(update)
    if not reply.accepted and field.refers:
        raise CouldNotRun(f"{field.name} {say(fresh[field.name])} must exist in the organisation: {reply.outcome}")
    if not reply.accepted:
        _updates_at_all(story, field, before)
        raise Broken("refused", f"an update of {field.name} was not accepted: {reply.outcome}", update)
    after = story.fetch(identity, "after the update")
    wanted = story.canonical(update)[field.name]
    if after.get(field.name) == wanted:
        return
    _updates_at_all(story, field, before)
    detail = differences({field.name: wanted}, chosen(after, field.name))[0]
    reason = f"an update of {field.name} was accepted, but {detail.path} is {detail.after}, not {detail.before}"
    raise Broken("not-updated", reason, chosen(before, field.name), chosen(after, field.name))


def _updates_at_all(story: Story, field: Field, before: Record) -> None:
    """Raises CouldNotRun when the target does not update anything: the field is not what it stumbles over."""
    witness = story.witness(field.name)
    update = {**story.carried(before), story.identity: before[story.identity], witness: story.value(witness, 2)}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"no update is accepted, of {witness} either: {reply.outcome}")
    if story.fetch(str(before[story.identity]), "after the control").get(witness) != update[witness]:
        raise CouldNotRun(f"no update changes anything, of {witness} either")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take a field on create alone."""
    for each in _fields(contract):
        yield Fault(
            name=f"{clause.id}.ignores-{each.name}",
            clause=clause.id,
            code="not-updated",
            sentence=f"an update of {each.name} is answered as a success and ignored",
            alter=partial(_ignores, field=each.name),
            parameter=each.name,
        )


def _ignores(stages: Stages, field: str) -> Stages:
    def change(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, field: existing[field]} if field in existing else merged

    return merging(change)(stages)


RULE = Rule(name="changes", checks=checks, faults=faults)
