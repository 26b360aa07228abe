"""The verdict that a sweepingly wrong server gets: never conforming, and never a fault of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from conformance.derive.cases import cases
from conformance.exchange import Request, Response
from conformance.reference.miniatures import MINIATURES
from conformance.rules.registry import contract
from conformance.session.events import case_event
from conformance.session.redact import Redactor
from conformance.session.run import Settings, run
from conformance.session.status import Status, status


@dataclass(frozen=True, slots=True)
class _Answering:
    answer: Callable[[Request], Response]

    def send(self, request: Request) -> Response:
        return self.answer(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One miniature against one generation."""

    miniature: str
    generation: str
    status: str
    verdicts: dict[str, int]

    @property
    def sane(self) -> bool:
        """Whether the verdict blames the server, and nobody else."""
        return self.status in (Status.VIOLATES, Status.INCOMPLETE)


def sweep(name: str, generation: str) -> Sweep:
    """The verdict on a miniature."""
    target = _Answering(MINIATURES[name](contract(generation)))
    redactor, settings = Redactor(()), Settings()
    events = [case_event(run(case, target, settings), redactor) for case in cases(generation)]
    return Sweep(
        miniature=name,
        generation=generation,
        status=status(events, len(events)).value,
        verdicts=dict(Counter(each["verdict"] for each in events)),
    )
