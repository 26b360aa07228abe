"""Which record an upsert means whose identifiers point at two. Clauses name them in ``first`` and ``second``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the record that the first identifier names is the one that is updated."""
    tell = partial(_wins, first=clause.text("first"), second=clause.text("second"))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}))


def _wins(story: Story, first: str, second: str) -> None:
    witness = story.witness()
    one, two = (story.given(story.new(witness, label=each)) for each in ("one", "two"))
    update = {**story.carried(one), first: one[first], second: two[second], witness: story.value(witness, 1)}
    reply = story.upsert(update)
    after_one, after_two = (story.fetch(str(each[story.identity]), "after the update") for each in (one, two))
    if after_two.get(witness) == update[witness]:
        reason = f"an upsert with the {first} of one {story.one} and the {second} of another updated the other"
        raise Broken("second-wins", reason, after_one, after_two)
    if after_one.get(witness) == update[witness]:
        return story.chose(f"the {first} decides")
    if reply.refused:
        return story.chose("refuses the request")
    if reply.accepted:
        return story.chose("updates neither")
    raise CouldNotRun(f"the upsert was neither accepted nor refused: {reply.outcome}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server in which the second identifier decides."""
    first, second, identity = clause.text("first"), clause.text("second"), contract.resource.identity

    def swaps(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            both = first in intake.sent and second in intake.sent
            later = replace(intake, sent=without(intake.sent, first)) if both else intake
            return stages.match(shelf, later) or stages.match(shelf, intake)

        stays = merging(lambda existing, _intake, merged: {**merged, **chosen(existing, identity)})
        return stays(replace(stages, match=match))

    yield fault(clause, "swaps", "second-wins", f"{second} decides before {first}", swaps)


RULE = Rule(name="precedence", takes={"first": "field", "second": "field"}, checks=checks, faults=faults)
