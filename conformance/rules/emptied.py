"""What an update does with a member that it names and leaves without a value.

Clauses name the members in ``fields``, say in ``sends`` whether it is ``empty`` (an empty text or list) or ``null``,
and in ``effect`` whether the promise is that the member is ``cleared`` or ``kept``. A refusal breaks neither promise:
no source says that such a request must be accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen
from conformance.rules.mischief import merging, stripping
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import updates_at_all


def _sent(field: Field, clause: Clause) -> Value:
    if clause.text("sends") == "null":
        return None
    return () if field.kind is Kind.LIST else ""


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in clause.texts("fields"):
        tell = partial(_emptied, field=contract.resource.field(each), clause=clause)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"read"}))


def _emptied(story: Story, field: Field, clause: Clause) -> None:
    before = story.given(story.new(field.name))
    if field.name not in before:
        raise CouldNotRun(f"{field.name} was sent on create and is absent when the {story.one} is fetched")
    identity = before[story.identity]
    update = {**story.carried(before), story.identity: identity, field.name: _sent(field, clause)}
    reply = story.upsert(update)
    sent = f"{field.name} sent as {clause.text('sends')}"
    if reply.refused:
        return story.chose(f"refuses {sent}")
    if not reply.accepted:
        raise CouldNotRun(f"{sent} was neither accepted nor refused: {reply.outcome}")
    after = story.fetch(str(identity), "after the update")
    kept = after.get(field.name) == before[field.name]
    story.chose(f"treats {sent} as {'omitted' if kept else 'a wish to clear it'}")
    if kept and clause.text("effect") == "cleared":
        updates_at_all(story, before, field.name)
    return _judge(field.name, clause, before, after)


def _judge(field: str, clause: Clause, before: Record, after: Record) -> None:
    was, now = chosen(before, field), chosen(after, field)
    if clause.text("effect") == "cleared" and field in after:
        reason = f"{field} was sent {clause.text('sends')} to clear it, and still is {say(after[field])}"
        raise Broken("not-cleared", reason, was, now)
    if clause.text("effect") == "kept" and was != now:
        reason = f"{field} was sent {clause.text('sends')}, which should leave it alone, and is {say(after.get(field))}"
        raise Broken("cleared", reason, was, now)


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Leave such a member out of the record taken in, where it is to be kept."""
    if clause.text("effect") != "kept":
        return stages
    fields, nothing = clause.texts("fields"), (None,) if clause.text("sends") == "null" else ("", ())

    def change(_asked: Intake, taken: Intake) -> Intake:
        kept = {name: value for name, value in taken.sent.items() if name not in fields or value not in nothing}
        return replace(taken, sent=kept)

    return stripping(change)(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do the opposite."""
    for each in clause.texts("fields"):
        nothing = _sent(contract.resource.field(each), clause)
        clears = clause.text("effect") == "kept"
        verb = "clears" if clears else "keeps"
        yield Fault(
            name=f"{clause.id}.{verb}-{each}",
            clause=clause.id,
            code="cleared" if clears else "not-cleared",
            sentence=f"{each} sent as {clause.text('sends')} {verb} what was stored",
            alter=partial(_opposite, field=each, nothing=nothing, clears=clears),
            parameter=each,
        )


def _opposite(stages: Stages, field: str, nothing: Value, *, clears: bool) -> Stages:
    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        if field not in intake.asked or intake.asked[field] != nothing or not existing:
            return merged
        return {**merged, field: nothing if clears else existing.get(field)}

    return merging(change)(stages)


RULE = Rule(
    name="emptied",
    takes={"fields": "fields", "sends": "text", "effect": "text"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
