"""The deviations that are declared for a run, held against the cases that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.client.cases import cases as duties
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.session.expect import Deviation, known, read
from conformance.session.outcome import Subject


def expected(file: str, mine: Sequence[Subject]) -> tuple[Deviation, ...]:
    """What a file declares; nothing without a file. Raises BadSpec where an entry fits no case of any run."""
    if not file:
        return ()
    found = read(Path(file))
    known(found, _all(mine))
    return found


def _all(mine: Sequence[Subject]) -> Iterator[str]:
    """The run's own cases, and then all others: one file may serve several runs."""
    yield from (each.id for each in mine)
    for generation in generations():
        yield from (each.id for each in cases(generation))
        yield from (each.id for each in duties(generation))
