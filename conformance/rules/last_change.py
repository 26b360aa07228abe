"""What the moment of the last change is worth. Clauses name the ``part``, and spell moments as ``modified-since`` does.

==========  ==========================================================================
part        promise
==========  ==========================================================================
modified    an update makes a record count as changed, and leaves others as they were
moves       an update moves the moment that the record shows
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import made, mine, narrowed
from conformance.rules.since import changed, sifting, since, stamp, whole
from conformance.rules.stages import Asked, Looking, Stages
from conformance.rules.story import Story

SCENE = "an update after a while"

_SECOND = timedelta(seconds=1)
_WAIT = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    """A record that was updated, one that was not, and when each was changed last."""

    identity: str
    other: str
    created: datetime
    updated: datetime
    other_made: datetime


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part."""
    tell = partial(_PARTS[clause.text("part")], clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list", "read"}), scene=SCENE)


def _life(story: Story) -> _Life:
    return story.scene(SCENE, _live)


def _live(story: Story) -> _Life:
    first, second = (story.new(story.witness(), label=each) for each in ("updated", "left alone"))
    identity, other = made(story, first, second)
    reply = story.browse(*narrowed(story, (identity, other)))
    known = {each.get(story.identity): each for each in reply.records}
    created, other_made = (stamp(story, known.get(each, {})) for each in (identity, other))
    updated = _update(story, identity, first, 1)
    if whole(updated) <= max(created, other_made):
        # The target works faster than it counts.
        story.pause(_WAIT)
        updated = _update(story, identity, first, 2)
    return _Life(identity=identity, other=other, created=created, updated=updated, other_made=other_made)


def _update(story: Story, identity: str, sent: Record, turn: int) -> datetime:
    witness = story.witness()
    reply = story.upsert({**story.carried(sent), story.identity: identity, witness: story.value(witness, turn)})
    after = story.fetch(identity, "after the update")
    if not reply.accepted or after.get(witness) != story.value(witness, turn):
        raise CouldNotRun(f"the {story.one} this check needs could not be updated: {reply.outcome}")
    return stamp(story, after)


def _modified(story: Story, clause: Clause) -> None:
    life = _life(story)
    before = max(life.created, life.other_made)
    if whole(life.updated) <= before:
        # The moment does not move, so nobody can say what has changed since.
        return
    sure = whole(life.updated) - _SECOND > before
    moment = whole(life.updated) - _SECOND if sure else whole(life.updated)
    # Whether a record of that very second is listed is another question: a new one shows it.
    control = "" if sure else made(story, story.new(label="control"))[0]
    identities = (life.identity, life.other, *([control] if control else []))
    shown = mine(since(story, moment, clause, narrowed(story, identities)), identities)
    # A target may show whatever it is asked for by identifier: then the whole list tells.
    if life.other in shown and mine(since(story, moment, clause), (life.other,)):
        raise Broken("shown", f"a {story.one} that was not changed since {moment:%H:%M:%S} is listed as changed since")
    listed = sure or (control in shown and life.updated > moment)
    if listed and life.identity not in shown:
        reason = (
            f"a {story.one} that was made before {moment:%H:%M:%S} and updated after is not listed as changed since"
        )
        raise Broken("left-out", reason)


def _moves(story: Story, clause: Clause) -> None:
    life = _life(story)
    if life.updated <= life.created:
        raise Broken("stays", f"stays as it was{clause.text('pattern')}")


_PARTS: dict[str, Callable[..., None]] = {"modified": _modified, "moves": _moves}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look at the moment when a record was made, or that never change it."""
    identity = contract.resource.identity

    def created(stages: Stages) -> Stages:
        first: dict[str, datetime] = {}

        def keep(record: Record, moment: datetime | None) -> bool:
            return moment is None or first.setdefault(str(record[identity]), changed(contract, record)) >= moment

        def show(record: Record, looking: Looking) -> Record:
            first.setdefault(str(record[identity]), changed(contract, record))
            return stages.show(record, looking)

        return replace(sifting(contract, keep)(stages), show=show)

    if clause.text("part") == "moves":
        yield fault(
            clause,
            "frozen",
            "stays",
            "the moment that a record shows is the first one for ever",
            partial(_frozen, contract),
        )
        return
    yield fault(clause, "created", "left-out", "only new records count as changed", created)


def _frozen(contract: Contract, stages: Stages) -> Stages:
    """Show the first moment of a record for ever, and order lists by what is shown."""
    modified, identity = contract.resource.modified, contract.resource.identity
    first: dict[str, datetime] = {}

    def held(record: Record) -> datetime:
        return first.setdefault(str(record[identity]), changed(contract, record))

    def show(record: Record, looking: Looking) -> Record:
        shown = stages.show(record, looking)
        return {**shown, modified: held(record)} if modified in shown else shown

    def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        return stages.order([{**each, modified: held(each)} for each in records], asked)

    return replace(stages, show=show, order=order)


RULE = Rule(name="last-change", takes={"part": "text", "pattern": "text"}, checks=checks, faults=faults)
