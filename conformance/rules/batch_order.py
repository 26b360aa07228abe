"""The answer to a list shows the records in the order in which they were sent.

It is looked at with two new records, with new ones between those that exist, and with three that are created.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.batches import place_of
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.outcomes import settling
from conformance.rules.reply import Reply
from conformance.rules.stages import Outcomes
from conformance.rules.story import Story

SCENE = "batch order"
Told = tuple[tuple[Record, ...], Reply]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a list."""
    for name in ("two", "mixed", *(("create",) if Role.CREATE in contract.operations else ())):
        needs = frozenset({Role.CREATE} if name == "create" else ())
        yield Check(clause=clause, parameter=name, tell=partial(_told, name=name), needs=needs, scene=SCENE)


def _told(story: Story, name: str) -> None:
    sent, reply = story.scene(SCENE, _act)[name]
    if not reply.accepted:
        raise CouldNotRun(f"a list of {len(sent)} {story.one}s was not accepted: {reply.outcome}")
    places = [place_of(story, each, sent) for each in reply.records]
    if not any(place is not None for place in places):
        story.chose(f"does not show the {story.one}s that were sent")
        if story.contract.operations[Role.UPSERT].shows:
            raise CouldNotRun(f"the answer shows none of the {story.one}s sent: {reply.outcome}")
        return
    known = [place for place in places if place is not None]
    if known != sorted(known):
        spelt = ", ".join(str(place + 1) for place in known)
        reason = f"the answer shows the {len(sent)} {story.one}s in another order than they were sent: {spelt}"
        raise Broken("out-of-order", reason, sent, reply.records)


def _act(story: Story) -> Mapping[str, Told]:
    witness = story.witness()
    two = [story.new(witness, label=f"known {place}") for place in range(2)]
    fresh = [story.new(witness, label=f"fresh {place}") for place in range(2)]
    changed = [{**each, witness: story.value(witness, place)} for place, each in enumerate(two)]
    mixed = [fresh[0], changed[1], fresh[1], changed[0]]
    told = {"two": _send(story, Role.UPSERT, two), "mixed": _send(story, Role.UPSERT, mixed)}
    if Role.CREATE in story.contract.operations and Role.CREATE not in story.lacks:
        created = [story.new(witness, label=f"created {place}") for place in range(3)]
        told["create"] = _send(story, Role.CREATE, created)
    return told


def _send(story: Story, role: Role, records: Sequence[Record]) -> Told:
    return tuple(records), story.write(role, *records)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that sort their answers."""
    name = contract.resource.name
    ways: dict[str, tuple[str, str, Callable[[Outcomes], Outcomes]]] = {
        "reverses": ("", "the answer is in reverse order", lambda outcomes: outcomes[::-1]),
        "reverses-long": (
            "mixed",
            "the answer to a list of more than two is in reverse order",
            lambda outcomes: outcomes[::-1] if len(outcomes) > 2 else outcomes,
        ),
        "updated-first": (
            "mixed",
            "the answer shows updated records before created ones",
            lambda outcomes: tuple(sorted(outcomes, key=lambda each: each.before is None)),
        ),
        "swaps-last": (
            "create",
            "the last two of an answer change places",
            lambda outcomes: (*outcomes[:-2], *outcomes[-2:][::-1]),
        ),
        "by-name": (
            "mixed",
            "the answer is sorted by name",
            lambda outcomes: tuple(sorted(outcomes, key=lambda each: str((each.record or {}).get(name)))),
        ),
    }
    for slug, (parameter, sentence, change) in ways.items():
        if parameter != "create" or Role.CREATE in contract.operations:
            seeded = fault(clause, slug, "out-of-order", sentence, settling(change, apart=False))
            yield replace(seeded, parameter=parameter)


RULE = Rule(name="batch-order", checks=checks, faults=faults)
