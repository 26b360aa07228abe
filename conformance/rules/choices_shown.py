"""A member with named choices shows one of them, in any letters. Clauses list words seen beside them in ``also``.

``but`` names members whose choices are not known to be all there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.rules import members_shown
from conformance.rules.garble import answering_at, deep
from conformance.rules.heard import Heard
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.members_shown import mine
from conformance.rules.overheard import RECORDS, at, existing
from conformance.wire.kinds import short
from conformance.wire.spelling import Held, within

_OTHER = "OTHERWISE"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, partial(members_shown.look, clause=clause, wrong=_wrong), RECORDS)


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Other words in any record of an answer."""
    return members_shown.overhear(clause, heard, _wrong)


def _wrong(clause: Clause, held: Held) -> tuple[str, str] | None:
    field, raw = held.field, held.raw
    if field is None or not field.choices or not isinstance(raw, str) or within(held.path) in clause.texts("but"):
        return None
    known = {each.upper() for each in (*field.choices, *clause.texts("also"))}
    if not raw.strip() or raw.strip().upper() in known:
        return None
    return "other-choice", f"is {short(raw)}, which is none of {', '.join(field.choices)}"


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers with words of their own in one sort of answer."""
    resource = contract.resource
    ways = {"status": resource.fields, "inner": tuple(each for top in resource.fields for each in top.members)}
    for place in existing(contract, RECORDS):
        for slug, fields in ways.items():
            wanted = partial(mine, fields=[each for each in fields if each.choices])
            change = deep(contract, wanted, lambda _value: _OTHER, lambda element: element._replace(text=_OTHER))
            sentence = f"a member with choices shows another word ({slug}) in one sort of answer: {place}"
            seeded = fault(clause, f"{slug}-{place}", "other-choice", sentence, answering_at(contract, place, change))
            yield replace(seeded, parameter=place)


RULE = Rule(
    name="choices-shown", takes={"also": "text", "but": "field"}, checks=checks, faults=faults, overhear=overhear
)
