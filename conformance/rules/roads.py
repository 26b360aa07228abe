"""An update keeps what it does not name on every road by which it can reach its record.

============  ==========================================================================
road          how the update is sent, or how its record came to be
============  ==========================================================================
bare          one record without a list around it
list-first    the first record of a list whose last is another
list-last     the last record of a list whose first is another
address       to the address of the record
made-by-put   an update of a record that a create made
archived      an update of a record that is archived, where the target takes one at all
third         the third update in a row
empty         an update that sends a member without a value
============  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.halves import archived
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import merging
from conformance.rules.refused import moved
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake
from conformance.rules.story import Story
from conformance.rules.trip import trip
from conformance.rules.whole import bare_formats, plain, rich, stored, unchanged


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road."""
    roads = dict(_ROADS)
    if Role.UPDATE not in contract.operations:
        del roads["address"]
    if Role.CREATE not in contract.operations:
        del roads["made-by-put"]
    needs = {"made-by-put": {Role.CREATE}, "address": {Role.UPDATE}}
    for name, road in roads.items():
        formats = bare_formats(contract) if name == "bare" else ()
        if name != "bare" or formats:
            tell = partial(_kept, road=road, name=name)
            wanted = frozenset({"read", *needs.get(name, set())})
            glance = {"made-by-put": moved, "archived": archived}.get(name, trip)
            check = partial(Check, clause=clause, parameter=name, tell=tell, needs=wanted, formats=formats)
            yield check(scene=LIFE, glance=glance)


def _kept(story: Story, road: Callable[[Story, Record, Record], Reply | None], name: str) -> None:
    witness = story.witness()
    before = _made_by_create(story) if name == "made-by-put" else stored(story)
    update = {**story.carried(before), story.identity: before[story.identity], witness: story.value(witness, 1)}
    if name == "archived":
        before = _archived(story, before)
        update = without(update, story.contract.resource.status)
    reply = road(story, before, update)
    if reply is None:
        return story.chose("takes no update on this road")
    if not reply.accepted:
        raise CouldNotRun(f"an update on this road was not accepted: {reply.outcome}")
    after = unchanged(story, before, f"an update ({name})", story.identity, witness)
    if after.get(witness) != update[witness] and name not in ("third", "empty"):
        raise CouldNotRun(f"an update on this road was accepted, and {witness} did not change")
    return None


def _made_by_create(story: Story) -> dict[str, Value]:
    reply = story.create(plain(story, rich(story, "made")))
    if not reply.identity:
        raise CouldNotRun(f"the {story.one} this check needs could not be created: {reply.outcome}")
    return story.fetch(reply.identity, "just created")


def _archived(story: Story, before: Record) -> dict[str, Value]:
    resource = story.contract.resource
    archive = {**story.carried(before), story.identity: before[story.identity], resource.status: resource.archived}
    reply = story.upsert(archive)
    after = story.fetch(str(before[story.identity]), "archived")
    if not reply.accepted or after.get(resource.status) != resource.archived:
        raise CouldNotRun(f"the {story.one} could not be archived: {reply.outcome}")
    return after


def _alone(story: Story, _before: Record, update: Record) -> Reply:
    return story.upsert(update, bare=True)


def _list_first(story: Story, _before: Record, update: Record) -> Reply:
    return story.upsert(update, plain(story, rich(story, "beside", 1)))


def _list_last(story: Story, _before: Record, update: Record) -> Reply:
    return story.upsert(plain(story, rich(story, "beside", 1)), update)


def _address(story: Story, before: Record, update: Record) -> Reply:
    return story.write(Role.UPDATE, without(update, story.identity), addressed=str(before[story.identity]))


def _as_ever(story: Story, _before: Record, update: Record) -> Reply:
    return story.upsert(update)


def _when_archived(story: Story, _before: Record, update: Record) -> Reply | None:
    reply = story.upsert(update)
    return None if reply.refused else reply


def _third(story: Story, _before: Record, update: Record) -> Reply:
    witness = story.witness()
    replies = [story.upsert({**update, witness: story.value(witness, turn)}) for turn in (1, 2, 3)]
    return next((each for each in replies if not each.accepted), replies[-1])


def _empty(story: Story, _before: Record, update: Record) -> Reply | None:
    reply = story.upsert({**update, story.witness(): ""})
    return None if reply.refused else reply


_ROADS: dict[str, Callable[[Story, Record, Record], Reply | None]] = {
    "bare": _alone,
    "list-first": _list_first,
    "list-last": _list_last,
    "address": _address,
    "made-by-put": _as_ever,
    "archived": _when_archived,
    "third": _third,
    "empty": _empty,
}

_MADE, _COUNT = "MadeByCreate", "TimesChanged"


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that lose collections on one road only."""
    resource = contract.resource
    lost = [each.name for each in resource.fields if each.writable and not each.scalar]
    mine: dict[str, Callable[[Record, Intake], bool]] = {
        "bare": lambda _existing, intake: intake.bare,
        "list-first": lambda _existing, intake: not intake.bare and intake.position == 0,
        "list-last": lambda _existing, intake: intake.position > 0,
        "address": lambda _existing, intake: intake.role is Role.UPDATE,
        "made-by-put": lambda existing, _intake: bool(existing.get(_MADE)),
        "archived": lambda existing, _intake: existing.get(resource.status) == resource.archived,
        "empty": lambda _existing, intake: any(each == "" for each in intake.sent.values()),
        "third": lambda existing, _intake: str(existing.get(_COUNT, "")) == "xx",
    }

    def change(existing: Record, intake: Intake, merged: Record, when: Callable[[Record, Intake], bool]) -> Record:
        count = {_COUNT: f"{existing.get(_COUNT, '')}x"} if existing else {}
        made = {_MADE: "yes"} if intake.role is Role.CREATE else {}
        return {**(without(merged, *lost) if existing and when(existing, intake) else merged), **count, **made}

    for check in checks(contract, clause):
        sentence = f"an update loses collections on one road: {check.parameter}"
        alter = merging(partial(change, when=mine[check.parameter]))
        seeded = fault(clause, f"loses-{check.parameter}", "changed", sentence, alter)
        yield replace(seeded, parameter=check.parameter)


RULE = Rule(name="roads", checks=checks, faults=faults)
