"""Requests at the same moment, as a server gets them wrong: what lies between their steps is made to happen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from threading import Condition

from conformance.contract.values import guid
from conformance.document import Record
from conformance.rules.mischief import When
from conformance.rules.stages import Intake, Outcomes, Shelf, Stages

_MOMENT = 0.5


@dataclass(eq=False)
class Meeting:
    """A place where a request waits a moment for another, and goes on alone when none comes."""

    bell: Condition = field(default_factory=Condition)
    waiting: int = 0
    pairs: int = 0

    def wait(self) -> int:
        """The number of the pair that met; 0 when none came."""
        with self.bell:
            pair = self.pairs + 1
            if self.waiting:
                self.waiting, self.pairs = 0, pair
                self.bell.notify_all()
                return pair
            self.waiting = 1
            if self.bell.wait_for(lambda: self.pairs >= pair, _MOMENT):
                return pair
            self.waiting = 0
            return 0


def unguarded(change: Callable[[Stages, Meeting], Stages]) -> Callable[[Stages], Stages]:
    """Let requests in beside one another, and change where they meet."""
    return lambda stages: change(replace(stages, alone=nullcontext), Meeting())


def matching_late(when: When) -> Callable[[Stages], Stages]:
    """Look for a record that is not there yet, and only then let others go on."""

    def change(stages: Stages, meeting: Meeting) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            found = stages.match(shelf, intake)
            if when(intake, found):
                meeting.wait()
            return found

        return replace(stages, match=match)

    return unguarded(change)


def objecting_late(when: When) -> Callable[[Stages], Stages]:
    """See nothing in the way of a record, and only then let others go on."""

    def change(stages: Stages, meeting: Meeting) -> Stages:
        def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
            messages = stages.object(shelf, intake, existing)
            if not messages and when(intake, existing):
                meeting.wait()
            return messages

        return replace(stages, object=object_)

    return unguarded(change)


def busy(stages: Stages, meeting: Meeting) -> Stages:
    """Refuse what comes while another is being done."""

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        messages = stages.object(shelf, intake, existing)
        return (*messages, "Busy") if meeting.wait() else messages

    return replace(stages, object=object_)


def sharing(stages: Stages, meeting: Meeting) -> Stages:
    """Give the same identity to two records that are made at the same moment."""

    def assign(intake: Intake) -> str:
        pair = meeting.wait()
        return guid("pair", str(pair)) if pair else stages.assign(intake)

    return replace(stages, assign=assign)


def confusing(stages: Stages, meeting: Meeting) -> Stages:
    """Keep what became of a request in a place that all requests share."""
    last: list[Outcomes] = [()]

    def settle(outcomes: Outcomes, apart: bool) -> Outcomes:
        last[0] = stages.settle(outcomes, apart)
        meeting.wait()
        return last[0]

    return replace(stages, settle=settle)
