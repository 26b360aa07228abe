"""What is held against a target of which nobody has said whom it knows: it may take everybody, but not by halves."""

from __future__ import annotations

import pytest

from conformance.derive.cases import cases
from conformance.derive.faults import faults
from conformance.rules.kind import Fault
from conformance.rules.registry import contract
from conformance.session.outcome import Outcome, Verdict
from conformance.session.run import Settings, run
from conformance.targets.embedded import embedded

UNTOLD = frozenset({"known-token", "known-tenant", "known-keys"})


def seeded(generation: str, name: str) -> Fault:
    return next(each.fault for each in faults(generation) if each.name == name)


def outcomes(generation: str, clause: str, fault: Fault | None, *, everybody: bool = False) -> dict[str, Outcome]:
    rules = contract(generation)
    target = embedded(rules, fault, credentials=None) if everybody else embedded(rules, fault)
    settings = Settings(lacks=UNTOLD)
    mine = [each for each in cases(generation) if each.clause.id == clause and each.format == each.reads]
    return {each.check.parameter: run(each, target, settings) for each in mine if each.format == "xml"}


@pytest.mark.parametrize(
    ("generation", "clause"),
    [("2.0-2026", "access.token-unknown"), ("2.0-2026", "access.tenant-unknown"), ("1.0", "access.xero-key-unknown")],
)
def test_a_target_that_takes_everybody_is_not_blamed(generation: str, clause: str) -> None:
    found = outcomes(generation, clause, None, everybody=True)
    assert {each.verdict for each in found.values()} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("generation", "clause"),
    [("2.0-2026", "access.token-unknown"), ("2.0-2026", "access.tenant-unknown"), ("1.0", "access.xero-key-unknown")],
)
def test_a_target_that_knows_its_callers_turns_the_others_away(generation: str, clause: str) -> None:
    found = outcomes(generation, clause, None)
    assert {each.verdict for each in found.values()} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("generation", "clause", "slug"),
    [
        ("2.0-2026", "access.token-unknown", "let-in-read"),
        ("2.0-2026", "access.token-unknown", "let-in-list"),
        ("2.0-2026", "access.token-unknown", "let-in-upsert"),
        ("2.0-2026", "access.tenant-unknown", "let-in-list"),
        ("2.0-2026", "access.tenant-unknown", "let-in-read"),
        ("1.0", "access.xero-key-unknown", "other-read"),
    ],
)
def test_a_target_that_takes_them_by_halves_is_blamed(generation: str, clause: str, slug: str) -> None:
    fault = seeded(generation, f"{clause}.{slug}")
    found = outcomes(generation, clause, fault)
    blamed = {name: each.code for name, each in found.items() if each.verdict is Verdict.FAIL}
    assert blamed == {fault.parameter: fault.code}


def test_a_tenant_that_nobody_has_is_shown_nothing_of_another() -> None:
    leaky = seeded("2.0-2026", "access.tenants-apart.one-for-all")
    found = outcomes("2.0-2026", "access.tenant-unknown", leaky, everybody=True)
    assert found["read"].code == found["list"].code == "let-in"
