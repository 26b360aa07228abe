"""Proof that the cases about clients notice: every fault of the model client is found, and the model itself is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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

    fault: str
    clause: str
    sentence: str
    parameter: str
    generation: str
    format: str
    by: tuple[str, ...]

    @property
    def killed(self) -> bool:
        """Whether the case that must notice did, or any where that is not said."""
        wanted = f"[{self.parameter}]" if self.parameter else ""
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
    return Noticed(
        fault=fault.name,
        clause=fault.clause,
        sentence=fault.sentence,
        parameter=_named(fault.parameter, generation),
        generation=generation,
        format=name,
        by=by,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProof:
    """What the proof of one generation comes to."""

    generation: str
    #: cases with what they say of the client without a fault
    blamed: tuple[tuple[str, str], ...]
    faults: tuple[Noticed, ...]
    vacuous: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether every fault is noticed, every case notices something, and the client without one is left alone."""
        noticed = bool(self.faults) and all(each.killed for each in self.faults)
        return noticed and not self.blamed and not self.vacuous


def proof(generation: str) -> ClientProof:
    """The whole of it, for one generation."""
    faults = tuple(noticed(generation))
    idle = tuple(vacuous(generation, faults))
    blamed = tuple((each.case.id, each.reason) for each in clean(generation))
    return ClientProof(generation=generation, blamed=blamed, faults=faults, vacuous=idle)


def document(found: Sequence[ClientProof]) -> dict[str, Any]:
    """All of it as JSON holds it."""
    return {
        "sound": all(each.sound for each in found),
        "faults": [
            {
                "name": one.fault,
                "clause": one.clause,
                "sentence": one.sentence,
                "generation": one.generation,
                "format": one.format,
                "killed": one.killed,
                "by": list(one.by),
            }
            for each in found
            for one in each.faults
        ],
        "blamed": [{"case": case, "reason": reason} for each in found for case, reason in each.blamed],
        "vacuous": [name for each in found for name in each.vacuous],
    }


def _named(parameter: str, generation: str) -> str:
    """The parameter with the members of the generation in place of their roles."""
    resource = contract(generation).resource
    keyed = next((each.name for each in resource.fields if each.keyed_by and each.writable), "")
    return parameter.format(name=resource.name, number=resource.number, keyed=keyed)


def vacuous(generation: str, found: Sequence[Noticed]) -> list[str]:
    """The cases of a generation, whatever their format, that noticed nothing."""
    noticing = {_formless(identifier) for each in found if each.generation == generation for identifier in each.by}
    every = dict.fromkeys(_formless(each.id) for each in cases(generation))
    return [each for each in every if each not in noticing]


def _formless(identifier: str) -> str:
    generation, _, rest = identifier.partition("/")
    return f"{generation}/{rest.partition('/')[2]}"
