"""Members of a record are of their field's kind, and spelt as the format spells that kind.

``kind`` names one of them: ``boolean``, ``number``, ``moment``, ``guid``, ``list``, ``object`` or ``text``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial

from conformance.contract.model import Clause, Contract, Kind
from conformance.document import Value
from conformance.recordings.recording import masked
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import JsonChange, Tree, answering_at, deep
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.kinds import misfit, misspelt
from conformance.wire.spelling import Held, shown_format, spelt
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where a record is shown."""
    return at(contract, clause, partial(_look, kind=Kind(clause.text("kind"))), RECORDS)


def _look(story: Story, reply: Reply, kind: Kind) -> None:
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    name = shown_format(reply.response.body)
    here = f"[{overheard(story).position(reply)}]."
    for held in spelt(story.contract, name, reply.response.body).members:
        if held.field is not None and held.field.kind is kind and held.path.startswith(here):
            _judge(story, reply, name, held)


def _judge(story: Story, reply: Reply, name: str, held: Held) -> None:
    wrong = _wrong(story.contract, name, held)
    if wrong:
        where = held.path.partition(".")[2]
        line = f"{reply.request.method} {reply.request.path}"
        raise Broken("other-kind", f"in the answer to {line} {where} {story.quote(wrong[1])}")


def _wrong(contract: Contract, name: str, held: Held) -> tuple[str, str] | None:
    assert held.field is not None
    return misfit(held.field, name, held.raw) or misspelt(held.field, contract.formats[name], held.raw)


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Members of another kind in any record of an answer."""
    kind = Kind(clause.text("kind"))
    if heard.place in RECORDS and heard.format in heard.contract.formats:
        for held in heard.members:
            if held.field is not None and held.field.kind is kind:
                wrong = _wrong(heard.contract, heard.format, held)
                hidden = kind in (Kind.GUID, Kind.MOMENT) and isinstance(held.raw, str) and masked(held.raw)
                if wrong and not hidden:
                    yield about(clause, wrong[0], f"{held.field.name} {wrong[1]}", heard.where(held.path))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that spell the kind in another way, in one place or in one format."""
    kind = Kind(clause.text("kind"))
    for place in existing(contract, RECORDS):
        for slug, (of_json, of_xml) in _WRONG[kind].items():
            if of_xml is _as_it_is and "json" not in contract.formats:
                continue
            change = deep(contract, lambda field: field.kind is kind, of_json, of_xml)
            sentence = f"{kind} members are spelt in another way ({slug}) in one sort of answer: {place}"
            seeded = fault(clause, f"{slug}-{place}", "other-kind", sentence, answering_at(contract, place, change))
            yield replace(seeded, parameter=place)


def _as_it_is(element: Element) -> Element:
    return element


def _text(change: Callable[[str], str]) -> Tree:
    return lambda element: element._replace(text=change(element.text)) if element.text else element


def _wrapped(element: Element) -> Element:
    return element._replace(text="", children=(Element("value", element.text),)) if element.text else element


def _numeric(value: Value) -> Value:
    return Decimal(value) if isinstance(value, str) and value.isdigit() else value


_ISO, _TICKS = "2026-01-01T00:00:00", "/Date(1767225600000)/"

_WRONG: dict[Kind, dict[str, tuple[JsonChange, Tree]]] = {
    Kind.BOOLEAN: {"as-text": (lambda value: str(value).lower(), _text(str.capitalize))},
    Kind.NUMBER: {"as-text": (str, _text(lambda text: f"{text},00"))},
    Kind.MOMENT: {
        "other-notation": (lambda _value: "2026-01-01T00:00:00", _text(lambda _text: "/Date(1767225600000)/"))
    },
    Kind.GUID: {"in-braces": (lambda value: f"{{{value}}}", _text(lambda text: f"{{{text}}}"))},
    Kind.LIST: {"one-alone": (lambda value: value[0] if isinstance(value, tuple) and value else {}, _as_it_is)},
    Kind.OBJECT: {"in-a-list": (lambda value: (value,), lambda element: element._replace(text="none", children=()))},
    Kind.TEXT: {
        "in-an-object": (lambda value: {"value": value} if isinstance(value, str) else value, _wrapped),
        "numeric": (_numeric, _as_it_is),
    },
}

RULE = Rule(name="kinds", takes={"kind": "text"}, checks=checks, faults=faults, overhear=overhear)
