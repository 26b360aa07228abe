"""A write that matches nothing creates a record: named by the server, stored as sent, and shown in the answer.

Clauses name the operation in ``role``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need, shows
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.mischief import Alter, losing, merging, refusing, showing
from conformance.rules.posted import LISTED, crowd, made
from conformance.rules.refused import created, moved
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import plain, rich


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: two records, each created, named, stored and shown."""
    role = Role(clause.text("role"))
    tell, glance, needs = partial(_creates, role=role), partial(_seen, role=role), frozenset({role, "read"})
    yield Check(clause=clause, parameter="", tell=tell, needs=needs, scene=LIFE, glance=glance)


def _seen(story: Story, role: Role) -> None:
    """A full record that is as it was sent in every way of reading, and others of one list."""
    one = made(story) if role is Role.UPSERT else created(story)
    if story.contract.operations[role].shows:
        name = story.contract.resource.name
        shown = one.reply.only or {}
        need(one.reply.identity and shown.get(name) == one.raw[name], "the answer does not show the record")
    for view, seen in one.views.items():
        need(seen is not None and (view == LISTED or shows(seen, one.sent)), "the record is not as it was sent")
    need(crowd(story) if role is Role.UPSERT else moved(story), "a second record is not as it was sent")


def _creates(story: Story, role: Role) -> None:
    full, sparse = plain(story, rich(story, "first")), story.new(story.witness(), label="second", turn=1)
    first, second = (_created(story, role, each) for each in (full, sparse))
    if first == second:
        raise Broken("same-identity", f"two different {story.one}s were created under one {story.identity}, {first}")


def _created(story: Story, role: Role, record: Record) -> str:
    resource, shows = story.contract.resource, story.contract.operations[role].shows
    reply = story.write(role, record)
    what = f"a {story.one} that nobody has"
    if not reply.accepted:
        raise Broken("refused", f"{what} was not created: {reply.outcome}", record)
    if shows and not reply.identity:
        raise Broken("no-identity", f"{what} was accepted, but the answer shows no {story.identity}: {reply.outcome}")
    if shows and reply.only is not None and reply.only.get(resource.name) != record[resource.name]:
        seen = f"{reply.only.get(resource.name)!r}, not {record[resource.name]!r}"
        raise Broken("answer-differs", f"the answer to a create shows the {resource.name} {seen}", record, reply.only)
    identity = story.identified(reply, record)
    read = story.read(identity) if identity else None
    if read is None or read.only is None:
        _elsewhere(story, record, identity)
        said = reply.outcome if read is None else read.outcome
        raise Broken("not-stored", f"{what} was accepted, and cannot be read: {said}", record)
    expected = story.canonical(record)
    for view, found in story.views(identity, str(record[resource.number])):
        wrong = differences(expected, chosen(found, *expected)) if found is not None and "list" not in view else ()
        if wrong:
            reason = f"the created {story.one}, {view}, is not as it was sent: {wrong[0]}"
            raise Broken("not-as-sent", reason, expected, found)
        if found is None and "list" in view:
            raise Broken("not-listed", f"{what} was created, and is not in the list", record)
    return identity


def _elsewhere(story: Story, record: Record, identity: str) -> None:
    """Raises CouldNotRun when another way of reading shows the record: then it is stored, and reading is amiss."""
    views = dict(story.views(identity, str(record[story.contract.resource.number]))) if identity else {}
    shown = [view for view, each in views.items() if each is not None]
    if shown:
        raise CouldNotRun(f"the new {story.one} is {shown[0]}, and cannot be read by {story.identity}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that forget, misname or refuse what they should create."""
    role = Role(clause.text("role"))
    resource = contract.resource

    def mine(intake: Intake, existing: Record | None) -> bool:
        return existing is None and intake.role is role

    def one_identity(stages: Stages) -> Stages:
        def assign(intake: Intake) -> str:
            return "11111111-1111-4111-8111-111111111111" if intake.role is role else stages.assign(intake)

        return replace(stages, assign=assign)

    def shows(field: str, value: str) -> Alter:
        return showing(lambda record, looking: {**record, field: value} if looking.role is role else record)

    lists = [each.name for each in resource.fields if each.writable and not each.scalar]

    def drops(existing: Record, intake: Intake, merged: Record) -> Record:
        return without(merged, *lists) if mine(intake, existing or None) else merged

    nameless, shows_another = shows(resource.identity, ""), shows(resource.name, "Example Limited")
    yield fault(clause, "refuses", "refused", "a new record is refused", refusing(mine))
    yield fault(clause, "forgets", "not-stored", "a new record is answered and not stored", losing(mine))
    yield fault(clause, "one-identity", "same-identity", "every new record gets the same identifier", one_identity)
    yield fault(clause, "drops-collections", "not-as-sent", "a new record loses its collections", merging(drops))
    if contract.operations[role].shows:
        yield fault(clause, "nameless", "no-identity", "the answer leaves the new identifier out", nameless)
        yield fault(clause, "shows-another", "answer-differs", "the answer shows a fixed example", shows_another)


RULE = Rule(name="creates", takes={"role": "text"}, checks=checks, faults=faults)
