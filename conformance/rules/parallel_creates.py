"""Records of different names that are made at the same moment all come to be, each as itself.

A round is a ``crowd`` of them; there are ``rounds``. They are created, or upserted where nothing creates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.batches import stored
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.parallel import Meeting, busy, confusing, sharing, unguarded
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: some rounds, and one look at what came of them."""
    yield Check(clause=clause, parameter="", tell=partial(_all_made, clause=clause), needs=frozenset({"list", "read"}))


def _all_made(story: Story, clause: Clause) -> None:
    number, made = story.contract.resource.number, dict[str, Record]()
    known = Role.CREATE in story.contract.operations and Role.CREATE not in story.lacks
    role = Role.CREATE if known else Role.UPSERT
    for turn in range(int(clause.arguments["rounds"])):
        crowd = range(int(clause.arguments["crowd"]))
        records = [story.new(story.witness(), label=f"round {turn} {place}") for place in crowd]
        replies = story.together([story.draft(role, each) for each in records])
        for record, reply in zip(records, replies, strict=True):
            _sound(story, role, reply, int(clause.arguments["failure"]))
            _own(story, role, record, reply)
        _distinct(story, replies)
        made |= {str(each[number]): each for each in records}
    there = stored(story, made)
    missing = [each for each in made if each not in there]
    if missing:
        reason = f"one of {len(made)} {story.one}s made at the same moment as others was accepted and is not there"
        raise Broken("lost", reason, made[missing[0]])


def _sound(story: Story, role: Role, reply: Reply, failure: int) -> None:
    if reply.refused or reply.response.status != failure:
        return
    alone = story.write(role, story.new(story.witness(), label="control"))
    if not alone.accepted:
        raise CouldNotRun(f"a new {story.one} was not accepted, nor was one alone: {alone.outcome}")
    reason = f"the target failed over one of some new {story.one}s at the same moment, and takes one alone"
    raise Broken("failed", f"{reason}: {reply.outcome}")


def _own(story: Story, role: Role, record: Record, reply: Reply) -> None:
    name = story.contract.resource.name
    if not reply.accepted:
        alone = story.write(role, story.new(story.witness(), label="control"))
        if not reply.refused or not alone.accepted:
            raise CouldNotRun(f"a new {story.one} was not accepted, nor was one alone: {reply.outcome}")
        reason = f"a new {story.one} was refused, though one like it is accepted when nothing else is sent"
        raise Broken("refused", f"{reason}: {reply.outcome}", record)
    if reply.only is not None and reply.only.get(name) not in (None, record[name]):
        control = story.new(story.witness(), label="control")
        alone = story.write(role, control)
        if alone.only is None or alone.only.get(name) != control[name]:
            raise CouldNotRun(f"the answer to a write alone shows another {story.one}, too: {alone.outcome}")
        reason = f"the answer to one of the writes at the same moment shows the {story.one} of another"
        raise Broken("mixed-up", reason, record, reply.only)


def _distinct(story: Story, replies: list[Reply]) -> None:
    identities = [each.identity for each in replies if each.identity]
    double = [each for each in identities if identities.count(each) > 1]
    if double:
        reason = f"two {story.one}s made at the same moment have the {story.identity} {double[0]}"
        raise Broken("same-identity", reason)


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that stumble when two requests come at once."""
    yield fault(clause, "busy", "refused", "a request is refused while another is being done", unguarded(busy))
    yield fault(
        clause,
        "fails",
        "failed",
        "a request fails while another is being done",
        unguarded(partial(_failing, status=int(clause.arguments["failure"]))),
    )
    yield fault(clause, "shares", "same-identity", "two records get one identity", unguarded(sharing))
    yield fault(clause, "confuses", "mixed-up", "one request gets the answer of another", unguarded(confusing))


def _failing(stages: Stages, meeting: Meeting, status: int) -> Stages:
    """Fail over what comes while another is being done."""

    def around(request: Request, answer: Handler) -> Response:
        response = stages.around(request, answer)
        return replace(response, status=status) if meeting.wait() else response

    return replace(stages, around=around)


RULE = Rule(
    name="parallel-creates",
    takes={"rounds": "number", "crowd": "number", "failure": "number"},
    checks=checks,
    faults=faults,
)
