"""A request that carries a read-only field is accepted, and the rest of it is taken over.

Clauses say in ``on`` which request carries it, as for the rule kind ``read-only``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Role
from conformance.document import Record, Value
from conformance.rules.carried import carried
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.mischief import Alter, merging, refusing
from conformance.rules.read_only import blame, fields, request
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story

_ABSENT = object()
"""Stands for a member that is not there."""


def _mine(contract: Contract, clause: Clause) -> list[Field]:
    """The fields that exist in the formats the clause is about."""
    about = set(clause.formats or contract.formats)
    return [each for each in fields(contract, clause) if not each.formats or about & set(each.formats)]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field."""
    for each in _mine(contract, clause):
        tell = partial(_taken, field=each, on=clause.text("on"))
        check = partial(Check, clause=clause, parameter=each.name, tell=tell, needs=frozenset({"read"}))
        yield check(formats=each.formats, scene=LIFE, glance=partial(_seen, on=clause.text("on")))


def _seen(story: Story, on: str) -> None:
    made = carried(story)
    need(made.rest_updated if on == "update" else made.rest_created, "the rest is not taken over")


def _taken(story: Story, field: Field, on: str) -> None:
    witness = story.witness()
    extra: dict[str, Value] = {field.name: story.value(field.name), witness: story.value(witness, 1)}
    before, reply = request(story, extra, on)
    if not reply.accepted:
        blame(story, field, on, reply)
        reason = f"{field.name} is read-only, and a request that carries it was refused as a whole: {reply.outcome}"
        raise Broken("refused", reason, extra)
    carrier = str(before.get(story.identity) or reply.identity)
    after = dict((story.read(carrier).only if carrier else None) or {})
    if after.get(witness) == extra[witness]:
        return
    existing, control = request(replace(story, seed=f"{story.seed}-control"), {witness: extra[witness]}, on)
    identity = str(existing.get(story.identity) or control.identity)
    if not identity or story.fetch(identity, "after the control").get(witness) != extra[witness]:
        raise CouldNotRun(f"the same request without {field.name} does not change {witness} either")
    was = f"{witness} was sent as {say(extra[witness])} beside the read-only {field.name}"
    reason = f"{was}, and is {say(after.get(witness, _ABSENT))}" if after else f"{was}, and nothing was stored"
    raise Broken("rest-lost", reason, extra, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that refuse the request, or drop all of it."""
    identity, updates = contract.resource.identity, clause.text("on") == "update"
    for each in _mine(contract, clause):
        name = each.name

        def concerned(intake: Intake, _existing: Record | None, name: str = name) -> bool:
            return name in intake.asked and intake.role is Role.UPSERT and (identity in intake.asked) is updates

        yield _fault(clause, name, "refuses", "refused", refusing(concerned))
        yield _fault(
            clause, name, "drops", "rest-lost", partial(_drops, field=name, updates=updates, contract=contract)
        )


def _fault(clause: Clause, field: str, slug: str, code: str, alter: Alter) -> Fault:
    sentence = f"a request that carries {field} {'is refused' if code == 'refused' else 'changes nothing else'}"
    name = f"{clause.id}.{slug}-with-{field}"
    return Fault(name=name, clause=clause.id, code=code, sentence=sentence, alter=alter, parameter=field)


def _drops(stages: Stages, field: str, contract: Contract, *, updates: bool) -> Stages:
    resource = contract.resource
    needed = {resource.identity, resource.name, resource.number, *resource.sent_always}

    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        if field not in intake.asked or bool(existing) is not updates:
            return merged
        return existing or {name: value for name, value in merged.items() if name in needed}

    return merging(change)(stages)


RULE = Rule(name="rest-taken", takes={"on": "text", "only": "fields"}, checks=checks, faults=faults)
