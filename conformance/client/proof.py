"""Proof that the cases about clients notice: every fault of the model client is found, and the model itself is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from conformance.client.cases import ClientCase, cases
from conformance.client.model.behaviour import Behaviour
from conformance.client.model.faults import FAULTS, ClientFault
from conformance.client.model.inside import Inside
from conformance.client.plan import ClientPlan
from conformance.client.registry import contract
from conformance.client.telling import TAKEN
from conformance.session.outcome import Outcome, Verdict

_NOTICED = (Verdict.FAIL, Verdict.WARN)
_SECONDS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One fault in one generation and format: the cases of its own duty that noticed it."""

    fault: ClientFault
    generation: str
    format: str
    by: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Whether the case that must notice did, or any where that is not said."""
        wanted = f"[{self.fault.parameter}]" if self.fault.parameter else ""
        return any(each.endswith(wanted) for each in self.by)


def told(generation: str, behaviour: Behaviour, chosen: Sequence[ClientCase]) -> list[Outcome]:
    """What the cases say of a client that behaves so."""
    plan = ClientPlan(
        target="model",
        generation=generation,
        cases=chosen,
        start=lambda _environment: Inside(behaviour),
        seconds=_SECONDS,
    )
    try:
        return [plan.tell(each) for each in chosen]
    finally:
        plan.close()


def clean(generation: str) -> list[Outcome]:
    """What is said of the model client as it stands, and should not be: anything but a pass."""
    return [each for each in told(generation, Behaviour(), cases(generation)) if each.verdict is not Verdict.PASS]


def noticed(generation: str) -> Iterator[Noticed]:
    """Every fault that the generation can show, in one format after the other by turns."""
    duties = {each.id for each in contract(generation).clauses}
    mine = (each for each in FAULTS.values() if not each.generations or generation in each.generations)
    for turn, fault in enumerate(each for each in mine if each.clause in duties):
        own = [each for each in cases(generation) if each.clause.id == fault.clause]
        formats = list(dict.fromkeys(each.format for each in own))
        if fault.formats:
            formats = [each for each in formats if each in fault.formats]
        if not formats:
            continue
        for name in formats if fault.everywhere else formats[turn % len(formats) :][:1]:
            yield _told(fault, generation, name, [each for each in own if each.format == name])


def _told(fault: ClientFault, generation: str, name: str, chosen: Sequence[ClientCase]) -> Noticed:
    found = told(generation, fault.make(), chosen)
    by = tuple(each.case.id for each in found if each.verdict in _NOTICED or each.choice not in ("", TAKEN))
    return Noticed(fault=fault, generation=generation, format=name, by=by)


def vacuous(generation: str, found: Sequence[Noticed]) -> list[str]:
    """The cases of a generation, whatever their format, that noticed nothing."""
    noticing = {_formless(identifier) for each in found if each.generation == generation for identifier in each.by}
    every = dict.fromkeys(_formless(each.id) for each in cases(generation))
    return [each for each in every if each not in noticing]


def _formless(identifier: str) -> str:
    generation, _, rest = identifier.partition("/")
    return f"{generation}/{rest.partition('/')[2]}"
