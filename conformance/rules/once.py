"""The same upsert sent twice makes one record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import refusing
from conformance.rules.posted import twice
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """The second answer names the first record, and the list holds it once; in a list, and bare."""
    check = partial(Check, clause=clause, needs=frozenset({"list"}), scene=LIFE)
    yield check(parameter="", tell=_once, glance=twice)
    formats, bare = bare_formats(contract), partial(_once, bare=True)
    if formats:
        yield check(parameter="bare", tell=bare, formats=formats, glance=twice)


def _once(story: Story, *, bare: bool = False) -> None:
    name = story.contract.resource.name
    # Bare records are told apart by the name alone, as the shortest ones are that the documents show.
    record = without(story.new(story.witness()), *([story.contract.resource.number] if bare else []))
    first, second = story.upsert(record, bare=bare), story.upsert(record, bare=bare)
    if not first.accepted:
        raise CouldNotRun(f"the {story.one} this check needs could not be created: {first.outcome}")
    if not second.accepted:
        raise Broken("refused", f"the same upsert sent again was not accepted: {second.outcome}", record)
    if first.identity != second.identity:
        reason = f"the same upsert sent twice was answered with two {story.one}s"
        raise Broken("duplicated", reason, first.only, second.only)
    found = story.holding(name, record[name])
    if len(found) > 1:
        reason = f"the same upsert sent twice left {len(found)} {story.one}s of one {name} in the list"
        raise Broken("duplicated", reason, found[0], found[1])
    if not found:
        raise Broken("not-listed", f"after two upserts the list shows no {story.one} of that {name}", record)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that duplicate, or refuse the repetition."""
    identity = contract.resource.identity

    def repeats(existing: Record, intake: Intake) -> bool:
        return all(existing.get(name) == value for name, value in intake.sent.items())

    def duplicates(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            found = stages.match(shelf, intake)
            plain = identity not in intake.sent and intake.role is Role.UPSERT
            return None if found is not None and plain and repeats(found, intake) else found

        return replace(stages, match=match)

    def again(intake: Intake, existing: Record | None) -> bool:
        return existing is not None and repeats(existing, intake)

    def hides(stages: Stages) -> Stages:
        return replace(stages, gather=lambda records: list(stages.gather(records))[:-1])

    yield fault(clause, "duplicates", "duplicated", "a repeated upsert makes a second record", duplicates)
    yield fault(clause, "refuses", "refused", "a repeated upsert is refused as a change of nothing", refusing(again))
    yield fault(clause, "hides", "not-listed", "the list leaves the newest record out", hides)


RULE = Rule(name="once", checks=checks, faults=faults)
