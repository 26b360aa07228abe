"""A record is known by what it has of its own wherever that stands in a list, and whatever letters it is made of.

Clauses name the member in ``by`` and the operation in ``role``: an upsert finds the record, a create is refused. They
list ``places`` in a list, ``lengths`` of the text, and give ``letters`` that it may have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import identities, need, seen
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story

_PLACE, _SIZE, _LETTERS = "place-", "length-", "letters"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place, a length, and the letters."""
    role = Role(clause.text("role"))
    for kind in _kinds(contract, clause):
        tell = partial(_refused if role is Role.CREATE else _found, clause=clause, kind=kind)
        needs = frozenset({role, "read"})
        yield Check(
            clause=clause, parameter=kind, tell=tell, needs=needs, scene=clause.id, glance=partial(_seen, clause)
        )


def _kinds(contract: Contract, clause: Clause) -> list[str]:
    limit = contract.resource.field(clause.text("by")).max_length or 0
    sizes = [each for each in clause.arguments.get("lengths", ()) if each <= limit]
    letters = [_LETTERS] if clause.text("letters") else []
    return [
        *(f"{_PLACE}{each}" for each in clause.arguments.get("places", ())),
        *letters,
        *(f"{_SIZE}{each}" for each in sizes),
    ]


def _holder(story: Story, clause: Clause, kind: str) -> dict[str, Value]:
    """A record whose member is of this kind."""
    record, by = story.new(story.witness(), label=kind), clause.text("by")
    own = f"{record[by]} {clause.text('letters')}" if kind == _LETTERS else str(record[by])
    size = int(kind.removeprefix(_SIZE)) if kind.startswith(_SIZE) else len(own)
    return {**record, by: f"{own} ".ljust(size, "x")[:size]} if size > len(own) else {**record, by: own}


def _update(story: Story, clause: Clause, holder: Record) -> dict[str, Value]:
    """An update that means the record by its member alone."""
    resource, by = story.contract.resource, clause.text("by")
    kept = without(holder, resource.number)
    if by == resource.number:
        kept = {**holder, resource.name: story.another_name(f"of {holder[by]}")}
    return {**kept, story.witness(): story.value(story.witness(), 1)}


def _attempt(story: Story, clause: Clause, holder: Record, label: str) -> dict[str, Value]:
    """A create that meets the record."""
    by = clause.text("by")
    return {**story.new(story.witness(), label=f"second {label}", turn=1), by: holder[by]}


def _seen(clause: Clause, story: Story) -> None:
    """All kinds in one list: as good as one by one, where the answer leaves no doubt."""
    story.scene(clause.id, partial(_all, clause=clause))


def _all(story: Story, clause: Clause) -> None:
    holders = {each: _holder(story, clause, each) for each in ("first", *_kinds(story.contract, clause))}
    found = identities(story, story.upsert(*holders.values()), holders.values())
    if Role(clause.text("role")) is Role.CREATE:
        name = story.contract.resource.name
        attempts = [_attempt(story, clause, each, kind) for kind, each in holders.items()]
        reply = story.create(*attempts)
        error = None if reply.answer is None else reply.answer.error
        blamed = {each.record.get(name) for each in (error.elements if error else ()) if each.messages}
        need({each[name] for each in attempts} <= blamed, "not every create of the list is refused")
        return
    updates = [_update(story, clause, each) for each in holders.values()]
    reply = story.upsert(*updates)
    need(reply.accepted, f"an update is not taken, {reply.outcome}")
    after, witness = seen(story, *found), story.witness()
    taken = [after.get(each, {}).get(witness) == update[witness] for each, update in zip(found, updates, strict=True)]
    need(all(taken), "an update does not reach its record")


def _found(story: Story, clause: Clause, kind: str) -> None:
    witness, by = story.witness(), clause.text("by")
    place = int(kind.removeprefix(_PLACE)) if kind.startswith(_PLACE) else 1
    holders = [_holder(story, clause, kind if each == place else f"before {each}") for each in range(1, place + 1)]
    before = [story.given(each) for each in holders][-1]
    if before.get(by) != holders[-1][by]:
        raise CouldNotRun(f"the {by} of a new {story.one} is not stored as it was sent")
    updates = [_update(story, clause, each) for each in holders]
    reply = story.upsert(*updates)
    where = f"an upsert ({kind}) with the {by} {before[by]!r} of an existing {story.one}"
    if not reply.accepted:
        alone = story.upsert(story.new(witness, label="control"))
        if not alone.accepted:
            raise CouldNotRun(f"a new {story.one} is not accepted either: {alone.outcome}")
        raise Broken("not-matched", f"{where} is not accepted: {reply.outcome}", before)
    after = story.fetch(str(before[story.identity]), "after the update")
    if after.get(witness) != updates[-1][witness]:
        raise Broken("not-matched", f"{where} did not update it: {witness} is what it was", before, after)


def _refused(story: Story, clause: Clause, kind: str) -> None:
    by, holder = clause.text("by"), _holder(story, clause, kind)
    before = story.given(holder)
    if before.get(by) != holder[by]:
        raise CouldNotRun(f"the {by} of a new {story.one} is not stored as it was sent")
    reply = story.create(_attempt(story, clause, holder, kind))
    if not reply.refused and reply.response.status < 500:
        reason = f"a create ({kind}) with the {by} {holder[by]!r} of an existing {story.one} was accepted"
        raise Broken("accepted", f"{reason}: {reply.outcome}", before, reply.records)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that know a record by plain texts only, or in the first place only."""
    by, creates = clause.text("by"), Role(clause.text("role")) is Role.CREATE
    for kind in _kinds(contract, clause):
        alter = partial(_free if creates else _blind, kind=kind, by=by)
        sentence = f"a {by} is not looked up in one case: {kind}"
        seeded = fault(clause, f"blind-{kind}", "accepted" if creates else "not-matched", sentence, alter)
        yield replace(seeded, parameter=kind)


def _concerns(intake: Intake, kind: str, by: str) -> bool:
    text = str(intake.sent.get(by) or "")
    if kind.startswith(_PLACE):
        return intake.position + 1 == int(kind.removeprefix(_PLACE))
    return not text.isascii() if kind == _LETTERS else len(text) >= int(kind.removeprefix(_SIZE))


def _blind(stages: Stages, kind: str, by: str) -> Stages:
    def match(shelf: Shelf, intake: Intake) -> Record | None:
        mine = intake.role is Role.UPSERT and _concerns(intake, kind, by)
        return stages.match(shelf, replace(intake, sent=without(intake.sent, by)) if mine else intake)

    return replace(stages, match=match)


def _free(stages: Stages, kind: str, by: str) -> Stages:
    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        mine = intake.role is Role.CREATE and _concerns(intake, kind, by)
        return () if mine else stages.object(shelf, intake, existing)

    return replace(stages, object=object_)


RULE = Rule(
    name="recognised",
    takes={"by": "field", "role": "text", "letters": "text", "lengths": "number", "places": "number"},
    checks=checks,
    faults=faults,
)
