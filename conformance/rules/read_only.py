"""A field that the server alone sets is not taken over from a request, whether it creates or updates.

Clauses say in ``on`` which request carries it: an ``upsert`` or a ``create`` that makes a record, or an ``update``.
Which fields are read-only stands in the schema; ``only`` narrows them where a clause is about some of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Kind, Role
from conformance.document import Record, Value
from conformance.rules.carried import carried, carried_by_create, server_set
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Finding, Rule, Sent, chosen, without
from conformance.rules.mischief import stripping
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story


def fields(contract: Contract, clause: Clause) -> list[Field]:
    """The read-only fields a clause is about, without those that only ever speak of errors."""
    only = clause.texts("only")
    return [each for each in server_set(contract) if not only or each.name in only]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    on = clause.text("on")
    needs = frozenset({"read", *([Role.CREATE] if on == "create" else [])})
    for each in fields(contract, clause):
        tell = partial(_ignored, field=each, on=on)
        glance = partial(unseen, fields=[each], on=on)
        check = partial(Check, clause=clause, parameter=each.name, tell=tell, needs=needs, formats=each.formats)
        yield check(scene=LIFE, glance=glance)


def unseen(story: Story, fields: list[Field], on: str) -> None:
    """A glance: they were carried on every road, and are nowhere to be seen."""
    made = carried_by_create(story) if on == Role.CREATE else carried(story)
    for field in fields:
        wanted, seen = made.sent.get(field.name), (*made.shown, made.control)
        need(wanted is not None, f"{field.name} is not sent")
        need(not any(holds(field, wanted, each.get(field.name)) for each in seen), f"{field.name} is seen")


def _ignored(story: Story, field: Field, on: str) -> None:
    sent = story.value(field.name)
    before, reply = request(story, {field.name: sent}, on)
    if not reply.accepted:
        return blame(story, field, on, reply)
    identity = str(before.get(story.identity) or reply.identity)
    if not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    wanted = story.canonical({field.name: sent}).get(field.name)
    shown = {} if reply.only is None else story.canonical(reply.only)
    after = story.fetch(identity, "after the request")
    for where, seen in (("stored", after), ("shown in the answer", shown)):
        if holds(field, wanted, seen.get(field.name)) and not holds(field, wanted, before.get(field.name)):
            _shown_anyway(story, field, wanted, on)
            reason = f"{field.name} is read-only, was sent as {say(wanted)}, and is {where}"
            raise Broken("taken-over", reason, chosen(before, field.name), chosen(seen, field.name))
    return None


def request(story: Story, extra: Record, on: str) -> tuple[Record, Reply]:
    """A request that carries ``extra``: the record before it (empty when there was none), and the answer."""
    if on != "update":
        return {}, story.write(Role(on), {**story.new(), **extra})
    before = story.given(story.new(story.witness()))
    update = {**story.carried(before), story.identity: before[story.identity]}
    return before, story.upsert({**update, story.witness(): story.value(story.witness(), 1), **extra})


def _shown_anyway(story: Story, field: Field, wanted: Value, on: str) -> None:
    """Raises CouldNotRun when the target shows the value also where nobody sent it: then it says nothing."""
    before, control = request(replace(story, seed=f"{story.seed}-control"), {}, on)
    identity = str(before.get(story.identity) or control.identity)
    seen = story.fetch(identity, "of the control") if identity else {}
    if holds(field, wanted, seen.get(field.name)):
        raise CouldNotRun(f"the target shows {field.name} as {say(seen[field.name])} also where it was not sent")


def blame(story: Story, field: Field, on: str, reply: Reply) -> None:
    """What an unsuccessful request says of the field: nothing, unless it is well without it.

    Raises CouldNotRun when the field is not what the target stumbled over.
    """
    if not reply.refused:
        raise CouldNotRun(f"the request with {field.name} failed: {reply.outcome}")
    _, control = request(replace(story, seed=f"{story.seed}-control"), {}, on)
    if not control.accepted:
        raise CouldNotRun(f"the same request without {field.name} was not accepted either: {control.outcome}")
    story.chose(f"refuses a request that carries {field.name}")


def holds(field: Field, wanted: Value, seen: Value) -> bool:
    """Whether a value that was sent, or any telling part of it, is what is seen.

    A part tells nothing when the server might say it of its own accord: one of a few choices, or a flag.
    """
    if isinstance(wanted, dict):
        telling = [each for each in field.members if not each.choices and each.kind is not Kind.BOOLEAN]
        return isinstance(seen, dict) and any(
            each.name in wanted and holds(each, wanted[each.name], seen.get(each.name)) for each in telling
        )
    if isinstance(wanted, tuple):
        item = replace(field, kind=Kind.OBJECT)
        others = seen if isinstance(seen, tuple) else ()
        return any(holds(item, each, other) for each in wanted for other in others)
    return wanted is not None and wanted == seen


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Leave the fields out of every record that is taken in."""
    names = [each.name for each in fields(contract, clause)]

    def change(_asked: Intake, taken: Intake) -> Intake:
        return replace(taken, sent=without(taken.sent, *names))

    return stripping(change)(stages)


def judge(contract: Contract, clause: Clause, sent: Sent) -> Iterator[Finding]:
    """A request that carries such a field asks for what it will not get."""
    names = {each.name for each in fields(contract, clause)}
    for number, each in enumerate(sent.records):
        updates = sent.role is Role.UPDATE or contract.resource.identity in each
        on = "create" if sent.role is Role.CREATE else "update" if updates else "upsert"
        for name in sorted(names & set(each)) if on == clause.text("on") else ():
            sentence = f"{name} is read-only and is ignored when it is sent"
            yield Finding(clause=clause.id, sentence=sentence, path=f"[{number}].{name}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take the field over."""
    on = clause.text("on")
    for each in fields(contract, clause):
        yield Fault(
            name=f"{clause.id}.takes-{each.name}",
            clause=clause.id,
            code="taken-over",
            sentence=f"{each.name} is taken over from a request ({on})",
            alter=partial(_takes, field=each.name, identity=contract.resource.identity, on=on),
            parameter=each.name,
        )


def _takes(stages: Stages, field: str, identity: str, on: str) -> Stages:
    def change(asked: Intake, taken: Intake) -> Intake:
        updates = identity in asked.sent
        mine = updates if on == "update" else asked.role is Role(on) and not updates
        return replace(taken, sent={**taken.sent, **chosen(asked.asked, field)}) if mine else taken

    return stripping(change)(stages)


RULE = Rule(
    name="read-only",
    takes={"on": "text", "only": "fields"},
    checks=checks,
    enforce=enforce,
    judge=judge,
    faults=faults,
)
