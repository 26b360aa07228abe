"""Read-only fields are not taken over on any road by which a request can carry them.

All of them travel at once. The roads: ``bare`` (a new record without a list around it), ``list-last`` (the last of a
list), ``address`` (an update to the address of the record), ``by-name`` and ``by-number`` (an update that means its
record so), ``second`` (the second update in a row).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.carried import extras
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, chosen, fault
from conformance.rules.mischief import stripping
from conformance.rules.read_only import fields, holds, unseen
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats

_CREATING = ("bare", "list-last")
_UPDATING = ("address", "by-name", "by-number", "second")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road."""
    for road in (*_CREATING, *_UPDATING):
        formats = bare_formats(contract) if road == "bare" else ()
        if road == "address" and Role.UPDATE not in contract.operations:
            continue
        needs = {"read", *([Role.UPDATE] if road == "address" else [])}
        tell = partial(_ignored, clause=clause, road=road)
        check = partial(Check, clause=clause, parameter=road, tell=tell, needs=frozenset(needs), formats=formats)
        yield check(scene=LIFE, glance=partial(_unseen, clause=clause))


def _unseen(story: Story, clause: Clause) -> None:
    unseen(story, [each for each in fields(story.contract, clause) if each.name in extras(story)], Role.UPSERT)


def _ignored(story: Story, clause: Clause, road: str) -> None:
    known = [each for each in fields(story.contract, clause) if not each.formats or story.writes in each.formats]
    extra = {each.name: story.value(each.name) for each in known}
    before, reply = _created(story, extra, road) if road in _CREATING else _updated(story, extra, road)
    if reply.refused:
        return story.chose("refuses a request that carries read-only members")
    identity = str(before.get(story.identity) or _identity(story, reply))
    if not reply.accepted or not identity:
        raise CouldNotRun(f"a request with read-only members was not accepted: {reply.outcome}")
    after, wanted = story.fetch(identity, "after the request"), story.canonical(extra)
    control = story.given(story.new(label="control"))
    for each in known:
        sent, seen = wanted.get(each.name), after.get(each.name)
        anyway = holds(each, sent, before.get(each.name)) or holds(each, sent, control.get(each.name))
        if holds(each, sent, seen) and not anyway:
            reason = f"{each.name} is read-only, was sent as {say(sent)} ({road}), and is stored"
            raise Broken("taken-over", reason, chosen(before, each.name), chosen(after, each.name))
    return None


def _identity(story: Story, reply: Reply) -> str:
    """The identifier of the record that carried the members: the last of the answer."""
    return str(reply.records[-1].get(story.identity) or "") if reply.records else ""


def _created(story: Story, extra: Record, road: str) -> tuple[Record, Reply]:
    record = {**story.new(label="second"), **extra}
    if road == "bare":
        return {}, story.upsert(record, bare=True)
    reply = story.upsert(story.new(label="first"), record)
    name = story.contract.resource.name
    mine = [each for each in reply.records if each.get(name) == record[name]]
    return (chosen(mine[0], story.identity) if mine else {}), reply


def _updated(story: Story, extra: Record, road: str) -> tuple[Record, Reply]:
    resource = story.contract.resource
    before = story.given(story.new(story.witness()))
    identity = str(before[story.identity])
    means = {"by-name": resource.name, "by-number": resource.number}.get(road, story.identity)
    update: dict[str, Value] = {**story.carried(before), means: before[means], **extra}
    update[story.witness()] = story.value(story.witness(), 1)
    if road == "address":
        return before, story.write(Role.UPDATE, {**update, story.identity: identity}, addressed=identity)
    if road == "second":
        story.upsert({**story.carried(before), means: before[means], story.witness(): story.value(story.witness(), 2)})
    return before, story.upsert(update)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take them over on one road."""
    resource = contract.resource
    names = [each.name for each in fields(contract, clause)]
    mine: dict[str, Callable[[Intake, bool], bool]] = {
        "bare": lambda intake, _again: intake.bare,
        "list-last": lambda intake, _again: intake.position > 0,
        "address": lambda intake, _again: intake.role is Role.UPDATE,
        "by-name": lambda intake, _again: not {resource.identity, resource.number} & set(intake.sent),
        "by-number": lambda intake, _again: not {resource.identity, resource.name} & set(intake.sent),
        "second": lambda _intake, again: again,
    }
    for check in checks(contract, clause):
        alter = partial(_takes, names=names, identity=resource.identity, when=mine[check.parameter])
        sentence = f"read-only members are taken over on one road: {check.parameter}"
        seeded = fault(clause, f"takes-{check.parameter}", "taken-over", sentence, alter)
        yield replace(seeded, parameter=check.parameter)


def _takes(stages: Stages, names: list[str], identity: str, when: Callable[[Intake, bool], bool]) -> Stages:
    updated: set[str] = set()

    def change(asked: Intake, taken: Intake) -> Intake:
        meant = str(asked.sent.get(identity) or "")
        again = meant in updated
        updated.update({meant} - {""})
        return replace(taken, sent={**taken.sent, **chosen(asked.asked, *names)}) if when(asked, again) else taken

    return stripping(change)(stages)


RULE = Rule(name="read-only-roads", takes={"only": "fields"}, checks=checks, faults=faults)
