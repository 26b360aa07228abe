"""What a create sends in a writable field is what every later reading shows.

The check is told once for each field, and once for all of them together in mixed formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules import awkward
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.mischief import Alter, merging
from conformance.rules.posted import LISTED, crowd, made
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import plain


def _fields(contract: Contract) -> list[Field]:
    """Writable fields whose value a new record does not have anyway."""
    own = {contract.resource.status}
    return [each for each in contract.resource.fields if each.writable and each.name not in own]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    check = partial(Check, clause=clause, needs=frozenset({"read"}), scene=LIFE)
    for each in _fields(contract):
        tell, glance = partial(_kept, field=each), partial(_seen_in_one, field=each.name)
        yield check(parameter=each.name, tell=tell, glance=glance)
    names = tuple(each.name for each in _fields(contract))
    yield check(parameter="awkward-text", tell=_awkward, glance=_seen_in_a_crowd)
    yield check(parameter="", tell=partial(_whole, fields=names), glance=partial(_seen_whole, fields=names), cross=True)


def _seen_in_one(story: Story, field: str) -> None:
    one = made(story)
    need(one.everywhere and field in one.sent, f"{field} is not sent")
    for view, seen in one.views.items():
        if view != LISTED or story.in_lists(field):
            need(seen is not None and seen.get(field) == one.sent[field], f"{field} is not as it was sent")


def _seen_whole(story: Story, fields: tuple[str, ...]) -> None:
    for each in fields:
        if each in made(story).sent:
            _seen_in_one(story, each)


def _seen_in_a_crowd(story: Story) -> None:
    need(crowd(story).texts >= len(awkward.TEXTS), "not every text is tried")


def _kept(story: Story, field: Field) -> None:
    record = story.new(field.name)
    reply = story.upsert(record)
    sent = story.canonical(record)[field.name]
    if not reply.accepted and field.refers:
        reason = f"{field.name} {say(sent)}, which must exist in the organisation, was refused: {reply.outcome}"
        raise CouldNotRun(reason)
    identity = story.identified(reply, record)
    if not reply.accepted and not story.upsert(story.new(label="control")).accepted:
        raise CouldNotRun(f"no new {story.one} is accepted, without {field.name} either: {reply.outcome}")
    if not reply.accepted or not identity:
        raise Broken("refused", f"a {story.one} with a legal {field.name} was not created: {reply.outcome}", record)
    unseen = ""
    for view, seen in story.views(identity, str(record[story.contract.resource.number])):
        if seen is None:
            unseen = unseen or f"the new {story.one} cannot be {view}"
        elif view != "found in the list" or story.in_lists(field.name):
            _same(story, field.name, sent, seen, view)
    if unseen:
        raise CouldNotRun(unseen)


def _same(story: Story, field: str, sent: Value, seen: Record, view: str) -> None:
    if seen.get(field) == sent:
        return
    before, after = {field: sent}, chosen(seen, field)
    if field not in seen:
        raise Broken("lost", f"{field} was sent as {say(sent)} and is absent when {view}", before, after)
    detail = differences(before, after)[0]
    raise Broken("changed", f"{field} is not what was sent when the {story.one} is {view}: {detail}", before, after)


def _awkward(story: Story) -> None:
    name = story.contract.resource.name
    for start in range(0, len(awkward.TEXTS), max(len(awkward.text_fields(story.contract)), 1)):
        record = story.new(label=f"awkward {start}")
        shifted = awkward.members(story, start, str(record[name]))
        reply = story.upsert({**record, **shifted})
        identity = story.identified(reply, record)
        if not reply.accepted or not identity:
            raise Broken(
                "refused", f"a {story.one} with awkward but legal text was not created: {reply.outcome}", shifted
            )
        after = story.fetch(identity, "just created", record)
        for each, sent in shifted.items():
            _same(story, each, sent, after, f"read by {story.identity}")


def _whole(story: Story, fields: tuple[str, ...]) -> None:
    record = story.new(*fields)
    try:
        after = story.given(record)
    except CouldNotRun:
        record = plain(story, story.new(*fields, label="plain"))
        after = story.given(record)
    expected = story.canonical(record)
    wrong = differences(expected, chosen(after, *expected))
    if wrong:
        raise Broken("changed", f"the {story.one} is not what was sent: {wrong[0]}", expected, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that drop or bend one field when a record is created."""
    for each in _fields(contract):
        if each.name != contract.resource.name:
            sentence = f"{each.name} is dropped on create"
            yield _fault(clause, each.name, ("drops", "lost"), sentence, partial(_drops, field=each.name))
    for each in _fields(contract):
        if each.kind is Kind.TEXT and not each.choices and not each.examples:
            sentence = f"{each.name} is stored in upper case"
            yield _fault(clause, each.name, ("shouts", "changed"), sentence, partial(_shouts, field=each.name))
    for slug, bend in _BENDS.items():
        seeded = fault(clause, slug, "changed", f"texts are stored {slug}", partial(_bends, bend=bend))
        yield replace(seeded, parameter="awkward-text")
    last, limit = _fields(contract)[-1].name, len(_fields(contract)) - 1
    yield Fault(
        name=f"{clause.id}.crowds-{last}",
        clause=clause.id,
        code="changed",
        sentence=f"a new record with more than {limit} members loses {last}",
        alter=partial(_crowds, field=last, limit=limit),
    )


def _crowds(stages: Stages, field: str, limit: int) -> Stages:
    def change(existing: Record, _intake: Intake, merged: Record) -> Record:
        return without(merged, field) if not existing and len(merged) > limit else merged

    return merging(change)(stages)


def _drops(stages: Stages, field: str) -> Stages:
    return merging(lambda existing, _intake, merged: merged if existing else without(merged, field))(stages)


def _shouts(stages: Stages, field: str) -> Stages:
    def change(_existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, field: str(merged[field]).upper()} if field in merged else merged

    return merging(change)(stages)


_BENDS: dict[str, Callable[[str], str]] = {
    "escaped-twice": lambda text: text.replace("&", "&amp;"),
    "in-ascii": lambda text: text.encode("ascii", "replace").decode(),
    "without-astral-characters": lambda text: "".join(each for each in text if ord(each) < 0x10000),
}


def _bends(stages: Stages, bend: Callable[[str], str]) -> Stages:
    def change(_existing: Record, _intake: Intake, merged: Record) -> Record:
        return {name: bend(each) if isinstance(each, str) else each for name, each in merged.items()}

    return merging(change)(stages)


def _fault(clause: Clause, field: str, what: tuple[str, str], sentence: str, alter: Alter) -> Fault:
    slug, code = what
    name = f"{clause.id}.{slug}-{field}"
    return Fault(name=name, clause=clause.id, code=code, sentence=sentence, alter=alter, parameter=field)


RULE = Rule(name="stored", checks=checks, faults=faults)
