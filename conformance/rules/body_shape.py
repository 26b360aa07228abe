"""The shapes a body may have: one record without a list around it (``bare``), or a list of several (``many``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import losing, refusing
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Broken, CouldNotRun, Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a shape."""
    role = Role(clause.text("role"))
    tell = partial({"bare": _bare, "many": _many}[clause.text("shape")], role=role)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({role, "read"}))


def _bare(story: Story, role: Role) -> None:
    record = story.new()
    reply = story.write(role, record, bare=True)
    if not reply.accepted:
        raise Broken("refused", f"one {story.one} without a list around it was not accepted: {reply.outcome}", record)
    if not reply.identity:
        raise CouldNotRun(f"the answer shows no {story.identity}: {reply.outcome}")
    stored, name = story.read(reply.identity).only or {}, story.contract.resource.name
    if stored.get(name) != record[name]:
        raise Broken("not-stored", f"one {story.one} without a list around it was accepted and not stored", record)


def _many(story: Story, role: Role) -> None:
    resource = story.contract.resource
    sent = [story.new(story.witness(), label=each) for each in ("first", "second")]
    reply = story.write(role, *sent)
    if not reply.accepted:
        raise Broken("refused", f"a list of two new {story.one}s was not accepted: {reply.outcome}")
    for place, each in zip(("first", "second"), sent, strict=True):
        answered = [one for one in reply.records if one.get(resource.name) == each[resource.name]]
        if not answered:
            reason = f"the answer to a list of two {story.one}s does not show the {place}"
            raise Broken("not-answered", reason, tuple(sent), reply.records)
        identity = str(answered[0].get(story.identity) or "")
        stored = story.read(identity).only if identity else None
        if stored is None:
            raise Broken("not-stored", f"the {place} of two {story.one}s in a list was answered and not stored", each)
        if stored.get(resource.name) != each[resource.name]:
            raise CouldNotRun(f"reading {identity} back shows another {story.one}")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
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
        yield fault(clause, "first-only", "not-answered", "only the first record of a list is processed", first_only)


RULE = Rule(name="body-shape", takes={"shape": "text", "role": "text"}, checks=checks, faults=faults)
