"""A member with named choices shows one of them, in any letters. Clauses list words seen beside them in ``also``.

``but`` names members whose choices are not known to be all there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Field
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, deep
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.kinds import short
from conformance.wire.spelling import Held, shown_format, spelt, within

_OTHER = "OTHERWISE"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, partial(_look, clause=clause), RECORDS)


def _look(story: Story, reply: Reply, clause: Clause) -> None:
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    here = f"[{overheard(story).position(reply)}]."
    for held in spelt(story.contract, shown_format(reply.response.body), reply.response.body).members:
        wrong = _wrong(clause, held) if held.path.startswith(here) else ""
        if wrong:
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("other-choice", f"in the answer to {line} {held.path.partition('.')[2]} {story.quote(wrong)}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Other words in any record of an answer."""
    for held in heard.members if heard.place in RECORDS else ():
        wrong = _wrong(clause, held)
        if wrong:
            name = held.field.name if held.field else ""
            yield about(clause, "other-choice", f"{name} {wrong}", heard.where(held.path))


def _wrong(clause: Clause, held: Held) -> str:
    field, raw = held.field, held.raw
    if field is None or not field.choices or not isinstance(raw, str) or within(held.path) in clause.texts("but"):
        return ""
    known = {each.upper() for each in (*field.choices, *clause.texts("also"))}
    if not raw.strip() or raw.strip().upper() in known:
        return ""
    return f"is {short(raw)}, which is none of {', '.join(field.choices)}"


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers with words of their own in one sort of answer."""
    resource = contract.resource
    ways = {"status": resource.fields, "inner": tuple(each for top in resource.fields for each in top.members)}
    for place in existing(contract, RECORDS):
        for slug, fields in ways.items():
            wanted = partial(_mine, fields=[each for each in fields if each.choices])
            change = deep(contract, wanted, lambda _value: _OTHER, lambda element: element._replace(text=_OTHER))
            sentence = f"a member with choices shows another word ({slug}) in one sort of answer: {place}"
            seeded = fault(clause, f"{slug}-{place}", "other-choice", sentence, answering_at(contract, place, change))
            yield replace(seeded, parameter=place)


def _mine(field: Field, fields: list[Field]) -> bool:
    return any(each is field for each in fields)


RULE = Rule(
    name="choices-shown", takes={"also": "text", "but": "field"}, checks=checks, faults=faults, overhear=overhear
)
