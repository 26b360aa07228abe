"""Records that are only alike are not the same: a write that nearly matches one creates another.

Clauses name the operation in ``role``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Resource, Role
from conformance.document import Record, Value
from conformance.rules.alike import ALIKE
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.refused import moved
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each way of being alike."""
    role = Role(clause.text("role"))
    for name, alike in ALIKE.items():
        tell = partial(_apart, alike=alike, role=role)
        glance, needs = trip if role is Role.UPSERT else moved, frozenset({role, "read"})
        yield Check(clause=clause, parameter=name, tell=tell, needs=needs, scene=LIFE, glance=glance)


def _apart(story: Story, alike: Callable[[Resource, Record], dict[str, Value]], role: Role) -> None:
    resource = story.contract.resource
    emails = [each.name for each in resource.fields if each.format == "email"]
    digits = str(int(story.seed, 16))[:9]
    first = {**story.new(*emails, label="first"), resource.number: digits}
    before = story.given(first)
    second = {**story.new(label="second", turn=1), **alike(resource, first)}
    reply = story.write(role, second)
    told = ", ".join(f"{name} {second[name]!r} beside {first[name]!r}" for name in alike(resource, first))
    if not reply.accepted:
        if not story.write(role, story.new(label="control")).accepted:
            raise CouldNotRun(f"no new {story.one} is accepted: {reply.outcome}")
        raise Broken("confused", f"a {story.one} that is only like another was refused ({told}): {reply.outcome}")
    after = story.fetch(str(before[story.identity]), "after a like one was written")
    own = story.identified(reply, second)
    stored = {} if own in ("", before[story.identity]) else story.fetch(own, "just written")
    same = all(stored.get(name, second[name]) == second[name] for name in alike(resource, first))
    if own == before[story.identity] or after.get(resource.name) != before[resource.name] or not same:
        control = story.new(label="control")
        if story.identified(story.write(role, control), control) == before[story.identity]:
            raise CouldNotRun(f"every write is answered with the same {story.one}")
        raise Broken("confused", f"a {story.one} that is only like another was taken for it ({told})", before, after)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look too little at what tells records apart."""
    role, resource = Role(clause.text("role")), contract.resource
    emails = [each.name for each in resource.fields if each.format == "email"]

    def digits(value: str) -> str:
        return "".join(each for each in value if each.isdigit())

    ways: dict[str, tuple[str, Callable[[str, str], bool]]] = {
        "longer-name": (resource.name, lambda held, sent: sent.startswith(held)),
        "shorter-name": (resource.name, lambda held, sent: held.startswith(sent)),
        "longer-number": (resource.number, lambda held, sent: sent.startswith(held)),
        "leading-zero": (resource.number, lambda held, sent: held.lstrip("0") == sent.lstrip("0")),
        "other-letter": (resource.number, lambda held, sent: digits(held) == digits(sent)),
        "same-email": (emails[0], lambda held, sent: held == sent),
    }
    for name, (field, same) in ways.items():
        alter = partial(_confusing, role=role, field=field, same=same)
        seeded = fault(clause, f"takes-{name}", "confused", f"{field} values are compared loosely: {name}", alter)
        yield replace(seeded, parameter=name)


def _confusing(stages: Stages, role: Role, field: str, same: Callable[[str, str], bool]) -> Stages:
    def found(shelf: Shelf, intake: Intake) -> Record | None:
        sent = intake.sent.get(field)
        if intake.role is not role or not isinstance(sent, str) or not sent:
            return None
        return next((each for each in shelf.records() if each.get(field) and same(str(each[field]), sent)), None)

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        return stages.match(shelf, intake) or (found(shelf, intake) if role is Role.UPSERT else None)

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        taken = ("It exists already",) if role is Role.CREATE and found(shelf, intake) else ()
        return (*stages.object(shelf, intake, existing), *taken)

    return replace(stages, match=match, object=object_)


RULE = Rule(name="near", takes={"role": "text"}, checks=checks, faults=faults)
