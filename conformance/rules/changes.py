"""An update takes over what it names, one member or many, and every reading shows it.

With ``archives`` the life-cycle member is one of them: a record is archived by an update.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.halves import archived, halves
from conformance.rules.kind import Check, Fault, Rule, chosen, fault
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import rich, stored, updates_at_all


def _fields(contract: Contract) -> list[Field]:
    own = {contract.resource.status}
    return [each for each in contract.resource.fields if each.writable and each.name not in own]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field, and one of all fields at once."""
    check = partial(Check, clause=clause, needs=frozenset({"read"}), scene=LIFE)
    for each in _fields(contract):
        glance = partial(_seen, names=(each.name,))
        yield check(parameter=each.name, tell=partial(_changes, field=each), glance=glance)
    names = tuple(each.name for each in _fields(contract))
    yield check(parameter="", tell=_all_at_once, glance=partial(_seen, names=names))
    if clause.arguments.get("archives"):
        yield check(parameter=contract.resource.status, tell=_archives, glance=archived)


def _seen(story: Story, names: tuple[str, ...]) -> None:
    """Taken over by every update of a full record that named it, among others."""
    made = halves(story)
    known = [each for each in names if made.naming(each) or len(names) == 1]
    need(known and all(made.naming(each) for each in known), "it is not named")
    for name in known:
        field = story.contract.resource.field(name)
        for each in made.naming(name):
            need(_holds(field, each.update[name], each.after.get(name)), f"{name} is not taken over")


def _changes(story: Story, field: Field) -> None:
    before = story.given(story.new(field.name))
    fresh = story.new(field.name, label="other", turn=1)
    identity = str(before[story.identity])
    update = {**story.carried(before), story.identity: identity, field.name: fresh[field.name]}
    reply = story.upsert(update)
    if not reply.accepted and field.refers:
        raise CouldNotRun(f"{field.name} {say(fresh[field.name])} must exist in the organisation: {reply.outcome}")
    if not reply.accepted:
        updates_at_all(story, before, field.name)
        raise Broken("refused", f"an update of {field.name} was not accepted: {reply.outcome}", update)
    _taken(story, field, update, before, story.fetch(identity, "after the update"))


def _taken(story: Story, field: Field, update: Record, before: Record, after: Record) -> None:
    wanted = chosen(story.canonical(update), field.name)
    if _holds(field, wanted.get(field.name), after.get(field.name)):
        return
    updates_at_all(story, before, field.name)
    detail = differences(wanted, chosen(after, field.name))[0]
    reason = f"an update of {field.name} was accepted, but {detail.path} is {detail.after}, not {detail.before}"
    raise Broken("not-updated", reason, chosen(before, field.name), chosen(after, field.name))


def _holds(field: Field, wanted: Value, seen: Value) -> bool:
    """Whether what was sent is there. Whether a list of references also keeps its old items is another clause's."""
    if field.refers and isinstance(wanted, tuple) and isinstance(seen, tuple):
        return all(each in seen for each in wanted)
    return wanted == seen


def _all_at_once(story: Story) -> None:
    resource = story.contract.resource
    before = stored(story)
    identity = str(before[story.identity])
    named = [each for each in _fields(story.contract) if each.name in before]
    fresh = rich(story, "other", 1)
    update = {**story.carried(before), story.identity: identity, **{each.name: fresh[each.name] for each in named}}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"an update of everything at once was not accepted: {reply.outcome}")
    for view, seen in story.views(identity, str(update.get(resource.number, ""))):
        for field in named if seen is not None else ():
            if view != "found in the list" or story.in_lists(field.name):
                _taken(story, field, update, before, seen or {})


def _archives(story: Story) -> None:
    resource = story.contract.resource
    before = story.given(story.new(story.witness()))
    identity = str(before[story.identity])
    archive = {**story.carried(before), story.identity: identity, resource.status: resource.archived}
    reply = story.upsert(archive)
    if not reply.accepted:
        updates_at_all(story, before, resource.status)
        raise Broken("refused", f"an update of {resource.status} was not accepted: {reply.outcome}", archive)
    again = story.read(identity)
    if again.only is None:
        raise Broken("not-updated", f"a {story.one} that was archived is no longer found: {again.outcome}", before)
    if again.only.get(resource.status) != resource.archived:
        updates_at_all(story, before, resource.status)
        seen = again.only.get(resource.status)
        raise Broken("not-updated", f"an update of {resource.status} was accepted, and it is {seen!r}", before)


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
    last = _fields(contract)[-1].name
    sentence = f"an update of {last} is ignored when much else is named"
    yield fault(clause, f"crowds-{last}", "not-updated", sentence, partial(_ignores_in_a_crowd, field=last))
    if clause.arguments.get("archives"):
        status = contract.resource.status
        alter = partial(_ignores, field=status)
        seeded = fault(clause, f"ignores-{status}", "not-updated", f"an update of {status} is ignored", alter)
        yield replace(seeded, parameter=status)


def _ignores_in_a_crowd(stages: Stages, field: str) -> Stages:
    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        return {**merged, field: existing[field]} if field in existing and len(intake.sent) > _CROWD else merged

    return merging(change)(stages)


def _ignores(stages: Stages, field: str) -> Stages:
    def change(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, field: existing[field]} if field in existing else merged

    return merging(change)(stages)


_CROWD = 6
"""Members of an update above which a faulty server overlooks one."""

RULE = Rule(name="changes", takes={"archives": "flag"}, checks=checks, faults=faults)
