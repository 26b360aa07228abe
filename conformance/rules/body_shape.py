"""The shapes a body may have: one record without a list around it (``bare``), or a list of several (``many``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.awkward import text_fields
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, chosen, fault
from conformance.rules.mischief import losing, refusing
from conformance.rules.posted import crowd, twice
from conformance.rules.refused import moved
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.whole import plain, rich


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a shape."""
    role = Role(clause.text("role"))
    tell = partial({"bare": _bare, "many": _many}[clause.text("shape")], role=role)
    glance = partial(_seen, role=role, bare=clause.text("shape") == "bare")
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({role, "read"}), scene=LIFE, glance=glance)


def _seen(story: Story, role: Role, *, bare: bool) -> None:
    if bare:
        need(role is Role.UPSERT and twice(story).bare, "nothing is sent without a list around it")
    else:
        need(crowd(story) if role is Role.UPSERT else moved(story), "a list is not stored")


def _bare(story: Story, role: Role) -> None:
    record = story.new()
    reply = story.write(role, record, bare=True)
    if not reply.accepted:
        raise Broken("refused", f"one {story.one} without a list around it was not accepted: {reply.outcome}", record)
    identity = story.identified(reply, record)
    if not identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    stored, name = story.read(identity).only or {}, story.contract.resource.name
    if stored.get(name) != record[name]:
        raise Broken("not-stored", f"one {story.one} without a list around it was accepted and not stored", record)


def _many(story: Story, role: Role) -> None:
    """Three records: two that differ in everything, and between them one that says little."""
    full = [plain(story, rich(story, label, turn)) for label, turn in (("first", 0), ("third", 1))]
    sent = [full[0], story.new(label="second"), full[1]]
    reply = story.write(role, *sent)
    if not reply.accepted:
        raise Broken("refused", f"a list of {len(sent)} new {story.one}s was not accepted: {reply.outcome}")
    for place, each in zip(("first", "second", "third"), sent, strict=True):
        identity = _answered(story, reply, role, each, place)
        stored = story.read(identity).only if identity else None
        if stored is None:
            raise Broken("not-stored", f"the {place} of {len(sent)} {story.one}s in a list was not stored", each)
        _as_sent(story, each, stored, place)


def _answered(story: Story, reply: Reply, role: Role, record: Record, place: str) -> str:
    """The identifier of one record of the list: from the answer, or by its number where answers need not show it."""
    resource = story.contract.resource
    shown = [each for each in reply.records if each.get(resource.name) == record[resource.name]]
    if shown:
        return str(shown[0].get(story.identity) or "")
    if story.contract.operations[role].shows:
        reason = f"the answer to a list of new {story.one}s does not show the {place}"
        raise Broken("not-answered", reason, record, reply.records)
    return story.read(str(record[resource.number]), resource.number).identity


def _as_sent(story: Story, record: Record, stored: Record, place: str) -> None:
    fields = [each.name for each in story.contract.resource.fields if each.writable and not each.choices]
    expected, seen = story.canonical(record), story.canonical(stored)
    wrong = differences(expected, chosen(seen, *expected))
    borrowed = [each for each in fields if each not in expected and each in seen]
    if wrong:
        raise Broken("mixed-up", f"the {place} {story.one} of a list is not as it was sent: {wrong[0]}", expected, seen)
    if place == "second" and borrowed:
        reason = f"the {place} {story.one} of a list was sent without {borrowed[0]}, and has that of another"
        others = [plain(story, rich(story, *each)) for each in (("first", 0), ("third", 1))]
        if any(story.canonical(other).get(borrowed[0]) == seen[borrowed[0]] for other in others):
            raise Broken("mixed-up", reason, expected, seen)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not take the shape, or lose part of it."""
    role = Role(clause.text("role"))
    bare = clause.text("shape") == "bare"

    def mine(intake: Intake, _existing: Record | None) -> bool:
        return intake.role is role and (intake.bare if bare else intake.position > 0)

    def first_only(stages: Stages) -> Stages:
        return replace(stages, batch=lambda intakes: stages.batch(intakes)[:1])

    yield fault(clause, "refuses", "refused", "the shape is refused", refusing(mine))
    yield fault(clause, "loses", "not-stored", "a record in this shape is answered and not stored", losing(mine))
    if not bare:
        # Of the texts one alone: another may have to be unique, and then the list would be refused.
        parts = [each.name for each in contract.resource.fields if each.writable and not each.scalar]
        bleeds = partial(_bleeds, parts=[*parts, text_fields(contract)[-1].name])
        yield fault(clause, "bleeds", "mixed-up", "members of one record of a list run over to the next", bleeds)
        code = "not-answered" if contract.operations[role].shows else "not-stored"
        yield fault(clause, "first-only", code, "only the first record of a list is processed", first_only)


def _bleeds(stages: Stages, parts: list[str]) -> Stages:
    def batch(intakes: tuple[Intake, ...]) -> tuple[Intake, ...]:
        taken = stages.batch(intakes)
        return tuple(
            replace(each, sent={**chosen(before.sent, *parts), **each.sent})
            for before, each in zip((taken[0], *taken), taken, strict=False)
        )

    return replace(stages, batch=batch)


RULE = Rule(name="body-shape", takes={"shape": "text", "role": "text"}, checks=checks, faults=faults)
