"""How a list with bad records in it is answered where errors are summed up, and what becomes of the good ones.

Clauses name the value of the ``switch``, none where it is not sent, and the ``part``.

==========  ==========================================================================
part        what is looked at
==========  ==========================================================================
status      the status of the answer is that of the refusal
elements    the error lists the bad records and no other
messages    each record that the error lists comes with what is wrong with it
saved       the good records are stored, the bad ones are not
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Refusal, Role
from conformance.exchange import Request
from conformance.rules.batch_statuses import saved
from conformance.rules.batches import (
    ALONE,
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
from conformance.rules.kind import Check, Fault, Rule, beyond, fault
from conformance.rules.outcomes import UNSAVED, keeping_refused, settling
from conformance.rules.stages import Intake, Outcome, Outcomes, Stages
from conformance.rules.story import Story
from conformance.wire.envelope import ErrorElement


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a list."""
    switch, part = clause.text("switch"), clause.text("part")
    # One bad record alone is all that an error could list, so there is nothing to find out.
    for name in [each for each in names(contract, switch) if each != FINE and (part != "elements" or each != ALONE)]:
        needs = frozenset({"read", *((Role.CREATE,) if name == CREATED else ())})
        tell = partial(_told, name=name, switch=switch, part=part)
        yield Check(clause=clause, parameter=name, tell=tell, needs=needs, scene=scene(switch))


def _told(story: Story, name: str, switch: str, part: str) -> None:
    batches = hold(story, switch)
    one = batches.held[name]
    refusable(story, batches, one)
    number = story.contract.resource.number
    if one.reply.accepted and all(str(one.sent[place][number]) in batches.stored for place in one.bad):
        raise CouldNotRun(f"the target stores a {story.one} that it was expected to refuse: {one.reply.outcome}")
    _PARTS[part](story, one, batches)


def _status(story: Story, one: Batch, _batches: Batches) -> None:
    expected = story.contract.refusals["validation"].status
    if one.reply.response.status != expected:
        reason = f"a list with a bad {story.one} in it is not answered with {expected}"
        raise Broken("other-status", f"{reason}: {one.reply.outcome}")
    story.chose(f"answers a list with a bad {story.one} in it with {expected}")


def _listed(story: Story, one: Batch) -> list[tuple[int | None, ErrorElement]]:
    """The records of the error by the place at which they were sent; None where that cannot be told."""
    error = None if one.reply.answer is None else one.reply.answer.error
    if error is None or not error.elements:
        raise CouldNotRun(f"the refusal lists no {story.one}: {one.reply.outcome}")
    return [(place_of(story, each.record, one.sent), each) for each in error.elements]


def _elements(story: Story, one: Batch, _batches: Batches) -> None:
    listed = _listed(story, one)
    places = [place for place, _ in listed]
    good = [place for place in places if place is not None and place not in one.bad]
    if good:
        legal(story, one)
        reason = f"the error lists the good {story.one} at place {good[0] + 1} of the list too"
        raise Broken("lists-good", reason, one.sent[good[0]])
    unknown = places.count(None)
    missing = sorted(one.bad - set(places))
    if len(missing) > unknown:
        reason = f"{len(one.bad)} {story.one}s of the list are bad, and the error leaves out that at place"
        raise Broken("not-listed", f"{reason} {missing[0] + 1}", one.sent[missing[0]])


def _messages(story: Story, one: Batch, _batches: Batches) -> None:
    name = story.contract.resource.name
    for place, element in _listed(story, one):
        where = "" if place is None else f" at place {place + 1} of the list"
        if not element.messages:
            raise Broken("no-message", f"the error lists the {story.one}{where} and says nothing about it")
        own = "" if place is None else str(one.sent[place].get(name, ""))
        others = [str(each[name]) for each in one.sent if each.get(name) and each[name] != own] if own else []
        said = " ".join(element.messages)
        strange = [each for each in others if each in said and own not in said]
        if strange:
            reason = f"what the error says about the {story.one}{where} is about another: {element.messages[0]!r}"
            raise Broken("mixed-up", reason, one.sent[place or 0])


