"""The name of an archived record is free: a create may take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.halves import archived
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: archive, then create under the same name."""
    yield Check(clause=clause, parameter="", tell=_frees, needs=frozenset({Role.CREATE}), scene=LIFE, glance=_seen)


def _seen(story: Story) -> None:
    resource, known = story.contract.resource, archived(story)
    attempt = {**story.new(label="second"), resource.name: known.name}
    reply = story.create(attempt)
    need(reply.accepted and story.identified(reply, attempt) != known.after[story.identity], "the name is not free")


def _frees(story: Story) -> None:
    resource = story.contract.resource
    before = story.given(story.new(label="first"))
    archive = {**story.carried(before), story.identity: before[story.identity], resource.status: resource.archived}
    reply = story.upsert(archive)
    if not reply.accepted or story.fetch(str(before[story.identity]), "archived").get(resource.status) != (
        resource.archived
    ):
        raise CouldNotRun(f"the {story.one} could not be archived: {reply.outcome}")
    attempt = {**story.new(label="second"), resource.name: before[resource.name]}
    again = story.create(attempt)
    if not again.accepted:
        reason = f"a create with the {resource.name} of an archived {story.one} was not accepted: {again.outcome}"
        raise Broken("refused", reason, before)
    if again.identity == before[story.identity]:
        raise Broken(
            "reused", f"a create took over the archived {story.one} of that {resource.name}", before, again.only
        )


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that counts archived records too."""
    resource = contract.resource

    def counts(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            holder = shelf.find(resource.name, str(intake.sent.get(resource.name)))
            taken = intake.role is Role.CREATE and holder is not None
            return (*stages.object(shelf, intake, existing), *(("The name is taken",) if taken else ()))

        return replace(stages, object=object_)

    yield fault(clause, "counts", "refused", "an archived record still holds its name", counts)


RULE = Rule(name="archived-frees", checks=checks, faults=faults)
