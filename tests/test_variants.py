"""Nobody faithful is blamed: servers that differ in what the contract leaves open have no finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from conformance.contract.load import generations
from conformance.contract.model import Contract
from conformance.derive.cases import cases
from conformance.exchange import Request, Response
from conformance.reference import build, clock
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.rules.stages import Stages
from conformance.session.alarms import Trial, trials
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded
from conformance.variants.catalogue import variants
from conformance.variants.kind import Variant

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 600000, tzinfo=UTC)


def requests(generation: str) -> list[Request]:
    """What the cases about storing, conflicts and reading ask of the reference server."""
    wanted = ("upsert.stored-as-sent", "create-conflict.name-status", "query.by-number", "read-only.ignored-on-upsert")
    told = [case for case in cases(generation) if case.clause.id in wanted]
    target, settings = embedded(contract(generation)), Settings()
    return [exchange.request for case in told for exchange in run(case, target, settings).exchanges]


@pytest.fixture(scope="module")
def tried() -> list[Trial]:
    return list(trials(generations(), processes=2, briefly=True))


def test_no_faithful_variant_is_blamed(tried: list[Trial]) -> None:
    blamed = {(each.generation, each.variant): each.alarms[0] for each in tried if each.alarms}
    assert blamed == {}


def test_every_variant_was_asked_something(tried: list[Trial]) -> None:
    assert [each.variant for each in tried if not each.exchanges] == []


def test_there_are_forty_kinds_of_them_beside_the_open_choices() -> None:
    kinds = {each.name for generation in generations() for each in variants(generation) if not each.clause}
    assert len(kinds) >= 40, sorted(kinds)


@pytest.mark.parametrize("generation", generations())
def test_every_open_clause_has_another_side_that_is_tried(generation: str) -> None:
    tested = [each for each in contract(generation).clauses if not each.untested and not each.grade.binding]
    sides = {each.clause for each in variants(generation) if each.clause}
    # Texts beyond their limit cannot be shown without harm to what other clauses say of texts.
    assert {each.id for each in tested} - {"wire.limits"} == sides


def test_a_variant_of_the_bytes_changes_some_answer() -> None:
    names = {each.name for generation in generations() for each in variants(generation) if seen_in_process(each)}
    assert names == {name for generation in generations() for name in telling(generation)}


def seen_in_process(variant: Variant) -> bool:
    return not (variant.clause or variant.socket or variant.name == "late")


def telling(generation: str) -> set[str]:
    """The variants of a generation that show in the answers to `requests`."""
    made, asked = contract(generation), requests(generation)
    clean = build.stages(made)
    plain = answers(made, clean, asked)
    altered = {
        each.name: {name: each.alter(made, one) for name, one in clean.items()}
        for each in variants(generation)
        if seen_in_process(each)
    }
    return {name for name, stages in altered.items() if answers(made, stages, asked) != plain}


def answers(made: Contract, stages: Mapping[str, Stages], asked: list[Request]) -> list[Response]:
    server = ReferenceServer(made, stages, now=lambda: MOMENT, identifier=clock.counting("variants"))
    return [server(each) for each in asked]
