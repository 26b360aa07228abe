"""The server's identifier cannot be chosen by the caller when a record is created.

Clauses name the operation in ``role``. Refusing the request and giving the record another identifier both keep the
promise; which of them a target does is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Finding, Rule, Sent, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: no record comes to stand under the identifier sent."""
    role = Role(clause.text("role"))
    yield Check(clause=clause, parameter="", tell=partial(_own, role=role), needs=frozenset({role, "read"}))


def _own(story: Story, role: Role) -> None:
    wanted = values.guid(story.seed, "chosen")
    record = {**story.new(story.witness()), story.identity: wanted}
    reply = story.write(role, record)
    if not reply.accepted and not reply.refused:
        raise CouldNotRun(f"a create with a {story.identity} was neither accepted nor refused: {reply.outcome}")
    identity = story.identified(reply, record)
    if identity == wanted:
        raise Broken("chosen", f"a new {story.one} was created under the {story.identity} that the caller chose")
    found = story.read(wanted).only
    name = story.contract.resource.name
    if found is not None and found.get(name) == record[name]:
        raise Broken("chosen", f"a new {story.one} stands under the {story.identity} that the caller chose")
    if reply.accepted and not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    if not reply.accepted and not story.write(role, story.new(label="control")).accepted:
        raise CouldNotRun(f"the same request without a {story.identity} was not accepted either: {reply.outcome}")
    story.chose("gives the record an identifier of its own" if reply.accepted else "refuses the request")


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """An identifier that names no record is left out of the record that is created."""
    role = Role(clause.text("role"))
    identity = contract.resource.identity

    def change(existing: Record, intake: Intake, merged: Record) -> Record:
        return without(merged, identity) if not existing and intake.role is role else merged

    return merging(change)(stages)


def judge(contract: Contract, clause: Clause, sent: Sent) -> Iterator[Finding]:
    """A create that carries the server's identifier asks for what it cannot have."""
    identity = contract.resource.identity
    for number, each in enumerate(sent.records):
        if sent.role is Role(clause.text("role")) is Role.CREATE and each.get(identity):
            yield Finding(clause=clause.id, sentence=f"a create carries {identity}", path=f"[{number}].{identity}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that lets the caller choose."""
    role = Role(clause.text("role"))
    identity = contract.resource.identity

    def obeys(stages: Stages) -> Stages:
        def assign(intake: Intake) -> str:
            return str(intake.asked.get(identity) or "") if intake.role is role else stages.assign(intake)

        return replace(stages, assign=assign)

    yield fault(clause, "obeys", "chosen", f"a new record is stored under the {identity} that was sent", obeys)


RULE = Rule(name="server-chosen", takes={"role": "text"}, checks=checks, enforce=enforce, judge=judge, faults=faults)
