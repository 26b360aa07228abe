"""The status of a success. It stands with the operation, which clauses name in ``role``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.recordings.recording import STATUS
from conformance.rules import overheard
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.posted import changed, made
from conformance.rules.refused import created
from conformance.rules.reply import Reply
from conformance.rules.stages import Stages
from conformance.rules.story import Story

_READS = (Role.READ, Role.LIST)
"""The calls that are overheard anyway, each at the place that is called like it."""


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check, and one more of an update: a call that is taken is answered with exactly this status."""
    role = Role(clause.text("role"))
    if role in _READS:
        tell, needs = partial(_answers_a_read, role=role), frozenset({Role.UPSERT, role})
        yield Check(clause=clause, parameter="", tell=tell, needs=needs, scene=overheard.SCENE)
        return
    check = partial(Check, clause=clause, needs=frozenset({role}), scene=LIFE)
    yield check(parameter="", tell=partial(_answers, role=role), glance=partial(_seen, role=role))
    if role is Role.UPSERT:
        yield check(parameter="update", tell=_answers_an_update, glance=partial(_seen, role=role, update=True))


def _seen(story: Story, role: Role, *, update: bool = False) -> None:
    made_ = made if role is Role.UPSERT else created
    reply = changed(story).reply if update else made_(story).reply
    need(reply.response.status == story.contract.operations[role].success, "another status")


def _answers(story: Story, role: Role) -> None:
    _judge(story, role, story.write(role, story.new()), "a new")


def _answers_an_update(story: Story) -> None:
    before = story.given(story.new(story.witness()))
    update = {**story.carried(before), story.identity: before[story.identity]}
    reply = story.upsert({**update, story.witness(): story.value(story.witness(), 1)})
    _judge(story, Role.UPSERT, reply, "an updated")


def _answers_a_read(story: Story, role: Role) -> None:
    _judge(story, role, overheard.overheard(story).of(role), "a listed" if role is Role.LIST else "an existing")


def _judge(story: Story, role: Role, reply: Reply, what: str) -> None:
    expected = story.contract.operations[role].success
    if not reply.accepted:
        raise CouldNotRun(f"{what} {story.one} was not accepted: {reply.outcome}")
    if reply.response.status != expected:
        reason = f"{what} {story.one} was answered {reply.response.status}; a success is answered {expected}"
        raise Broken("other-status", reason, str(expected), str(reply.response.status))


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Another status of success."""
    mine, status = Role(clause.text("role")), heard.response.status
    if heard.role is mine and heard.success and STATUS not in heard.lacks and status < 300:
        expected = heard.contract.operations[mine].success
        if status != expected:
            yield about(clause, "other-status", f"the status is {status}; a success is answered {expected}", "status")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that says 201 of what it made, as other APIs do, or of what it shows."""
    mine = Role(clause.text("role"))

    def created(stages: Stages) -> Stages:
        return replace(stages, succeed=lambda role: 201 if role is mine else stages.succeed(role))

    what = "what is read" if mine in _READS else "a new record"
    yield fault(clause, "created", "other-status", f"{what} is answered with 201", created)


RULE = Rule(name="success-status", takes={"role": "text"}, checks=checks, faults=faults, overhear=overhear)
