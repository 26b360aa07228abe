"""What becomes of the records of one write, and how an answer tells it of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.contract.model import Contract, Resource
from conformance.document import Record
from conformance.reference.store import Store
from conformance.rules.stages import Looking, Outcome, Stages
from conformance.wire.envelope import Fate
from conformance.wire.scalar import ZERO_GUID


def marked(contract: Contract, outcome: Outcome) -> Outcome:
    """The outcome with the status word that goes with it."""
    words = contract.statuses.failed if outcome.messages else contract.statuses.fine
    return replace(outcome, status=words[0] if words else "")


def undo(resource: Resource, store: Store, outcomes: Sequence[Outcome]) -> None:
    """Take back what the outcomes say is not to stay, the last first."""
    for each in reversed(outcomes):
        if each.undone and each.record is not None:
            store.drop(str(each.record[resource.identity]))
        if each.undone and each.before is not None:
            store.put(each.before)


def shown(contract: Contract, stages: Stages, outcome: Outcome, looking: Looking) -> Record:
    """The record as the answer shows it: what was stored, or what was sent when that was refused."""
    if outcome.record is not None:
        return stages.show(outcome.record, looking)
    sent, identity = stages.strip(outcome.intake).sent, contract.resource.identity
    return stages.echo({**sent, identity: sent.get(identity) or ZERO_GUID}, looking.format)


def fates(outcomes: Sequence[Outcome]) -> tuple[Fate, ...]:
    """What the answer says became of each record."""
    return tuple(Fate(status=each.status, messages=each.messages) for each in outcomes)