_PARTS: dict[str, Callable[[Story, Batch, Batches], None]] = {
    "status": _status,
    "elements": _elements,
    "messages": _messages,
    "saved": saved,
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that let one record decide for all, or list the wrong ones."""
    part = clause.text("part")
    if part == "status":
        yield from _accepting(contract, clause)
    if part == "saved":
        kept = fault(clause, "keeps-refused", "stored", "a refused record is stored all the same", keeping_refused)
        yield beyond(kept)
    for slug, (code, sentence, change) in {"saved": UNSAVED, **_LISTING}.get(part, {}).items():
        yield fault(clause, slug, code, sentence, settling(change, apart=False))


def _accepting(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Without the switch a target may go by the other default; with it, an error has no business being a success."""
    successes = {role: operation.success for role, operation in contract.operations.items()}
    ways: dict[str, tuple[str, Callable[[Intake], bool]]] = {
        "accepts": ("a list with a bad record in it is a success", lambda _intake: True),
        "accepts-creates": ("a create that fails in part is a success", lambda intake: intake.role is Role.CREATE),
    }
    for slug, (sentence, when) in ways.items():
        alter = (
            partial(_accepts, successes=successes, when=when) if clause.text("switch") else partial(_apart, when=when)
        )
        yield fault(clause, slug, "other-status", sentence, alter)
    if clause.text("switch"):
        late = partial(_accepts, successes=successes, when=lambda intake: intake.position > 0)
        yield fault(clause, "accepts-late", "other-status", "only a bad first record is an error", late)


def _accepts(stages: Stages, successes: dict[Role, int], when: Callable[[Intake], bool]) -> Stages:
    def refuse(refusal: Refusal, intake: Intake) -> Refusal:
        refused = stages.refuse(refusal, intake)
        return replace(refused, status=successes[intake.role]) if when(intake) else refused

    return replace(stages, refuse=refuse)


def _apart(stages: Stages, when: Callable[[Intake], bool]) -> Stages:
    """Tell errors apart where nothing else is asked for."""

    def apart(request: Request, intakes: tuple[Intake, ...]) -> bool:
        return stages.apart(request, intakes) if request.query else when(intakes[0])

    return replace(stages, apart=apart)


def _one(place: int) -> Callable[[Outcomes], Outcomes]:
    """Only one of the bad records is listed."""

    def changed(outcomes: Outcomes) -> Outcomes:
        bad = [each for each in outcomes if each.messages]
        hidden = [each for each in bad if each is not bad[place]]
        return tuple(replace(each, messages=()) if each in hidden else each for each in outcomes)

    return changed


def _all(outcomes: Outcomes) -> Outcomes:
    bad = any(each.messages for each in outcomes)
    return tuple(replace(each, listed=bad) for each in outcomes)


def _same(outcomes: Outcomes) -> Outcomes:
    """Every bad record has the messages of the first."""
    first = next((each.messages for each in outcomes if each.messages), ())
    return tuple(replace(each, messages=first) if each.messages else each for each in outcomes)


def _mute(outcomes: Outcomes) -> Outcomes:
    """Only the first bad record comes with a message."""
    first = next((each for each in outcomes if each.messages), None)
    return tuple(_silent(each) if each.messages and each is not first else each for each in outcomes)


def _silent(outcome: Outcome) -> Outcome:
    return replace(outcome, messages=(), listed=True)


def _silent_all(outcomes: Outcomes) -> Outcomes:
    return tuple(_silent(each) if each.messages else each for each in outcomes)


_LISTING: dict[str, dict[str, tuple[str, str, Callable[[Outcomes], Outcomes]]]] = {
    "elements": {
        "lists-all": ("lists-good", "the error lists every record of the list", _all),
        "first-only": ("not-listed", "the error lists the first bad record alone", _one(0)),
        "last-only": ("not-listed", "the error lists the last bad record alone", _one(-1)),
    },
    "messages": {
        "silent": ("no-message", "the error lists bad records without a message", _silent_all),
        "silent-second": ("no-message", "only the first bad record comes with a message", _mute),
        "same": ("mixed-up", "every bad record has the message of the first", _same),
    },
}


RULE = Rule(name="batch-refused", takes={"part": "text", "switch": "text"}, checks=checks, faults=faults)
