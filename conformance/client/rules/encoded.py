"""Awkward characters reach the server as the caller gave them, in a path and in a filter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract, Role

_NUMBERS = {
    "space": "CT 0042",
    "ampersand": "CT&0042=x",
    "plus": "CT+0042",
    "percent": "CT%42",
    "hash-and-question": "CT#0042?x",
    "umlaut": "CT-ä0042",
}
_NAMES = {
    "space": "Ada Lovelace",
    "ampersand": "Ada & Sons",
    "plus": "Ada + Sons",
    "percent": "Ada 100%",
    "hash-and-question": "Ada #1?",
    "single-quote": "O'Hara",
    "comma": "Ada, Sons",
    "umlaut": "Ängström",
    "other-script": "株式会社",
}


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each kind of character."""
    if clause.text("where") == "path":
        for slug, number in _NUMBERS.items():
            yield Scenario(clause=clause, parameter=slug, tell=partial(_found, number=number), needs=("find",))
    elif "where" in contract.operations[Role.LIST].narrowing:
        for slug, name in _NAMES.items():
            yield Scenario(clause=clause, parameter=slug, tell=partial(_filtered, name=name), needs=("list",))


def _found(play: Play, number: str) -> None:
    resource = play.contract.resource
    play.given({**play.new(label="known"), resource.number: number}, play.new(label="other"))
    said = play.find(number)
    if [each.get(resource.number) for each in said.records] != [number]:
        raise play.broken("another-identifier", f"there is one, and {said.outcome}; {_asked(play)}")


def _filtered(play: Play, name: str) -> None:
    resource = play.contract.resource
    play.given({**play.new(label="known"), resource.name: name}, play.new(label="other"))
    said = play.browse(where=f'{resource.name}=="{name}"')
    if [each.get(resource.name) for each in said.records] != [name]:
        raise play.broken("another-filter", f"there is one of that name, and {said.outcome}; {_asked(play)}")


def _asked(play: Play) -> str:
    sent = play.heard
    return f"the request line was {sent[-1].request.method} {sent[-1].target[:200]}" if sent else "nothing was sent"


RULE = ClientRule(name="encoded", scenarios=scenarios, takes={"where": "text"})
