"""An upsert finds the record that an identifier names, and updates it.

Clauses name the identifier in ``by``; with ``alone`` the identifier is all that points at the record, and no name is
sent. A clause that stands later in the register is tried first when several identifiers are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Finding, Rule, Sent, beyond, fault, without
from conformance.rules.mischief import losing, merging, refusing, showing
from conformance.rules.stages import Intake, Looking, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.trip import trip


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the update lands on the record that the identifier names."""
    tell = partial(_lands, by=clause.text("by"), alone=bool(clause.arguments.get("alone")))
    glance = None if clause.arguments.get("alone") else trip
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}), scene=LIFE, glance=glance)


def _update(story: Story, before: Record, by: str, *, alone: bool) -> dict[str, Value]:
    resource = story.contract.resource
    witness = story.witness()
    update = {**story.carried(before), by: before[by], witness: story.value(witness, 1)}
    renames = by != resource.name and (resource.name in update or not alone)
    # Another name, so that a target which looks at names alone cannot find the record by luck.
    return {**update, resource.name: story.another_name()} if renames else update


def _lands(story: Story, by: str, *, alone: bool) -> None:
    witness = story.witness()
    before = story.given(story.new(witness))
    if by not in before:
        raise Broken("not-stored", f"the {story.one} was created with {by}, which is absent when it is fetched")
    update = _update(story, before, by, alone=alone)
    reply = story.upsert(update)
    pointed = f"an upsert that names an existing {story.one} by {by}"
    if not reply.accepted:
        raise Broken("refused", f"{pointed} was not accepted: {reply.outcome}")
    if reply.identity and reply.identity != before[story.identity]:
        others = f"{reply.identity}, not {before[story.identity]}"
        raise Broken("not-matched", f"{pointed} was answered with another: {others}", before, reply.only)
    after = story.fetch(str(before[story.identity]), "after the update")
    shown = dict(reply.only or {})
    if shown.get(witness, update[witness]) != update[witness] and shown[witness] == before.get(witness):
        reason = f"{pointed} was answered with the {witness} from before it, {shown[witness]!r}"
        raise Broken("answer-stale", reason, before, shown)
    for field in (witness, story.contract.resource.name):
        if field in update and after.get(field) != update[field]:
            raise Broken("not-updated", f"{pointed} was accepted, but {field} did not change", before, after)


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Look this identifier up before whatever was tried first so far."""
    by = clause.text("by")

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        wanted = intake.sent.get(by)
        found = shelf.find(by, wanted) if intake.role is Role.UPSERT and isinstance(wanted, str) and wanted else None
        return found or stages.match(shelf, intake)

    return stages if clause.arguments.get("alone") else replace(stages, match=match)


def judge(_contract: Contract, clause: Clause, sent: Sent) -> Iterator[Finding]:
    """An identifier sent empty points at nothing."""
    by = clause.text("by")
    for number, each in enumerate(sent.records):
        if sent.role is Role.UPSERT and by in each and not each[by]:
            yield Finding(clause=clause.id, sentence=f"{by} is sent without a value", path=f"[{number}].{by}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not find the record, or find it and do nothing."""
    by, alone = clause.text("by"), bool(clause.arguments.get("alone"))
    name = contract.resource.name

    def concerned(intake: Intake) -> bool:
        return intake.role is Role.UPSERT and by in intake.sent and not (alone and name in intake.sent)

    def ignored(stages: Stages) -> Stages:
        def match(shelf: Shelf, intake: Intake) -> Record | None:
            blind = replace(intake, sent=without(intake.sent, by)) if concerned(intake) else intake
            return stages.match(shelf, blind)

        return replace(stages, match=match)

    def concerned_again(intake: Intake, existing: Record | None) -> bool:
        return existing is not None and concerned(intake)

    if contract.operations[Role.UPSERT].shows and not alone:
        yield fault(clause, "answers-stale", "answer-stale", "an update is answered as it was before", _stale)
    idle, refuses = losing(concerned_again), refusing(concerned_again)
    yield fault(clause, "ignored", "refused" if alone else "not-matched", f"{by} is not looked at", ignored)
    yield beyond(
        fault(clause, "idle", "not-updated", f"an update by {by} is answered as a success and not stored", idle)
    )
    yield beyond(fault(clause, "refuses", "refused", f"an update by {by} is refused", refuses))


_BEFORE = "Before"
"""A member in which a faulty server keeps the record as it was."""


def _stale(stages: Stages) -> Stages:
    def note(existing: Record, _intake: Intake, merged: Record) -> Record:
        return {**merged, _BEFORE: without(existing, _BEFORE)} if existing else merged

    def old(record: Record, looking: Looking) -> Record:
        before = record.get(_BEFORE)
        return before if looking.role is Role.UPSERT and isinstance(before, dict) else without(record, _BEFORE)

    return showing(old)(merging(note)(stages))


RULE = Rule(
    name="match",
    takes={"by": "field", "alone": "flag"},
    checks=checks,
    enforce=enforce,
    judge=judge,
    faults=faults,
)
