"""An error comes in the format that is asked for, whatever the format of the request was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation, Role
from conformance.exchange import Request, Response
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.wire.spelling import shown_format


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a mistake, told in each format: the other one is asked for."""
    for each in provoke.named(contract, clause):
        tell = partial(_follows, it=each)
        yield Check(clause=clause, parameter="", tell=tell, needs=provoke.needs(each), scene=provoke.SCENE)


def _follows(story: Story, it: Provocation) -> None:
    other = next(each for each in story.contract.formats if each != story.writes)
    provoke.wellformed(story)
    asked = (("Accept", story.contract.formats[other].media_type),)
    sent = provoke.mistaken(story, it)
    reply = story.write(Role(it.role), sent, headers=asked)
    if not reply.refused or not reply.response.body:
        raise CouldNotRun(f"{it.what} was not refused with an error in the body: {reply.outcome}")
    good = story.write(Role(it.role), story.new(label="in the other format"), headers=asked)
    if not good.accepted or shown_format(good.response.body) != other:
        raise CouldNotRun(f"a good request in {story.writes} is not answered in {other} either")
    if shown_format(reply.response.body) != other:
        reason = f"{it.what} in {story.writes} asked for an answer in {other}, and its error is in {story.writes}"
        raise Broken("other-format", reason, other, shown_format(reply.response.body))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose errors are in the format of the request."""
    yield Fault(
        name=f"{clause.id}.as-sent",
        clause=clause.id,
        code="other-format",
        sentence="an error comes in the format of the request",
        alter=partial(_as_sent, method=contract.operations[Role.READ].method),
    )


def _as_sent(stages: Stages, method: str) -> Stages:
    def around(request: Request, answer: Handler) -> Response:
        found = stages.around(request, answer)
        if found.status < 400 or request.method == method:
            return found
        sent = request.headers.first("Content-Type")
        return stages.around(replace(request, headers=request.headers.with_field("Accept", sent)), answer)

    return replace(stages, around=around)


RULE = Rule(name="error-format", takes=provoke.TAKES, checks=checks, faults=faults)
