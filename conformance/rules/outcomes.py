"""The ways in which a server tells an untrue story of a list, or keeps the wrong part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from conformance.contract.model import Role
from conformance.document import Record
from conformance.rules.mischief import Alter
from conformance.rules.stages import Intake, Outcome, Outcomes, Shelf, Stages

Change: TypeAlias = Callable[[Outcomes], Outcomes]


def settling(change: Change, *, apart: bool) -> Alter:
    """Answer something else than what became of the records, where errors are told apart, or where they are not."""

    def alter(stages: Stages) -> Stages:
        def settle(outcomes: Outcomes, told_apart: bool) -> Outcomes:
            settled = stages.settle(outcomes, told_apart)
            return change(settled) if told_apart is apart else settled

        return replace(stages, settle=settle)

    return alter


def keeping_refused(stages: Stages) -> Stages:
    """Store also what is refused."""

    def linger(shelf: Shelf, intake: Intake) -> Record | None:
        refused = stages.object(shelf, intake, stages.match(shelf, intake))
        return intake.sent if refused else stages.linger(shelf, intake)

    return replace(stages, linger=linger)


def _failed(outcome: Outcome) -> bool:
    return bool(outcome.messages)


def _each(change: Callable[[Outcome, Outcome | None], Outcome]) -> Change:
    """A change of one outcome, given the one before it."""

    def changed(outcomes: Outcomes) -> Outcomes:
        return tuple(change(each, before) for before, each in zip((None, *outcomes), outcomes, strict=False))

    return changed


def _all_fine(outcomes: Outcomes) -> Outcomes:
    fine = next((each.status for each in outcomes if not _failed(each)), "")
    return tuple(replace(each, status=fine or each.status) for each in outcomes)


def _runs_over(each: Outcome, before: Outcome | None) -> Outcome:
    return replace(each, status=before.status) if before and _failed(before) and not _failed(each) else each


def _complains_on(each: Outcome, before: Outcome | None) -> Outcome:
    over = before is not None and _failed(before) and not _failed(each)
    return replace(each, messages=before.messages) if over and before else each


def _undone(when: Callable[[Outcome, Outcomes], bool]) -> Change:
    """Take good records back, where any record of the list is bad."""

    def changed(outcomes: Outcomes) -> Outcomes:
        bad = tuple(each for each in outcomes if _failed(each))
        return tuple(
            replace(each, undone=True) if bad and not _failed(each) and when(each, bad) else each for each in outcomes
        )

    return changed


def _first_alone(outcomes: Outcomes) -> Outcomes:
    bad = [each for each in outcomes if _failed(each)]
    return tuple(replace(each, messages=()) if each in bad[1:] else each for each in outcomes)


UNSAVED: dict[str, tuple[str, str, Change]] = {
    "rolls-back": (
        "not-saved",
        "a bad record keeps good ones from being stored",
        _undone(lambda _each, _bad: True),
    ),
    "rolls-back-earlier": (
        "not-saved",
        "good records before a bad one are taken back",
        _undone(lambda each, bad: each.intake.position < bad[-1].intake.position),
    ),
    "loses-updates": (
        "not-updated",
        "updates in a list with a bad record are taken back",
        _undone(lambda each, _bad: each.before is not None),
    ),
    "stops": (
        "not-saved",
        "good records after a bad one are not stored",
        _undone(lambda each, bad: each.intake.position > bad[0].intake.position),
    ),
    "stops-if-first-is-bad": (
        "not-saved",
        "nothing is stored when the first record is bad",
        _undone(lambda _each, bad: bad[0].intake.position == 0 and bad[0].intake.role is Role.UPSERT),
    ),
}

LYING: Mapping[str, Mapping[str, tuple[str, str, Change]]] = {
    "order": {
        "reverses": ("out-of-order", "the answer is in reverse order", lambda outcomes: outcomes[::-1]),
        "good-first": (
            "out-of-order",
            "the answer shows the good records before the bad ones",
            lambda outcomes: tuple(sorted(outcomes, key=_failed)),
        ),
        "drops-bad": (
            "missing",
            "the answer leaves the bad records out",
            lambda outcomes: tuple(each for each in outcomes if not _failed(each)),
        ),
        "drops-good": (
            "missing",
            "the answer shows the bad records alone",
            lambda outcomes: tuple(each for each in outcomes if _failed(each)),
        ),
    },
    "named": {
        "silent": (
            "no-status",
            "no record has a status",
            lambda outcomes: tuple(replace(each, status="") for each in outcomes),
        ),
        "silent-on-bad": (
            "no-status",
            "bad records have no status",
            _each(lambda each, _before: replace(each, status="") if _failed(each) else each),
        ),
        "silent-on-good": (
            "no-status",
            "good records have no status",
            _each(lambda each, _before: each if _failed(each) else replace(each, status="")),
        ),
        "all-fine": ("wrong-status", "every record has the status of a good one", _all_fine),
        "runs-over": ("wrong-status", "a good record after a bad one has its status", _each(_runs_over)),
    },
    "errors": {
        "silent": (
            "no-message",
            "nothing is said about a bad record",
            _each(lambda each, _before: replace(each, messages=())),
        ),
        "first-alone": ("no-message", "only the first bad record says what is wrong with it", _first_alone),
        "runs-over": (
            "borrowed-message",
            "a good record repeats what is wrong with the bad one before it",
            _each(_complains_on),
        ),
    },
    "saved": UNSAVED,
}
