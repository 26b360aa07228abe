"""What becomes of two new records of one name in one list. Clauses say in which write with ``role``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import accepting, refusing
from conformance.rules.stages import Batch, Intake, Shelf, Stages
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

    def two(stages: Stages) -> Stages:
        doubled = _Doubled(role, name)

        def match(shelf: Shelf, intake: Intake) -> Record | None:
            return None if doubled.late(intake, None) else stages.match(shelf, intake)

        return accepting(doubled.late)(replace(stages, batch=doubled.noting(stages), match=match))

    def refuses(stages: Stages) -> Stages:
        doubled = _Doubled(role, name)
        return refusing(doubled.late)(replace(stages, batch=doubled.noting(stages)))

    yield fault(clause, "two", "other-way", "two records of one name in one list become two", two)
    if role is Role.UPSERT:
        yield fault(clause, "refuses", "other-way", "the second of one name in one list is refused", refuses)


@dataclass
class _Doubled:
    """Which records of the list that is being processed have the name of one before them."""

    role: Role
    name: str
    places: frozenset[int] = frozenset()

    def noting(self, stages: Stages) -> Batch:
        """The batch as it is, with the places noted."""

        def batch(intakes: tuple[Intake, ...]) -> tuple[Intake, ...]:
            names = [each.sent.get(self.name) for each in intakes]
            self.places = frozenset(place for place, each in enumerate(names) if each and each in names[:place])
            return stages.batch(intakes)

        return batch

    def late(self, intake: Intake, _existing: Record | None) -> bool:
        """Whether the record has the name of one before it in its list."""
        return intake.role is self.role and intake.position in self.places


RULE = Rule(name="batch-doubles", takes={"role": "text"}, checks=checks, faults=faults)
