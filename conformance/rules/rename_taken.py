"""What an update does that gives a record the name of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the rename is refused."""
    yield Check(clause=clause, parameter="", tell=_refused, needs=frozenset({"read"}))


def _refused(story: Story) -> None:
    name = story.contract.resource.name
    one, two = (story.given(story.new(label=each)) for each in ("one", "two"))
    reply = story.upsert({**story.carried(one), story.identity: one[story.identity], name: two[name]})
    if reply.accepted:
        raise Broken("accepted", f"an update that gives a {story.one} the {name} of another was accepted", one, two)
    if not reply.refused:
        raise CouldNotRun(f"the update was neither accepted nor refused: {reply.outcome}")
    story.chose("refuses it")


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a name that another active record holds."""
    resource = contract.resource

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        holder = shelf.find(resource.name, str(intake.sent.get(resource.name)))
        objections = stages.object(shelf, intake, existing)
        if existing is None or holder is None or holder.get(resource.status) != resource.active:
            return objections
        taken = holder[resource.identity] != existing[resource.identity]
        return (*objections, contract.message(clause.text("message"), intake.sent)) if taken else objections

    return replace(stages, object=object_)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that lets two records have one name."""
    identity, name = contract.resource.identity, contract.resource.name

    def allows(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            said = stages.object(shelf, intake, existing)
            if not existing or identity not in intake.sent or name not in intake.sent:
                return said
            taken = contract.message(clause.text("message"), intake.sent)
            return tuple(each for each in said if each != taken)

        return replace(stages, object=object_)

    yield fault(clause, "allows", "accepted", "a record may be renamed to the name of another", allows)


RULE = Rule(name="rename-taken", takes={"message": "message"}, checks=checks, enforce=enforce, faults=faults)
