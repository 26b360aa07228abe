"""A list can be narrowed to many records at once. Clauses name how many in ``count``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import made, mine, narrowed
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    tell = partial(_listed, count=int(clause.arguments["count"]))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}))


def _listed(story: Story, count: int) -> None:
    identities = made(story, *(story.new(label=f"one of many {place}") for place in range(count)))
    if len(set(identities)) < count:
        raise CouldNotRun(f"{count} {story.one}s that this check needs could not be created")
    reply = story.browse(*narrowed(story, identities))
    if not reply.accepted:
        raise Broken("refused", f"a list of {count} {story.one}s that are named is refused: {reply.outcome}")
    shown = set(mine(reply, identities))
    if len(shown) < count:
        places = [place for place, each in enumerate(identities, 1) if each not in shown]
        if not story.browse(*narrowed(story, [identities[places[0] - 1]])).records:
            raise CouldNotRun(f"no list shows one of the {count} {story.one}s that this check has created")
        reason = f"a list narrowed to {count} {story.one}s leaves out {len(places)}, of which the first is number"
        raise Broken("missed", f"{reason} {places[0]} of those named")
    if len(reply.records) > count:
        raise Broken("strangers", f"a list narrowed to {count} {story.one}s shows others too: {reply.outcome}")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that give up on many."""
    count = int(clause.arguments["count"])

    def first(places: int) -> Callable[[Stages], Stages]:
        return partial(_reading, change=lambda named: named[:places])

    yield fault(clause, "half", "missed", "only the first half of many is read", first(count // 2))
    yield fault(clause, "last", "missed", "the last of many is not read", first(count - 1))
    everything = partial(_reading, change=lambda named: named if len(named) < count else [])
    yield fault(clause, "everything", "strangers", "many are taken for all", everything)


def _reading(stages: Stages, change: Callable[[list[str]], list[str]]) -> Stages:
    def understand(asked: Asked) -> Asked:
        named = asked.narrowing.get("ids", "")
        text = ",".join(change(named.split(","))) if named else ""
        return stages.understand(replace(asked, narrowing={**asked.narrowing, "ids": text}))

    return replace(stages, understand=understand)


RULE = Rule(name="many-ids", takes={"count": "number"}, checks=checks, faults=faults)
