"""An update leaves alone what it does not name.

Clauses choose their half of the fields with ``collections``. The promise is looked at from every side: the record is
read by each identifier and in the list, before the update where the list is concerned, and after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, beyond, chosen, without
from conformance.rules.mischief import merging, showing
from conformance.rules.posted import changed
from conformance.rules.stages import Intake, Looking, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip


def _fields(contract: Contract, clause: Clause) -> list[Field]:
    own, wanted = contract.resource.sent_always, bool(clause.arguments.get("collections"))
    return [
        each
        for each in contract.resource.fields
        if each.writable and each.scalar is not wanted and each.name not in own
    ]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in _fields(contract, clause):
        tell, glance = partial(_kept, field=each), partial(_seen, field=each.name)
        needs = frozenset({"read"})
        yield Check(clause=clause, parameter=each.name, tell=tell, needs=needs, scene=LIFE, glance=glance)


def _seen(story: Story, field: str) -> None:
    """The first update names one text, and later ones name others."""
    if field == changed(story).witness:
        trip(story)
    else:
        need(changed(story).keeps(field), f"{field} is not what it was")


def _kept(story: Story, field: Field) -> None:
    witness = story.witness(field.name)
    before = story.given(story.new(field.name, witness))
    if field.name not in before:
        raise CouldNotRun(f"{field.name} was sent on create and is absent when the {story.one} is fetched")
    identity = str(before[story.identity])
    listed = story.listed(identity) if "list" not in story.lacks else None
    update = {**story.carried(before), story.identity: identity, witness: story.value(witness, 1)}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update of {witness} alone was not accepted: {reply.outcome}")
    unseen = ""
    for view, after in story.views(identity, str(before.get(story.contract.resource.number, ""))):
        start = before if view != "found in the list" else listed
        if after is None or start is None:
            unseen = unseen or f"the updated {story.one} cannot be {view}"
        elif field.name in start:
            _same(field.name, witness, start, after, view)
        if view == f"read by {story.identity}" and after is not None and after.get(witness) != update[witness]:
            raise CouldNotRun(f"the update was accepted, and {witness}, which it named, did not change")
    if unseen:
        raise CouldNotRun(unseen)


def _same(field: str, witness: str, before: Record, after: Record, view: str) -> None:
    if before[field] == after.get(field):
        return
    was, now = chosen(before, field), chosen(after, field)
    named = f"the request named only {witness} ({view})"
    if field not in after:
        reason = f"{field} was {_short(before[field])} before the update and is absent after it; {named}"
        raise Broken("lost", reason, was, now)
    detail = differences(was, now)[0]
    raise Broken("changed", f"{detail.path} was {detail.before} before the update and {detail.after} after it; {named}")


def _short(value: Value) -> str:
    text = say(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """What is not sent stays as it was."""
    if clause.arguments.get("collections"):
        return stages
    return merging(lambda existing, _intake, merged: {**existing, **merged})(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that clear a field which an update leaves out, or show it no longer."""
    for each in _fields(contract, clause):
        sentence = f"an update that leaves {each.name} out clears it"
        yield _fault(clause, each.name, "clears", sentence, partial(_clears, field=each.name))
    field = _fields(contract, clause)[-1].name
    by = contract.resource.number
    sentence = f"after an update, reading by {by} no longer shows {field}"
    yield beyond(_fault(clause, field, "hides", sentence, partial(_hides, field=field, by=by)))


def _fault(clause: Clause, field: str, slug: str, sentence: str, alter: partial[Stages]) -> Fault:
    name = f"{clause.id}.{slug}-{field}"
    return Fault(name=name, clause=clause.id, code="lost", sentence=sentence, alter=alter, parameter=field)


def _clears(stages: Stages, field: str) -> Stages:
    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        return without(merged, field) if existing and field not in intake.sent else merged

    return merging(change)(stages)


def _hides(stages: Stages, field: str, by: str) -> Stages:
    def change(record: Record, looking: Looking) -> Record:
        return without(record, field) if looking.by == by else record

    return showing(change)(stages)


RULE = Rule(name="kept", takes={"collections": "flag"}, checks=checks, enforce=enforce, faults=faults)
