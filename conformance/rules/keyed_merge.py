"""A keyed collection is merged item by item: sending one item leaves the others alone.

Clauses name the collection in ``field``. With ``empties`` the item sent is empty, and clears its own kind only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record, Value, empty, objects
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, beyond, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import updates_at_all


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: one item is sent, all are looked at."""
    field = contract.resource.field(clause.text("field"))
    tell = partial(_merged, field=field, empties=bool(clause.arguments.get("empties")))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}))


def _item(story: Story, field: Field, *, empties: bool) -> dict[str, Value]:
    fresh = objects(story.value(field.name, 1))[-1]
    return {name: "" if empties and name != field.keyed_by else value for name, value in fresh.items()}


def _merged(story: Story, field: Field, *, empties: bool) -> None:
    before = story.given(story.new(field.name))
    items = before.get(field.name)
    if not isinstance(items, dict) or len(items) < 2:
        raise CouldNotRun(f"the {field.name} of a new {story.one} were not all stored")
    item = _item(story, field, empties=empties)
    update = {**story.carried(before), story.identity: before[story.identity], field.name: (item,)}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update with one of the {field.name} was not accepted: {reply.outcome}")
    after = story.fetch(str(before[story.identity]), "after the update")
    if after.get(field.name) == items:
        updates_at_all(story, before, field.name)
    key = str(item[field.keyed_by]).upper()
    _judge(field, key, items, after.get(field.name) or {}, story.canonical(update).get(field.name) or {})


def _judge(field: Field, key: str, before: Record, after: Value, sent: Value) -> None:
    now: Record = after if isinstance(after, dict) else {}
    wanted: Record = sent if isinstance(sent, dict) else {}
    wrong = differences(without(before, key), without(now, key))
    if wrong:
        gone = sorted(set(before) - set(now) - {key})
        detail = f"{', '.join(gone)} are gone" if gone else f"another changed, {wrong[0]}"
        reason = f"only the {key} item of {field.name} was sent, and {detail}"
        raise Broken("others-lost", reason, before, now)
    if now.get(key) == before[key]:
        kept = f"the {key} item of {field.name} was sent as {say(wanted.get(key))} and still is {say(before[key])}"
        raise Broken("not-updated", kept, before, now)
    if now.get(key) != wanted.get(key):
        sent_as = f"the {key} item of {field.name} was sent as {say(wanted.get(key))} and is {say(now.get(key))}"
        raise Broken("not-as-sent", sent_as, wanted, now)


def _by_key(items: Value, key: str) -> dict[str, Record]:
    return {str(each.get(key)): each for each in objects(items)}


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Lay the items sent over those stored, by their key."""
    field = contract.resource.field(clause.text("field"))

    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        sent = intake.sent.get(field.name)
        if not isinstance(sent, tuple):
            return merged
        items = {**_by_key(existing.get(field.name), field.keyed_by), **_by_key(sent, field.keyed_by)}
        return {**merged, field.name: tuple(items.values())}

    return stages if clause.arguments.get("empties") else merging(change)(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that replace the collection, or cannot clear one item of it."""
    field = contract.resource.field(clause.text("field"))
    empties = bool(clause.arguments.get("empties"))

    def hollow(item: Record) -> bool:
        return all(empty(value) for name, value in item.items() if name != field.keyed_by)

    def replaces(_existing: Record, intake: Intake, merged: Record) -> Record:
        sent = objects(intake.sent.get(field.name))
        mine = field.name in intake.sent and all(hollow(each) for each in sent) is empties
        return {**merged, field.name: sent} if mine else merged

    def ignores(existing: Record, intake: Intake, merged: Record) -> Record:
        sent = objects(intake.sent.get(field.name))
        mine = existing and sent and all(hollow(each) for each in sent) is empties
        return {**merged, field.name: existing.get(field.name, ())} if mine else merged

    yield fault(clause, "replaces", "others-lost", "the items sent replace all items", merging(replaces))
    deaf = "an item sent for a known key is ignored"
    yield beyond(fault(clause, "ignores", "not-updated", deaf, merging(ignores)))


RULE = Rule(
    name="keyed-merge", takes={"field": "field", "empties": "flag"}, checks=checks, enforce=enforce, faults=faults
)
