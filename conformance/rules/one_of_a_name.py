"""An upsert with the name of a record and a number that nobody has makes no second record of that name.

Whether it gives the record the number or is refused is left to the target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    needs = frozenset({Role.UPSERT, "read", "read-by-number"})
    yield Check(clause=clause, parameter="", tell=_alone, needs=needs)


def _alone(story: Story) -> None:
    resource = story.contract.resource
    before = story.given(story.new(story.witness()))
    other = {**story.new(story.witness(), label="other", turn=1), resource.name: before[resource.name]}
    reply = story.upsert(other)
    found = story.read(str(other[resource.number]), resource.number).only
    if found is None or found.get(story.identity) == before[story.identity]:
        story.chose("refuses it" if reply.refused else "gives the record the number")
        return
    after = story.fetch(str(before[story.identity]), "after another was written")
    if found.get(resource.name) == after.get(resource.name):
        reason = f"an upsert with the {resource.name} of an existing {story.one} and another {resource.number}"
        raise Broken("second", f"{reason} makes a second one of that {resource.name}", after, found)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that looks at the number alone where there is one."""
    resource = contract.resource

    def number_alone(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            wanted = intake.sent.get(resource.number)
            named = intake.role is Role.UPSERT and wanted and not intake.sent.get(resource.identity)
            return shelf.find(resource.number, str(wanted)) if named else stages.match(shelf, intake)

        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            return () if intake.role is Role.UPSERT else stages.object(shelf, intake, existing)

        return replace(stages, match=match, object=object_)

    yield fault(clause, "number-alone", "second", "where a number is sent the name is not looked at", number_alone)


RULE = Rule(name="one-of-a-name", checks=checks, faults=faults)
