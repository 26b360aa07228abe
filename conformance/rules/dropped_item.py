"""An item of a type that the resource does not have is dropped without a word, and the others are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Provocation
from conformance.document import Record, Value, objects
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import refusing, stripping
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: such an item beside one of a known type."""
    for each in provoke.named(contract, clause):
        yield Check(
            clause=clause, parameter="", tell=partial(_dropped, it=each), needs=provoke.needs(each), scene=provoke.SCENE
        )


def _parts(field: Field, value: Value) -> tuple[list[Record], list[Record]]:
    """The items of types that the field has, and those of types that it has not."""
    choices = next(each.choices for each in field.members if each.name == field.keyed_by)
    items = objects(value)
    known = [each for each in items if each.get(field.keyed_by) in choices]
    return known, [each for each in items if each not in known]


def _dropped(story: Story, it: Provocation) -> None:
    field = story.contract.resource.field(it.field)
    found = provoke.provoked(story, it)
    if not found.reply.accepted:
        provoke.blameless(story, it)
        raise Broken("refused", f"a record with {it.what} was refused: {found.reply.outcome}", found.sent)
    identity = story.identified(found.reply, found.sent)
    if not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {found.reply.outcome}")
    after = story.fetch(identity, "just created", found.sent).get(it.field)
    known, strange = _parts(field, it.value)
    held = after if isinstance(after, dict) else {}
    told = {text for each in strange for name, text in each.items() if name != field.keyed_by}
    kept = [key for key, item in held.items() if isinstance(item, dict) and told & set(item.values())]
    if kept:
        raise Broken("kept", f"{it.what} was not dropped: {say(held[kept[0]])} is read", it.value, held)
    for each in known:
        item = held.get(str(each[field.keyed_by]))
        if not isinstance(item, dict) or any(item.get(n) != v for n, v in each.items() if n != field.keyed_by):
            raise Broken("lost", f"beside {it.what}, {say(each)} was sent, and {say(item)} is read", it.value, held)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Leave such items out of what is taken in."""
    for each in provoke.named(contract, clause):
        stages = stripping(partial(_without, field=contract.resource.field(each.field), it=each))(stages)
    return stages


def _without(_asked: Intake, taken: Intake, field: Field, it: Provocation) -> Intake:
    held = taken.sent.get(field.name)
    known = {choice for each in field.members if each.name == field.keyed_by for choice in each.choices}
    types = {each[field.keyed_by] for each in objects(it.value)} - known
    if not isinstance(held, tuple):
        return taken
    kept = tuple(
        each for each in held if not (each in objects(held) and dict(_pairs(each)).get(field.keyed_by) in types)
    )
    return replace(taken, sent={**taken.sent, field.name: kept}) if len(kept) < len(held) else taken


def _pairs(item: Value) -> Record:
    return item if isinstance(item, dict) else {}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that keep it, refuse it, or drop the whole list with it."""
    it = provoke.named(contract, clause)[0]
    field = contract.resource.field(it.field)

    def sends(intake: Intake, _existing: Record | None) -> bool:
        return bool(_parts(field, intake.asked.get(field.name))[1])

    def keeps(asked: Intake, taken: Intake) -> Intake:
        mine = {field.name: asked.asked[field.name]} if sends(asked, None) else {}
        return replace(taken, sent={**taken.sent, **mine})

    def drops(asked: Intake, taken: Intake) -> Intake:
        return replace(taken, sent={**taken.sent, field.name: ()}) if sends(asked, None) else taken

    yield fault(clause, "keeps", "kept", f"{it.what} is stored", stripping(keeps))
    yield fault(clause, "refuses", "refused", f"{it.what} is refused", refusing(sends))
    yield fault(clause, "drops-all", "lost", f"{it.what} takes all others with it", stripping(drops))


RULE = Rule(name="dropped-item", takes=provoke.TAKES, checks=checks, enforce=enforce, faults=faults)
