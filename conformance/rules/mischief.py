"""The common ways in which a server goes wrong, as changes to its stages; faults are made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conformance.document import Record
from conformance.rules.stages import Intake, Looking, Shelf, Stages

Alter = Callable[[Stages], Stages]
When = Callable[[Intake, Record | None], bool]


def refusing(when: When, message: str = "Not possible") -> Alter:
    """Refuse writes that should succeed."""

    def alter(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            return (*stages.object(shelf, intake, existing), *((message,) if when(intake, existing) else ()))

        return replace(stages, object=object_)

    return alter


def accepting(when: When) -> Alter:
    """Accept writes that should be refused."""

    def alter(stages: Stages) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            return () if when(intake, existing) else stages.object(shelf, intake, existing)

        return replace(stages, object=object_)

    return alter


def losing(when: When) -> Alter:
    """Answer writes as a success and store nothing."""

    def alter(stages: Stages) -> Stages:
        def keep(intake: Intake, existing: Record | None) -> bool:
            return stages.keep(intake, existing) and not when(intake, existing)

        return replace(stages, keep=keep)

    return alter


def merging(change: Callable[[Record, Intake, Record], Record]) -> Alter:
    """Store something else than what the merge came to: change(existing, intake, merged)."""

    def alter(stages: Stages) -> Stages:
        def merge(existing: Record, intake: Intake) -> Record:
            return change(existing, intake, stages.merge(existing, intake))

        return replace(stages, merge=merge)

    return alter


def showing(change: Callable[[Record, Looking], Record]) -> Alter:
    """Show something else than what is stored."""

    def alter(stages: Stages) -> Stages:
        def show(record: Record, looking: Looking) -> Record:
            return change(stages.show(record, looking), looking)

        return replace(stages, show=show)

    return alter


def stripping(change: Callable[[Intake, Intake], Intake]) -> Alter:
    """Take in something else than what should be: change(intake as sent, intake as stripped)."""

    def alter(stages: Stages) -> Stages:
        def strip(intake: Intake) -> Intake:
            return change(intake, stages.strip(intake))

        return replace(stages, strip=strip)

    return alter
