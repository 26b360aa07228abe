"""Markup is read strictly: an element that is unknown, misspelt, repeated or not for requests refuses the request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation
from conformance.errors import Unreadable
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.stages import Declined, Stages
from conformance.wire.spelling import spelt


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Decline a body with such an element."""
    first = provoke.named(contract, clause)[0]

    def inspect(format_name: str, body: bytes) -> None:
        stages.inspect(format_name, body)
        wrong = _strange(contract, format_name, body) if format_name in first.formats else ""
        if wrong:
            template = contract.refusals[first.refusal].message
            raise Declined(first.refusal, template.replace("{element}", wrong))

    return replace(stages, inspect=inspect)


def _strange(contract: Contract, format_name: str, body: bytes) -> str:
    """The first element of a record that its schema has no place for; of what is inside members only repetitions."""
    try:
        members = spelt(contract, format_name, body).members
    except Unreadable:
        # Whoever reads the body next will say so.
        return ""
    for each in members:
        inside = each.path.count(".") > 1
        unknown = each.field is None or (each.field.formats and format_name not in each.field.formats)
        if (unknown and not inside) or each.again:
            return each.path.rpartition(".")[2]
    return ""


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that overlook such an element."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.overlooks-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=partial(overlooking, it=each),
            parameter=each.name,
        )


def overlooking(stages: Stages, it: Provocation) -> Stages:
    """Stages that do not inspect a body in which the mistake stands."""
    enough = len(it.value) if isinstance(it.value, tuple) else 1

    def inspect(format_name: str, body: bytes) -> None:
        if body.count(f"<{it.path[-1]}>".encode()) < enough:
            stages.inspect(format_name, body)

    return replace(stages, inspect=inspect)


RULE = Rule(name="strict-markup", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
