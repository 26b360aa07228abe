"""A create that meets an existing record is refused however it is sent, and however the record came to be.

Clauses name the conflicting member in ``by``. The roads: ``bare`` (no list around the create), ``list-last`` (the
last of a list), ``made-by-create`` (the record in the way was made by a create), ``older`` (others were made since).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.refused import moved, refused
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.whole import bare_formats

_ROADS = ("bare", "list-last", "made-by-create", "older")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road."""
    for road in _ROADS:
        formats = bare_formats(contract) if road == "bare" else ()
        tell = partial(_refused, by=clause.text("by"), road=road)
        check = partial(Check, clause=clause, parameter=road, tell=tell, needs=frozenset({Role.CREATE}))
        yield check(formats=formats, scene=LIFE, glance=partial(_seen, road=road))


def _seen(story: Story, road: str) -> None:
    """Refused with the names that a record made by a create was given, and gave up; others were made since."""
    refused(story)
    need(moved(story).bare or road != "bare", "no create is sent without a list around it")


def _existing(story: Story, road: str) -> Record:
    record = story.new(story.witness(), label="first")
    reply = story.create(record) if road == "made-by-create" else story.upsert(record)
    others = [story.upsert(story.new(label=each)) for each in ("later", "last")] if road == "older" else []
    if not all(each.accepted for each in (reply, *others)):
        raise CouldNotRun(f"the {story.one} this check needs could not be created: {reply.outcome}")
    return record


def _sent(story: Story, attempt: dict[str, Value], road: str) -> Reply:
    if road == "bare":
        return story.write(Role.CREATE, attempt, bare=True)
    return story.create(story.new(label="beside"), attempt) if road == "list-last" else story.create(attempt)


def _refused(story: Story, by: str, road: str) -> None:
    existing = _existing(story, road)
    attempt = {**story.new(story.witness(), label="second", turn=1), by: existing[by]}
    reply = _sent(story, attempt, road)
    if not reply.refused and reply.response.status < 500:
        reason = f"a create ({road}) with the {by} {existing[by]!r} of an existing {story.one} was accepted"
        raise Broken("accepted", f"{reason}: {reply.outcome}", existing, reply.records)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look for the conflict on other roads only."""
    by, identity = clause.text("by"), contract.resource.identity

    def newest(shelf: Shelf, holder: Record) -> bool:
        return next(reversed(list(shelf.records())))[identity] == holder[identity]

    mine: dict[str, Callable[[Shelf, Intake, Record], bool]] = {
        "bare": lambda _shelf, intake, _holder: intake.bare,
        "list-last": lambda _shelf, intake, _holder: intake.position > 0,
        "made-by-create": lambda _shelf, _intake, holder: bool(holder.get(_MADE)),
        "older": lambda shelf, _intake, holder: not newest(shelf, holder),
    }
    for check in checks(contract, clause):
        alter = partial(_blind, by=by, when=mine[check.parameter])
        sentence = f"a taken {by} is not noticed on one road: {check.parameter}"
        seeded = fault(clause, f"blind-{check.parameter}", "accepted", sentence, alter)
        yield replace(seeded, parameter=check.parameter)


_MADE = "MadeByCreate"
"""A member in which a faulty server notes how a record came to be."""


def _blind(stages: Stages, by: str, when: Callable[[Shelf, Intake, Record], bool]) -> Stages:
    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        holder = shelf.find(by, str(intake.sent.get(by))) if intake.role is Role.CREATE else None
        blind = holder is not None and when(shelf, intake, holder)
        return () if blind else stages.object(shelf, intake, existing)

    def merge(existing: Record, intake: Intake) -> Record:
        merged = stages.merge(existing, intake)
        return {**merged, _MADE: "yes"} if intake.role is Role.CREATE else merged

    return replace(stages, object=object_, merge=merge)


RULE = Rule(name="conflict-roads", takes={"by": "field"}, checks=checks, faults=faults)
