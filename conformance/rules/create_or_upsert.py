"""Creating is stricter than upserting: create twice conflicts where upsert twice does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.posted import twice
from conformance.rules.refused import moved, refused
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the two operations side by side."""
    yield Check(clause=clause, parameter="", tell=_differ, needs=frozenset({Role.CREATE}), scene=LIFE, glance=_seen)


def _seen(story: Story) -> None:
    """Upserts find records that are known, one made by a create too, where creates are refused."""
    for each in (refused, twice, moved):
        each(story)


def _differ(story: Story) -> None:
    created, upserted = story.new(label="created"), story.new(label="upserted")
    first = story.create(created)
    if not first.accepted:
        raise CouldNotRun(f"the first create was not accepted: {first.outcome}")
    second = story.create(created)
    if not second.refused and second.response.status < 500:
        raise Broken("create-accepted", f"the same create sent twice was accepted twice: {second.outcome}", created)
    if not story.upsert(upserted).accepted:
        raise CouldNotRun("the first upsert was not accepted")
    again = story.upsert(upserted)
    if not again.accepted:
        raise Broken("upsert-refused", f"the same upsert sent twice was refused: {again.outcome}", upserted)
    for same in (created, without(created, story.contract.resource.number)):
        known = story.upsert(same)
        if not known.accepted:
            raise Broken("upsert-refused", f"an upsert of a {story.one} made by a create was refused: {known.outcome}")
        if first.identity and known.identity != first.identity:
            reason = f"an upsert of a {story.one} made by a create came back as another"
            raise Broken("upsert-duplicated", reason, first.only, known.only)


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that treat both operations alike, one way or the other."""

    def as_role(role: Role, stages: Stages) -> Stages:
        """Both operations do what ``role`` does."""

        def match(shelf: Shelf, intake: Intake) -> Record | None:
            return stages.match(shelf, replace(intake, role=role))

        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            return stages.object(shelf, replace(intake, role=role), existing)

        return replace(stages, match=match, object=object_)

    lax, strict = Role.UPSERT, Role.CREATE
    yield fault(
        clause, "both-upsert", "create-accepted", "a create does what an upsert does", lambda s: as_role(lax, s)
    )
    yield fault(
        clause, "both-create", "upsert-refused", "an upsert does what a create does", lambda s: as_role(strict, s)
    )


RULE = Rule(name="create-or-upsert", checks=checks, faults=faults)
