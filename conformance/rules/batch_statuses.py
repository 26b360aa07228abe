"""With errors told apart, the answer to a list says of each record what became of it. Clauses name the ``part``.

==========  ==========================================================================
part        what the answer is looked at for
==========  ==========================================================================
answered    its status is that of a success, whatever is wrong with a record
order       every record comes back, in the order sent
named       each has a status: that of an error where it was refused, another where not
errors      a refused record says what is wrong with it, and no other does
saved       the good records are stored, the bad ones are not
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role, Shown
from conformance.document import Record
from conformance.exchange import Request
from conformance.rules.batches import (
    APART,
    CREATED,
    FINE,
    Batch,
    Batches,
    hold,
    legal,
    names,
    place_of,
    refusable,
    scene,
)
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, beyond, fault
from conformance.rules.outcomes import LYING, keeping_refused, settling
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.wire.envelope import Fate


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a list."""
    part = clause.text("part")
    for name in [each for each in names(contract, APART) if each != FINE or part in ("order", "named")]:
        needs = frozenset({"read", *((Role.CREATE,) if name == CREATED else ())})
        tell = partial(_told, name=name, part=part)
        yield Check(clause=clause, parameter=name, tell=tell, needs=needs, scene=scene(APART))


def _told(story: Story, name: str, part: str) -> None:
    batches = hold(story, APART)
    one = batches.held[name]
    refusable(story, batches, one)
    if part == "answered":
        return _answered(story, one)
    if not one.reply.accepted_status or one.reply.answer is None:
        raise CouldNotRun(f"the {story.one}s of the list are not told of apart: {one.reply.outcome}")
    return _PARTS[part](story, one, batches)


def _answered(story: Story, one: Batch) -> None:
    expected = story.contract.operations[one.role].success
    if one.reply.response.status != expected:
        legal(story, one)
        reason = f"a list with a bad {story.one} in it is not answered with {expected}, though errors are told apart"
        raise Broken("other-status", f"{reason}: {one.reply.outcome}")


def _order(story: Story, one: Batch, _batches: Batches) -> None:
    places = [place_of(story, record, one.sent) for record, _ in one.told]
    if len(places) < len(one.sent):
        reason = f"{len(one.sent)} {story.one}s were sent and {len(places)} came back, though errors are told apart"
        raise Broken("missing", reason, one.sent, tuple(record for record, _ in one.told))
    for place, found in enumerate(places):
        if found is not None and found != place:
            reason = f"place {place + 1} of the answer holds the {story.one} that was sent at place {found + 1}"
            raise Broken("out-of-order", reason, one.sent, tuple(record for record, _ in one.told))


def _fates(story: Story, one: Batch) -> Iterator[tuple[int, Fate]]:
    """What became of each record, by the place at which it was sent."""
    whole = len(one.told) == len(one.sent)
    for number, (record, fate) in enumerate(one.told):
        place = place_of(story, record, one.sent)
        if place is not None or whole:
            yield number if place is None else place, fate


def _named(story: Story, one: Batch, _batches: Batches) -> None:
    words = story.contract.statuses
    for place, fate in _fates(story, one):
        what = f"the {'bad' if place in one.bad else 'good'} {story.one} at place {place + 1} of the list"
        if not fate.status:
            raise Broken("no-status", f"{what} has no status of its own in the answer", one.sent[place])
        if fate.status.strip().upper() not in (words.failed if place in one.bad else words.fine):
            if place not in one.bad:
                legal(story, one)
            raise Broken("wrong-status", f"{what} has the status {fate.status!r}", one.sent[place])


def _errors(story: Story, one: Batch, _batches: Batches) -> None:
    for place, fate in _fates(story, one):
        if place in one.bad and not fate.messages:
            reason = f"nothing says what is wrong with the bad {story.one} at place {place + 1} of the list"
            raise Broken("no-message", reason, one.sent[place])
        if place not in one.bad and fate.messages:
            legal(story, one)
            reason = f"the good {story.one} at place {place + 1} of the list is said to be wrong: {fate.messages[0]!r}"
            raise Broken("borrowed-message", reason, one.sent[place])


