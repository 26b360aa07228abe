"""A text that has a format is refused when it is not of it: an address for mail needs its parts, in plain letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation, Resource
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.mischief import accepting
from conformance.rules.stages import Intake, Shelf, Stages

_FORMATS = {"email": re.compile(r"[!-?A-~]+@[!-?A-~]+")}
"""What a text of a format looks like, in its roughest outline."""


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Refuse a record with such a text."""
    message = next(each.message for each in provoke.named(contract, clause))
    fields = [each for each in contract.resource.fields if each.format in _FORMATS and each.writable]

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        found = [(each, intake.sent.get(each.name)) for each in fields]
        bad = any(isinstance(text, str) and text and not _FORMATS[each.format].fullmatch(text) for each, text in found)
        before = stages.object(shelf, intake, existing)
        said = contract.message(message, intake.sent)
        return (*before, said) if bad and said not in before else before

    return replace(stages, object=object_)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not look at one kind of mistake."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.accepts-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=accepting(partial(_makes, it=each, resource=contract.resource)),
            parameter=each.name,
        )


def _makes(intake: Intake, existing: Record | None, it: Provocation, resource: Resource) -> bool:
    """Whether it is this mistake, made on this road."""
    road = "second" if intake.position else "value"
    if existing is not None:
        road = "archived" if existing.get(resource.status) == resource.archived else "update"
    return intake.sent.get(it.field) == it.value and road == it.sends and intake.role == it.role


RULE = Rule(name="formatted", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
