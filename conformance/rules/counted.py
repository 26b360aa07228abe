"""Headers that count something count it in whole numbers, wherever a target sends them: ``headers`` names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.exchange import Response
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story

_PLACES = ("read", "write", "create", "list")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    return at(contract, clause, partial(_look, names=clause.texts("headers")), _PLACES)


def _look(story: Story, reply: Reply, names: tuple[str, ...]) -> None:
    told = {name: reply.response.headers.first(name).strip() for name in names}
    for name, value in told.items():
        if value and not value.isdecimal():
            line = f"{reply.request.method} {reply.request.path}"
            raise Broken("no-number", f"{line} is answered with {name}: {story.quote(value)}, which is no number")
    story.chose("says what is left of its limits" if any(told.values()) else "says nothing of limits")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that say it in words."""
    for place in existing(contract, _PLACES):
        alter = answering_at(contract, place, partial(_in_words, name=clause.texts("headers")[-1]))
        sentence = f"what is left of a limit is said in words in the answer to a {place}"
        yield replace(fault(clause, f"words-{place}", "no-number", sentence, alter), parameter=place)


def _in_words(response: Response, name: str) -> Response:
    return replace(response, headers=response.headers.with_field(name, "plenty"))


RULE = Rule(name="counted", takes={"headers": "texts"}, checks=checks, faults=faults)