def saved(story: Story, one: Batch, batches: Batches) -> None:
    """The good records are there after the list was answered, and the bad ones are not."""
    number = story.contract.resource.number
    for place, each in enumerate(one.sent):
        there = str(each[number]) in batches.stored
        if place in one.bad and there:
            raise Broken("stored", f"the bad {story.one} at place {place + 1} of the list was refused and stored", each)
        if place not in one.bad and not there:
            legal(story, one)
            beside = ", ".join(str(bad + 1) for bad in sorted(one.bad))
            reason = f"the good {story.one} at place {place + 1} of the list was not stored; bad ones stood at {beside}"
            raise Broken("not-saved", reason, each)
        if place not in one.bad:
            _as_sent(story, each, batches.stored[str(each[number])], place)


def _as_sent(story: Story, sent: Record, found: Record, place: int) -> None:
    witness = story.witness()
    shown = story.contract.resource.field(witness).shown is Shown.ALWAYS
    if shown and found.get(witness) != sent[witness]:
        reason = f"the good {story.one} at place {place + 1} of the list is there, and {witness} is not as it was sent"
        raise Broken("not-updated", reason, sent, found)


_PARTS: dict[str, Callable[[Story, Batch, Batches], None]] = {
    "order": _order,
    "named": _named,
    "errors": _errors,
    "saved": saved,
}


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """A write that asked for errors apart, and an answer that does not tell them so."""
    part, answer, contract = clause.text("part"), heard.answer, heard.contract
    switch = contract.operations[heard.role].narrowing.get("summarize", "") if heard.role else ""
    asked = {name.lower(): value.lower() for name, value in heard.request.query}
    if answer is None or not switch or asked.get(switch.lower()) != APART:
        return
    # An error that repeats no record is about the request as a whole.
    if part == "answered" and not heard.success and answer.error and answer.error.elements:
        yield about(clause, "other-status", f"errors were to be told apart, and the status is {heard.response.status}")
    words = {*contract.statuses.fine, *contract.statuses.failed}
    for place in range(len(answer.records or ()) if heard.success else 0):
        fate = answer.fates[place] if answer.fates else Fate()
        where, one = heard.where(f"[{place}]"), contract.resource.one
        if part == "named" and fate.status.strip().upper() not in words:
            yield about(clause, "no-status", f"a {one} of a list has the status {fate.status[:100]!r}", where)
        failed = fate.status.strip().upper() in contract.statuses.failed
        if part == "errors" and failed and not fate.messages:
            yield about(clause, "no-message", f"nothing says what is wrong with a {one} of the list", where)
        if part == "errors" and fate.messages and fate.status.strip().upper() == contract.statuses.fine[0]:
            yield about(clause, "borrowed-message", f"a {one} that is {fate.status} is said to be wrong", where)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Errors are told apart where the switch asks for it."""
    if clause.text("part") != "answered":
        return stages

    def apart(request: Request, intakes: tuple[Intake, ...]) -> bool:
        switch = contract.operations[intakes[0].role].narrowing.get("summarize", "").lower()
        asked = {name.lower(): value.lower() for name, value in request.query}
        return bool(switch) and asked.get(switch) == APART

    return replace(stages, apart=apart)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that sum errors up, or tell an untrue story of some record."""
    part = clause.text("part")
    if part == "answered":
        yield from _summing(contract, clause)
    if part == "saved":
        kept = fault(clause, "keeps-refused", "stored", "a refused record is stored all the same", keeping_refused)
        yield beyond(kept)
    for slug, (code, sentence, change) in LYING.get(part, {}).items():
        yield fault(clause, slug, code, sentence, settling(change, apart=True))


def _summing(contract: Contract, clause: Clause) -> Iterator[Fault]:
    ways: dict[str, tuple[str, str, Callable[[tuple[Intake, ...]], bool]]] = {
        "sums-up": ("", "the switch is not looked at", lambda _intakes: True),
        "sums-up-alone": ("alone", "one record in a list is answered as if alone", lambda intakes: len(intakes) == 1),
        "sums-up-creates": (CREATED, "a create does not know the switch", lambda each: each[0].role is Role.CREATE),
    }
    for slug, (parameter, sentence, when) in ways.items():
        if parameter in ("", *names(contract, APART)):
            alter = partial(_summed, when=when)
            yield replace(fault(clause, slug, "other-status", sentence, alter), parameter=parameter)


def _summed(stages: Stages, when: Callable[[tuple[Intake, ...]], bool]) -> Stages:
    return replace(stages, apart=lambda request, intakes: stages.apart(request, intakes) and not when(intakes))


RULE = Rule(
    name="batch-statuses", takes={"part": "text"}, checks=checks, enforce=enforce, faults=faults, overhear=overhear
)
