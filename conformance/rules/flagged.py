"""A flag that a record has in answers says whether it was refused: clauses name it in ``field``.

Nobody has to show the flag. Where it is shown, in an answer that tells errors apart or in an error that repeats the
record, it is true of a record that was refused, and false of one that was not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Field, Role
from conformance.document import Record
from conformance.rules.batches import ALONE, APART, CREATED, FINE, Batches, hold, names, place_of, scene
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import showing
from conformance.rules.stages import Stages
from conformance.rules.story import Story

_ERROR = "error"
"""The check of the record that an error repeats; the others are called as the lists that they read."""


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a list whose errors are told apart, and one of an error."""
    for name in [*(each for each in names(contract, APART) if each != FINE), _ERROR]:
        switch = "" if name == _ERROR else APART
        needs = frozenset({"read", *((Role.CREATE,) if name == CREATED else ())})
        tell = partial(_told, name=name, field=clause.text("field"), switch=switch)
        yield Check(clause=clause, parameter=name, tell=tell, needs=needs, scene=scene(switch))


def _told(story: Story, name: str, field: str, switch: str) -> None:
    batches = hold(story, switch)
    for record, place, refused in _listed(story, batches) if name == _ERROR else _apart(story, batches, name):
        if record.get(field) is (not refused):
            what = f"the {'refused' if refused else 'accepted'} {story.one} at place {place + 1} of the list"
            code = "not-flagged" if refused else "flagged"
            raise Broken(code, f"{what} is shown with {field} {str(record[field]).lower()}", None, record)


def _apart(story: Story, batches: Batches, name: str) -> Iterator[tuple[Record, int, bool]]:
    """The records of an answer, their places in the list, and whether the answer itself says that they were refused."""
    one, words = batches.held[name], story.contract.statuses
    if not any(fate.status or fate.messages for _, fate in one.told):
        raise CouldNotRun(f"the answer does not say which {story.one}s were refused: {one.reply.outcome}")
    for record, fate in one.told:
        place = place_of(story, record, one.sent)
        refused = bool(fate.messages) or fate.status.strip().upper() in words.failed
        if place is not None and refused is (place in one.bad):
            yield record, place, refused


def _listed(story: Story, batches: Batches) -> Sequence[tuple[Record, int, bool]]:
    """The record that an error about one alone repeats."""
    one = batches.held[ALONE]
    error = None if one.reply.answer is None else one.reply.answer.error
    if error is None or not error.elements:
        raise CouldNotRun(f"the refusal repeats no {story.one}: {one.reply.outcome}")
    return [(error.elements[0].record, 0, True)]


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Flag what is refused."""
    return _flagging(contract.resource.field(clause.text("field")), stages, refused=True)


def _flagging(field: Field, stages: Stages, *, refused: bool) -> Stages:
    """Show the flag of a refused record, in the formats that have it."""

    def echo(record: Record, format_name: str) -> Record:
        shown = stages.echo(record, format_name)
        return {**shown, field.name: refused} if format_name in (field.formats or (format_name,)) else shown

    return replace(stages, echo=echo)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose flag says the same of all, or the contrary."""
    field = clause.text("field")

    unflagged = partial(_flagging, contract.resource.field(field), refused=False)
    for name in (ALONE, "mixed", _ERROR):
        seeded = fault(clause, f"unflagged-{name}", "not-flagged", f"a refused record has {field} false", unflagged)
        yield replace(seeded, parameter=name)
    if CREATED in names(contract, APART):
        seeded = fault(clause, "unflagged-create", "not-flagged", f"a refused record has {field} false", unflagged)
        yield replace(seeded, parameter=CREATED)
    all_ = showing(lambda record, looking: {**record, field: True} if looking.role in _WRITES else record)
    yield replace(fault(clause, "flags-all", "flagged", f"{field} is true of every record", all_), parameter="mixed")


_WRITES = (Role.UPSERT, Role.CREATE)

RULE = Rule(name="flagged", takes={"field": "field"}, checks=checks, enforce=enforce, faults=faults)
