"""Text arrives, and comes back, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.compare import say
from conformance.contract.model import Clause, Contract
from conformance.rules.awkward import text_fields

_TEXTS = {
    "ampersand": "Salt & Pepper",
    "markup": '<b>"bold"</b> it\'s',
    "entity": "&amp; taken literally &#65;",
    "latin": "Søren Ængström, Zürich",
    "other-script": "漢字 かな 한글",
    "right-to-left": "שלום עולם",
    "astral": "emoji 😀 and \U0001d50a",
    "combining": "e\u0301 is not \u00e9",
    "backslash": "C:\\new\\table",
    "percent": "100%20 a+b",
    "leading-zeros": "007",
    "exponent": "1e5",
    "decimal": "1.50",
    "boolean-word": "true",
    "date-like": "2026-02-03T04:05:06",
    "ticks-like": "/Date(1584585851967+0000)/",
}
_ADDRESS = "Ada.King@Mail.Example"
_FILLING = "of some length and "


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each text."""
    field = max(text_fields(contract), key=lambda each: each.max_length or 0).name
    for slug, text in _TEXTS.items():
        yield Scenario(
            clause=clause, parameter=slug, tell=partial(_kept, field=field, text=text), needs=("create", "get")
        )
    for each in contract.resource.fields:
        if each.writable and each.format == "email":
            tell = partial(_members, members={each.name: _ADDRESS})
            yield Scenario(clause=clause, parameter="capitals-in-address", tell=tell, needs=("create", "get"))
    long = {
        each.name: (f"{each.name} {_FILLING}" * each.max_length)[: each.max_length - 1] + "."
        for each in text_fields(contract)
        if each.max_length
    }
    if long:
        tell = partial(_members, members=long)
        yield Scenario(clause=clause, parameter="long", tell=tell, needs=("create", "get"))


def _kept(play: Play, field: str, text: str) -> None:
    _members(play, {play.contract.resource.name: f"{text} Co", field: text})


def _members(play: Play, members: Mapping[str, str]) -> None:
    resource = play.contract.resource
    play.create({**play.new(), **members})
    held = play.everything()
    if len(held) != 1:
        raise play.broken("not-created", f"the server now holds {len(held)} {resource.many}")
    identity = str(held[0][resource.identity])
    stored = play.stored(identity) or {}
    for name, wanted in members.items():
        if stored.get(name) != wanted:
            arrived = say(stored.get(name))
            raise play.broken("lost-on-the-way", f"{name} was set to {say(wanted)} and arrived as {arrived}")
    back = play.get(identity)
    told = back.canonical[0] if len(back.canonical) == 1 else {}
    for name, wanted in members.items():
        if told.get(name) != wanted:
            handed = say(told.get(name)) if told else back.outcome
            raise play.broken("lost-on-return", f"{name} is {say(wanted)} and was handed to the caller as {handed}")


RULE = ClientRule(name="awkward-texts", scenarios=scenarios)
