"""What an answer shows keeps the limits of its members: texts, and lists whose items have a key.

``but`` names members that are known to be longer in answers than requests may have them; ``longest`` gives the greatest
limit of those about which sources differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Value
from conformance.rules import members_shown
from conformance.rules.garble import answering_at, deep
from conformance.rules.heard import Heard
from conformance.rules.kind import Check, Fault, Finding, Rule, beyond, fault
from conformance.rules.members_shown import mine
from conformance.rules.overheard import RECORDS, at, existing
from conformance.wire.spelling import Held, within
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, partial(members_shown.look, clause=clause, wrong=_wrong), RECORDS)


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Longer members in any record of an answer."""
    return members_shown.overhear(clause, heard, _wrong)


def _wrong(clause: Clause, held: Held) -> tuple[str, str] | None:
    field, raw = held.field, held.raw
    if field is None or within(held.path) in clause.texts("but"):
        return None
    limit = clause.arguments.get("longest", {}).get(within(held.path), field.max_length)
    if isinstance(raw, str) and field.max_length and len(raw.strip()) > limit:
        return "too-long", f"has {len(raw.strip())} characters; {limit} are the limit"
    if isinstance(raw, tuple) and field.keyed_by and field.max_items and len(raw) > field.max_items:
        return "too-many", f"holds {len(raw)} items; {field.max_items} are the limit"
    return None


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that show longer texts, or more items, in one sort of answer."""
    top = [each for each in contract.resource.fields if each.name not in clause.texts("but")]
    longest = max(each.max_length or 0 for each in (*top, *(one for each in top for one in each.members)))
    more = "x" * (max(longest, *clause.arguments.get("longest", {}).values(), 0) + 1)
    inner = [each for field in top if field.keyed_by for each in field.members if each.max_length]
    ways = {
        "text": ("too-long", [each for each in top if each.max_length]),
        "inner": ("too-long", inner),
        "list": ("too-many", [each for each in top if each.keyed_by and each.max_items]),
    }
    for place in existing(contract, RECORDS):
        for slug, (code, fields) in ways.items():
            change = deep(contract, partial(mine, fields=fields), partial(_json, more), partial(_xml, more))
            sentence = f"what one sort of answer shows is beyond its limit ({slug}): {place}"
            seeded = fault(clause, f"{slug}-{place}", code, sentence, answering_at(contract, place, change))
            # It damages every text that is shown, also those of which other clauses say that they are unharmed.
            yield beyond(replace(seeded, parameter=place))


def _json(more: str, value: Value) -> Value:
    return value * 5 if isinstance(value, tuple) else f"{value}{more}" if isinstance(value, str) else value


def _xml(more: str, element: Element) -> Element:
    if element.children:
        return element._replace(children=element.children * 5)
    return element._replace(text=f"{element.text}{more}")


RULE = Rule(
    name="limits-shown", takes={"but": "field", "longest": "number"}, checks=checks, faults=faults, overhear=overhear
)
