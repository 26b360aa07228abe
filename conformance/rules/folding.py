"""Whether two spellings of one name, which differ in case alone, are the same name. Clauses say ``on`` which write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a second write with the name in upper case."""
    role = Role(clause.text("on"))
    yield Check(clause=clause, parameter="", tell=partial(_folds, role=role), needs=frozenset({role}))


def _folds(story: Story, role: Role) -> None:
    resource = story.contract.resource
    before = story.given(story.new(label="first"))
    shouted = str(before[resource.name]).upper()
    again = {**story.new(label="second"), resource.name: shouted}
    reply = story.write(role, again)
    if role is Role.CREATE and reply.accepted:
        raise Broken("distinct", f"a create with a name that differs in case alone is accepted: {shouted!r}", before)
    if role is Role.UPSERT and reply.accepted and story.identified(reply, again) != before[story.identity]:
        raise Broken("distinct", f"an upsert with a name that differs in case alone makes a second {story.one}", before)
    if not reply.accepted and not reply.refused:
        raise CouldNotRun(f"the write was neither accepted nor refused: {reply.outcome}")
    story.chose("takes names that differ in case alone for one name")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that tells the spellings apart."""
    name, role = contract.resource.name, Role(clause.text("on"))

    def exact(intake: Intake, found: Record | None) -> bool:
        return found is None or name not in intake.sent or found.get(name) == intake.sent[name]

    def distinguishes(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            found = stages.match(shelf, intake)
            if intake.role is not role or exact(intake, found):
                return found
            # Whatever else it names still finds it.
            return stages.match(shelf, replace(intake, sent=without(intake.sent, name)))

        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            holder = shelf.find(name, str(intake.sent.get(name)))
            other = intake.role is role and existing is None and not exact(intake, holder)
            return () if other else stages.object(shelf, intake, existing)

        return replace(stages, match=match, object=object_)

    yield fault(clause, "distinguishes", "distinct", "names that differ in case alone are two names", distinguishes)


RULE = Rule(name="folding", takes={"on": "text"}, checks=checks, faults=faults)
