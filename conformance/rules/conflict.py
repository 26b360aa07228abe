"""A create that meets a record with the same identifying member is refused. Clauses name that member in ``by``.

The promise holds among active records, so an archived one stands in nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import accepting
from conformance.rules.refused import refused
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the second create is refused."""
    tell = partial(_refused, by=clause.text("by"))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({Role.CREATE}), scene=LIFE, glance=refused)


def _refused(story: Story, by: str) -> None:
    existing = story.given(story.new(story.witness(), label="first"))
    attempt = {**story.new(story.witness(), label="second", turn=1), by: existing[by]}
    reply = story.create(attempt)
    if not reply.refused and reply.response.status < 500:
        reason = f"a create with the {by} {existing[by]!r} of an existing {story.one} was accepted: {reply.outcome}"
        raise Broken("accepted", reason, existing, reply.records)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a create whose member an active record holds."""
    by, resource = clause.text("by"), contract.resource

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        wanted = intake.sent.get(by)
        holder = shelf.find(by, wanted) if isinstance(wanted, str) and wanted else None
        taken = intake.role is Role.CREATE and holder is not None and holder.get(resource.status) == resource.active
        message = (contract.message(clause.text("message"), intake.sent),) if taken else ()
        return (*stages.object(shelf, intake, existing), *message)

    return replace(stages, object=object_)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that create a second record, or update the first."""
    by, resource = clause.text("by"), contract.resource

    def unique_otherwise(shelf: Shelf, intake: Intake) -> bool:
        rest = {resource.name, resource.number} - {by}
        return not any(shelf.find(each, str(intake.sent[each])) for each in rest if intake.sent.get(each))

    def ignores(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            taken = shelf.find(by, str(intake.sent.get(by))) is not None
            blind = taken and intake.role is Role.CREATE and unique_otherwise(shelf, intake)
            return () if blind else stages.object(shelf, intake, existing)

        return replace(stages, object=object_)

    def updates(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            wanted = intake.sent.get(by)
            found = shelf.find(by, str(wanted)) if intake.role is Role.CREATE and wanted else None
            return found or stages.match(shelf, intake)

        altered = replace(stages, match=match)
        return accepting(lambda intake, existing: intake.role is Role.CREATE and existing is not None)(altered)

    yield fault(clause, "ignores", "accepted", f"a create with a taken {by} makes a second record", ignores)
    yield fault(clause, "updates", "accepted", f"a create with a taken {by} updates the record that has it", updates)


RULE = Rule(name="conflict", takes={"by": "field", "message": "message"}, checks=checks, enforce=enforce, faults=faults)
