"""What becomes of two new records of one name in one list. Clauses say in which write with ``role``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import accepting, refusing
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: two records that have the same name, and no number."""
    role = Role(clause.text("role"))
    yield Check(clause=clause, parameter="", tell=partial(_doubles, role=role), needs=frozenset({role, "list"}))


def _doubles(story: Story, role: Role) -> None:
    resource, witness = story.contract.resource, story.witness()
    first, other = (without(story.new(witness, label=each), resource.number) for each in ("first", "second"))
    reply = story.write(role, first, {**other, resource.name: first[resource.name]})
    if not reply.accepted and not reply.refused:
        raise CouldNotRun(f"a list with one name twice was neither accepted nor refused: {reply.outcome}")
    count = len(story.holding(resource.name, first[resource.name]))
    became = {0: "stores neither", 1: f"makes one {story.one} of them"}.get(
        count, f"makes {count} {story.one}s of them"
    )
    way = f"{'accepts' if reply.accepted else 'refuses'} a list with one {resource.name} twice, and {became}"
    if count > 1 or reply.accepted is (role is Role.CREATE):
        raise Broken("other-way", way)
    story.chose(way)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that go another way."""
    role, name = Role(clause.text("role")), contract.resource.name

    def late(intake: Intake, _existing: Record | None) -> bool:
        return intake.role is role and intake.position > 0

    def blind(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            found = stages.match(shelf, intake)
            return None if late(intake, None) and found is not None and name in intake.sent else found

        return accepting(late)(replace(stages, match=match))

    yield fault(clause, "two", "other-way", "two records of one name in one list become two", blind)
    if role is Role.UPSERT:
        yield fault(clause, "refuses", "other-way", "the second of one name in one list is refused", refusing(late))


RULE = Rule(name="batch-doubles", takes={"role": "text"}, checks=checks, faults=faults)
