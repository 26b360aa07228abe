"""A write that matches nothing creates a record: named by the server, stored as sent, and shown in the answer.

Clauses name the operation in ``role``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.kind import Check, Fault, Rule, chosen, fault
from conformance.rules.mischief import Alter, losing, refusing, showing
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Broken, Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: two records, each created, named, stored and shown."""
    role = Role(clause.text("role"))
    yield Check(clause=clause, parameter="", tell=partial(_creates, role=role), needs=frozenset({role, "read"}))


def _creates(story: Story, role: Role) -> None:
    first = _created(story, role, story.new(story.witness(), label="first"))
    second = _created(story, role, story.new(story.witness(), label="second", turn=1))
    if first == second:
        raise Broken("same-identity", f"two different {story.one}s were created under one {story.identity}, {first}")


def _created(story: Story, role: Role, record: Record) -> str:
    reply = story.write(role, record)
    what = f"a {story.one} that nobody has"
    if not reply.accepted:
        raise Broken("refused", f"{what} was not created: {reply.outcome}", record)
    if not reply.identity:
        raise Broken("no-identity", f"{what} was accepted, but the answer shows no {story.identity}: {reply.outcome}")
    name = story.contract.resource.name
    if reply.only is not None and reply.only.get(name) != record[name]:
        raise Broken("answer-differs", f"the answer to a create shows another {name}", record, reply.only)
    again = story.read(reply.identity)
    if again.only is None:
        raise Broken("not-stored", f"{what} was accepted, and then: {again.outcome}", record)
    expected, stored = story.canonical(record), story.canonical(again.only)
    wrong = differences(expected, chosen(stored, *expected))
    if wrong:
        raise Broken("not-as-sent", f"the created {story.one} is not as it was sent: {wrong[0]}", expected, stored)
    return reply.identity


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that forget, misname or refuse what they should create."""
    role = Role(clause.text("role"))
    resource = contract.resource

    def mine(intake: Intake, existing: Record | None) -> bool:
        return existing is None and intake.role is role

    def one_identity(stages: Stages) -> Stages:
        def assign(intake: Intake) -> str:
            return "11111111-1111-4111-8111-111111111111" if intake.role is role else stages.assign(intake)

        return replace(stages, assign=assign)

    def shows(field: str, value: str) -> Alter:
        return showing(lambda record, looking: {**record, field: value} if looking.role is role else record)

    nameless, shows_another = shows(resource.identity, ""), shows(resource.name, "Example Limited")
    yield fault(clause, "refuses", "refused", "a new record is refused", refusing(mine))
    yield fault(clause, "forgets", "not-stored", "a new record is answered and not stored", losing(mine))
    yield fault(clause, "one-identity", "same-identity", "every new record gets the same identifier", one_identity)
    yield fault(clause, "nameless", "no-identity", "the answer leaves the new identifier out", nameless)
    yield fault(clause, "shows-another", "answer-differs", "the answer shows a fixed example", shows_another)


RULE = Rule(name="creates", takes={"role": "text"}, checks=checks, faults=faults)
