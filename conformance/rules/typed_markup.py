"""Markup whose text is not of the type of its element refuses the request, also where the member is read-only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Kind
from conformance.errors import Unreadable
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.stages import Declined, Stages
from conformance.rules.strict_markup import overlooking
from conformance.wire import dates
from conformance.wire.spelling import Held, spelt


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Decline a body in which a moment is none."""
    first = provoke.named(contract, clause)[0]

    def inspect(format_name: str, body: bytes) -> None:
        stages.inspect(format_name, body)
        for each in _members(contract, format_name, body) if format_name in first.formats else ():
            if each.field is not None and each.field.kind is Kind.MOMENT and _misread(str(each.raw or "")):
                template = contract.refusals[first.refusal].message
                raise Declined(first.refusal, template.replace("{value}", str(each.raw)))

    return replace(stages, inspect=inspect)


def _members(contract: Contract, format_name: str, body: bytes) -> tuple[Held, ...]:
    try:
        return spelt(contract, format_name, body).members
    except Unreadable:
        # Whoever reads the body next will say so.
        return ()


def _misread(text: str) -> bool:
    return bool(text) and (" " in text.strip() or dates.read(text) is None)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not mind."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.overlooks-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=partial(overlooking, it=each),
            parameter=each.name,
        )


RULE = Rule(name="typed-markup", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
