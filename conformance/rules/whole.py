"""Whole records: one with as much in it as the target takes, and what a change may not have touched."""

from __future__ import annotations

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import without
from conformance.rules.story import Story


def rich(story: Story, label: str = "", turn: int = 0) -> dict[str, Value]:
    """A new record as it is to be sent, with a value for every writable field."""
    fields = [each.name for each in story.contract.resource.fields if each.writable]
    return story.new(*fields, label=label, turn=turn)


def plain(story: Story, record: Record) -> dict[str, Value]:
    """The record without values that must exist in the organisation, which a target may refuse."""
    resource = story.contract.resource
    referring = [each.name for each in resource.fields if each.refers and each.name not in resource.sent_always]
    return without(record, *referring)


def stored(story: Story, label: str = "", turn: int = 0) -> dict[str, Value]:
    """A rich record that exists, as the target shows it; without what the target refuses."""
    record = rich(story, label, turn)
    try:
        return story.given(record)
    except CouldNotRun:
        return story.given(plain(story, record))


def unchanged(story: Story, before: Record, how: str, *named: str) -> dict[str, Value]:
    """The record as it is now. Raises Broken when anything but the members named has changed."""
    resource = story.contract.resource
    after = story.fetch(str(before[story.identity]), f"after {how}")
    ignored = (*named, resource.modified)
    wrong = differences(without(before, *ignored), without(after, *ignored))
    if wrong:
        listed = " and ".join(dict.fromkeys(named))
        reason = f"{how} named {listed} alone, and changed {wrong[0]}"
        raise Broken("changed", reason, before, after)
    return after


def updates_at_all(story: Story, before: Record, *avoid: str) -> None:
    """Raises CouldNotRun when the target updates nothing: then what a check looked at is not what it stumbles over."""
    witness = story.witness(*avoid)
    update = {**story.carried(before), story.identity: before[story.identity], witness: story.value(witness, 2)}
    reply = story.upsert(update)
    if not reply.accepted:
        raise CouldNotRun(f"no update is accepted, of {witness} either: {reply.outcome}")
    if story.fetch(str(before[story.identity]), "after the control").get(witness) != update[witness]:
        raise CouldNotRun(f"no update changes anything, of {witness} either")


def bare_formats(contract: Contract) -> tuple[str, ...]:
    """The formats in which a write of one record without a list around it is known to be taken."""
    known = [each for each in contract.clauses if _bare(each)]
    return tuple(each for each in contract.formats if any(each in (one.formats or contract.formats) for one in known))


def _bare(clause: Clause) -> bool:
    return clause.grade.binding and clause.text("shape") == "bare" and clause.text("role") == Role.UPSERT
