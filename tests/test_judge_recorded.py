"""The reference server recorded: its seeded faults of the wire are found in the file, its faithful variants are not."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest

from conformance.contract.load import generations
from conformance.derive.cases import Case, cases
from conformance.derive.faults import faults
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.judge.recorded import How
from conformance.recordings.raw import Told
from conformance.rules.kind import Fault
from conformance.rules.overheard import SCENE
from conformance.rules.registry import contract, rules
from conformance.session.alarms import faithful
from conformance.session.recordings import Verdicts, verdicts
from conformance.session.run import Settings, run
from conformance.targets.embedded import Embedded, embedded
from conformance.targets.target import Target
from conformance.variants.catalogue import variants
from conformance.variants.kind import Variant

GENERATIONS = pytest.mark.parametrize("generation", generations())

#: what only a conversation shows, or nothing binds: the same fault is found as another one
ELSEWHERE = {"wire.error-format": "errors.shape"}


@dataclass
class Recorder:
    """A target, and all that was said with it."""

    target: Target
    said: list[Exchange] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        response = self.target.send(request)
        self.said.append(Exchange(request=request, response=response))
        return response


def entry(exchange: Exchange) -> dict[str, object]:
    """An exchange as a proxy writes it down that keeps the very bytes."""
    request, response = exchange.request, exchange.response
    assert response is not None
    content = {"size": len(response.body), "text": base64.b64encode(response.body).decode(), "encoding": "base64"}
    answer = {"status": response.status, "headers": pairs(response.headers), "content": content}
    url = f"https://service.example{request.url}"
    return {"request": {"method": request.method, "url": url, "headers": pairs(request.headers)}, "response": answer}


def pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def recorded(generation: str, target: Target, told: Iterable[Case], folder: Path) -> Verdicts:
    """What the judge makes of a file in which these cases were recorded."""
    recorder = Recorder(target)
    for case in told:
        run(case, recorder, Settings())
    place = folder / "recorded.har"
    place.write_text(json.dumps({"log": {"entries": [entry(each) for each in recorder.said]}}), "utf-8")
    made = verdicts([str(place)], How(generation=generation), Told(), BytesIO(), lambda *_: None)
    assert made.judged > 0
    return made


def overhearing(generation: str) -> list[Fault]:
    """The faults of all clauses that are judged of any answer of the shared conversation."""
    silent = rules()["creates"].overhear
    mine = {each.clause.id for each in cases(generation) if each.check.scene == SCENE}
    heard = [each.id for each in contract(generation).clauses if rules()[each.rule].overhear is not silent]
    return [each.fault for each in faults(generation) if each.fault.clause in mine and each.fault.clause in heard]


@GENERATIONS
def test_every_seeded_fault_of_the_wire_is_found_in_a_recording(generation: str, tmp_path: Path) -> None:
    missed = []
    for fault in overhearing(generation):
        own = [each for each in cases(generation) if each.clause.id == fault.clause]
        told = [each for each in own if each.check.parameter == fault.parameter or not fault.parameter]
        made = recorded(generation, embedded(contract(generation), fault), told, tmp_path)
        if ELSEWHERE.get(fault.clause, fault.clause) not in {each["clause"] for each in made.findings}:
            missed.append(fault.name)
    assert overhearing(generation)
    assert not missed


def spoken(generation: str, variant: Variant) -> list[Case]:
    """A case of each format, which holds the shared conversation; and those of the clause that a choice is about."""
    first = {each.format: each for each in cases(generation) if each.check.scene == SCENE}
    allowed = [each for each in first.values() if not variant.formats or each.writes in variant.formats]
    return [*allowed, *(each for each in cases(generation) if variant.clause and each.clause.id == variant.clause)]


#: clauses whose other side is that a server shows what a client had no right to send, whatever the schema says of it
SHOWS_AS_SENT = ("validation.", "partial-update.null-omitted")


@GENERATIONS
def test_no_faithful_variant_is_blamed_for_what_it_answered(generation: str, tmp_path: Path) -> None:
    blamed = []
    for variant in variants(generation):
        if not variant.socket and not variant.clause.startswith(SHOWS_AS_SENT):
            told = spoken(generation, variant)
            made = recorded(generation, Embedded(faithful(contract(generation), variant)), told, tmp_path)
            blamed += [(variant.name, each["clause"], each["reason"]) for each in made.of("fail", "warn")]
    assert not blamed
