"""The far end of what a list or an object may hold is accepted and kept: as many items, and the last of its choices.

Clauses name the ``fields``, and in ``numbers`` the least and the greatest number that an object of theirs may hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial

from conformance.compare import differences
from conformance.contract import values
from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, without
from conformance.rules.mischief import Alter, merging, refusing
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in clause.texts("fields"):
        tell = partial(_kept, name=each, clause=clause)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"upsert", "read"}), scene=provoke.SCENE)


def _kept(story: Story, name: str, clause: Clause) -> None:
    sent, after, refusal = story.scene(f"the far end of {clause.id}", partial(_sent, clause=clause, names=()))
    if refusal:
        sent, after, refusal = _sent(story, clause, (name,))
    if refusal:
        provoke.wellformed(story)
        raise Broken("refused", f"a legal {name} was refused: {refusal}", sent)
    wrong = differences({name: sent.get(name)}, {name: after.get(name)})
    if wrong:
        raise Broken("changed", f"a legal {name} is not what was sent: {wrong[0]}", sent.get(name), after.get(name))


def _sent(story: Story, clause: Clause, names: tuple[str, ...]) -> tuple[Record, Record, str]:
    """The record that was sent, the one that is stored, and why it was refused; in canonical form."""
    resource, wanted = story.contract.resource, names or clause.texts("fields")
    record = {**story.new(*wanted)}
    for each in wanted:
        record[each] = _far(resource.field(each), story.seed, clause.arguments.get("numbers", []))
    reply = story.upsert(record)
    if not reply.accepted:
        return record, {}, reply.outcome
    identity = story.identified(reply, record)
    if not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    return story.canonical(record), story.fetch(identity, "just created", record), ""


def _far(field: Field, seed: str, numbers: list[int]) -> Value:
    """The first and the last of the choices, numbers from both ends, and as many items as there may be."""
    if field.kind is Kind.LIST:
        places = range(field.max_items or 1)
        return tuple(
            {each.name: values.value(each, f"{seed}{place}", place) for each in field.members} for place in places
        )
    return {
        each.name: {one.name: _end(one, place, seed, numbers) for one in each.members}
        for place, each in enumerate(field.members)
    }


def _end(field: Field, place: int, seed: str, numbers: list[int]) -> Value:
    if field.kind is Kind.NUMBER and numbers:
        return Decimal(numbers[place % len(numbers)])
    return field.choices[-place] if field.choices else values.value(field, seed, place)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not go so far."""
    for each in clause.texts("fields"):
        field = contract.resource.field(each)
        yield _fault(clause, each, ("refuses", "refused"), refusing(partial(_goes_far, field=field, clause=clause)))
        yield _fault(clause, each, ("loses", "changed"), merging(partial(_loses, field=field, clause=clause)))


def _goes_far(intake: Intake, _existing: Record | None, field: Field, clause: Clause) -> bool:
    held = intake.sent.get(field.name)
    if field.kind is Kind.LIST:
        return isinstance(held, tuple) and len(held) == field.max_items
    numbers = [Decimal(each) for each in clause.arguments.get("numbers", [])]
    parts = held.values() if isinstance(held, Mapping) else ()
    return any(each in numbers for part in parts if isinstance(part, Mapping) for each in part.values())


def _loses(_existing: Record, intake: Intake, merged: Record, field: Field, clause: Clause) -> Record:
    held = merged.get(field.name)
    if not _goes_far(intake, None, field, clause):
        return merged
    return {**merged, field.name: held[:-1]} if isinstance(held, tuple) else without(merged, field.name)


def _fault(clause: Clause, field: str, what: tuple[str, str], alter: Alter) -> Fault:
    slug, code = what
    return Fault(
        name=f"{clause.id}.{slug}-{field}",
        clause=clause.id,
        code=code,
        sentence=f"{field} is {'refused' if code == 'refused' else 'not kept'} at the far end of what it may be",
        alter=alter,
        parameter=field,
    )


RULE = Rule(name="far-end", takes={"fields": "fields", "numbers": "number"}, checks=checks, faults=faults)
