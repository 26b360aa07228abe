"""What the self-test has found, as one document: the matrix of faults, and the trials of faithful variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.contract.register import CHAPTERS
from conformance.session.alarms import Trial
from conformance.session.matrix import Kill, Matrix
from conformance.session.sweep import Sweep


def sound(found: Matrix, sweeps: Sequence[Sweep], tried: Sequence[Trial]) -> bool:
    """Whether every fault is noticed, every check notices, and nobody faithful is blamed."""
    return found.sound and all(each.sane for each in sweeps) and all(each.quiet for each in tried)


def document(found: Matrix, sweeps: Sequence[Sweep], tried: Sequence[Trial]) -> dict[str, Any]:
    """The document that ``kill-matrix.json`` holds."""
    return {
        "generations": list(dict.fromkeys(each.generation for each in found.kills)),
        "chapters": chapters(found.kills),
        "faults": [_kill(each) for each in found.kills],
        "survivors": [each.fault for each in found.survivors],
        "vacuous": list(found.vacuous),
        "alarms": list(found.alarms),
        "variants": [_trial(each) for each in tried],
        "miniatures": [
            {"name": each.miniature, "generation": each.generation, "status": each.status, "verdicts": each.verdicts}
            for each in sweeps
        ],
        "sound": sound(found, sweeps, tried),
    }


def chapters(kills: Sequence[Kill]) -> dict[str, dict[str, dict[str, int]]]:
    """Faults seeded and killed, by chapter and generation."""
    counts: dict[str, dict[str, dict[str, int]]] = {each: {} for each in CHAPTERS}
    for each in kills:
        count = counts[each.clause.partition(".")[0]].setdefault(each.generation, {"seeded": 0, "killed": 0})
        count["seeded"] += 1
        count["killed"] += each.killed
    return {name: count for name, count in counts.items() if count}


def _kill(each: Kill) -> Mapping[str, Any]:
    return {
        "fault": each.fault,
        "generation": each.generation,
        "clause": each.clause,
        "sentence": each.sentence,
        "reason": each.code,
        "killed": each.killed,
        "killers": list(each.killers),
        "others": list(each.others),
    }


def _trial(each: Trial) -> Mapping[str, Any]:
    return {
        "variant": each.variant,
        "generation": each.generation,
        "sentence": each.sentence,
        "why": each.why,
        "cases": each.cases,
        "exchanges": each.exchanges,
        "quiet": each.quiet,
        "alarms": [{"case": one.case, "verdict": one.verdict, "reason": one.reason} for one in each.alarms],
    }
