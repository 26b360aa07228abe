"""What a stranger asks for is not done: a caller who is turned away has changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import SCENE, capability, heard, host, road_of, welcomed


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a stranger tries to change a record."""
    needs = frozenset({"upsert", "read", capability(contract, clause)})
    yield Check(clause=clause, parameter="", tell=partial(_tell, clause=clause), needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause) -> None:
    before = host(story)
    heard(story, clause, "upsert")
    after = story.fetch(str(before[story.identity]), "after a stranger came")
    wrong = differences(before, after)
    if wrong:
        raise Broken("done", f"a write without {clause.text('shows')} has an effect: {wrong[0]}", before, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that asks for papers when all is done."""

    def done(stages: Stages) -> Stages:
        known: list[Request] = []

        def around(request: Request, answer: Handler) -> Response:
            known.append(request) if not known else None
            asked = welcomed(contract, clause.text("shows"), request, known[0])
            if asked != request and road_of(contract, request) == "upsert":
                stages.around(asked, answer)
            return stages.around(request, answer)

        return replace(stages, around=around)

    yield fault(clause, "done-first", "done", "a write is done before anybody asks for papers", done)


RULE = Rule(name="harmless-stranger", takes={"shows": "text", "wrong": "flag"}, checks=checks, faults=faults)
