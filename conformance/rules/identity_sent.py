"""A record keeps its identifier when an update of it carries another, that nobody has.

Refusing the request, doing it under the record's own identifier and making another record of it all keep the promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import merging
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story

_ADDRESS = "address"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a way to mean the record: by an identifier of the caller's, or by its address."""
    for each in _roads(contract):
        needs = frozenset({"read", *([Role.UPDATE] if each == _ADDRESS else [])})
        yield Check(clause=clause, parameter=each, tell=partial(_stays, road=each), needs=needs)


def _roads(contract: Contract) -> list[str]:
    matched = {each.text("by") for each in contract.clauses if each.rule == "match" and each.grade.binding}
    own = [each for each in (contract.resource.number, contract.resource.name) if each in matched]
    return [*own, *([_ADDRESS] if Role.UPDATE in contract.operations else [])]


def _stays(story: Story, road: str) -> None:
    witness, name = story.witness(), story.contract.resource.name
    before = story.given(story.new(witness))
    identity, other = str(before[story.identity]), values.guid(story.seed, "sent")
    meant = {} if road == _ADDRESS else story.meaning(before, road)
    update = {**story.carried(before), **meant, story.identity: other, witness: story.value(witness, 1)}
    addressed = identity if road == _ADDRESS else ""
    reply = story.write(Role.UPDATE if addressed else Role.UPSERT, update, addressed=addressed)
    if not reply.accepted and not reply.refused:
        raise CouldNotRun(f"an update with a {story.identity} was neither accepted nor refused: {reply.outcome}")
    sent = f"an update of the {story.one} {identity}, meant by its {road}, carried the {story.identity} {other}"
    found = story.read(other).only
    if reply.identity == other or (found is not None and found.get(name) == before[name]):
        raise Broken("moved", f"{sent}, and a {story.one} stands under that now", before, found)
    if story.read(identity).only is None:
        raise Broken("gone", f"{sent}, and the {story.one} is no longer found", before)
    story.chose("takes it" if reply.accepted else "refuses it")


def enforce(contract: Contract, _clause: Clause, stages: Stages) -> Stages:
    """A record that was there has the identifier that it had."""
    identity = contract.resource.identity

    def change(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, identity: existing[identity]} if existing else merged

    return merging(change)(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers in which the record moves to the identifier that was sent."""
    for each in _roads(contract):
        sentence = f"a record that is meant by its {each} moves to the {contract.resource.identity} that was sent"
        moves = merging(partial(_moved, contract=contract, road=each))
        yield replace(fault(clause, f"moves-by-{each}", "moved", sentence, moves), parameter=each)


def _moved(existing: Record, intake: Intake, merged: Record, contract: Contract, road: str) -> Record:
    resource = contract.resource
    by = resource.number if resource.number in intake.asked else resource.name
    mine = road == (_ADDRESS if intake.role is Role.UPDATE else by)
    sent = intake.asked.get(resource.identity)
    return {**merged, resource.identity: sent} if existing and mine and sent else merged


RULE = Rule(name="identity-sent", checks=checks, enforce=enforce, faults=faults)
