"""A long list is taken whole: each record is stored once, with its own values. Clauses say how long in ``count``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.batches import place_of
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import losing, merging, refusing
from conformance.rules.outcomes import settling
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Outcomes
from conformance.rules.story import Story

SCENE = "long list"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a list of that length, and one look at what came of it."""
    tell = partial(_whole, count=int(clause.arguments["count"]))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list", "read"}))


def _whole(story: Story, count: int) -> None:
    witness, number = story.witness(), story.contract.resource.number
    sent = tuple(story.new(witness, label=f"{place + 1} of {count}") for place in range(count))
    reply = story.upsert(*sent)
    if not reply.accepted:
        few = story.upsert(*(story.new(witness, label=f"control {place}") for place in range(3)))
        if not few.accepted:
            raise CouldNotRun(f"a list of three {story.one}s is not accepted either: {few.outcome}")
        raise Broken("refused", f"a list of {count} new {story.one}s was not accepted: {reply.outcome}")
    _answered(story, sent, reply)
    found = _found(story, reply, {str(each[number]) for each in sent})
    for place, each in enumerate(sent):
        _same(story, each, found.get(str(each[number])), f"number {place + 1} of {count} {story.one}s in a list")


def _answered(story: Story, sent: tuple[Record, ...], reply: Reply) -> None:
    known = [place for place in (place_of(story, each, sent) for each in reply.records) if place is not None]
    if known != sorted(known):
        late = next(place for place, other in zip(known, sorted(known), strict=True) if place != other)
        reason = f"number {late + 1} of {len(sent)} {story.one}s in a list is out of place in the answer"
        if story.contract.operations[Role.UPSERT].shows:
            raise Broken("out-of-order", reason)
    identities = [str(each.get(story.identity)) for each in reply.records if each.get(story.identity)]
    if len(set(identities)) < len(identities):
        double = next(each for each in identities if identities.count(each) > 1)
        raise Broken(
            "same-identity", f"two of {len(sent)} new {story.one}s in a list have the {story.identity} {double}"
        )


def _found(story: Story, reply: Reply, numbers: set[str]) -> dict[str, Record]:
    """The records by number: from one list of them, or else from the list of all."""
    ways, number = story.contract.operations[Role.LIST].narrowing, story.contract.resource.number
    identities = [str(each[story.identity]) for each in reply.records if each.get(story.identity)]
    spelt = ",".join(story.spelling.get(each, each) for each in identities)
    narrow = ((ways["ids"], spelt), *(((ways["page"], "1"),) if "page" in ways else ())) if "ids" in ways else ()
    found: dict[str, Record] = {}
    for query in dict.fromkeys((narrow if identities else (), ())):
        shown = story.browse(*query)
        found |= {str(each[number]): each for each in shown.records if str(each.get(number)) in numbers}
        if len(found) == len(numbers):
            break
    return found


def _same(story: Story, sent: Record, found: Record | None, which: str) -> None:
    resource = story.contract.resource
    if found is None:
        if story.read(str(sent[resource.number]), resource.number).only is not None:
            raise CouldNotRun(f"{which} is stored, and no list shows it")
        raise Broken("not-stored", f"{which} was not stored", sent)
    witness = story.witness()
    for field in (resource.name, *((witness,) if story.in_lists(witness) else ())):
        if found.get(field) != sent[field]:
            raise Broken("mixed-up", f"{which} has another {field} than was sent", sent, found)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that go wrong near the end of a long list."""
    count, name = int(clause.arguments["count"]), contract.resource.name

    def last(intake: Intake, _existing: Record | None) -> bool:
        return intake.position >= count - 1

    def mixed(_existing: Record, intake: Intake, merged: Record) -> Record:
        return {**merged, name: f"{merged[name]} again"} if intake.position == count // 2 else merged

    def swapped(outcomes: Outcomes) -> Outcomes:
        return (*outcomes[:-2], *outcomes[-2:][::-1]) if len(outcomes) >= count else outcomes

    def doubled(outcomes: Outcomes) -> Outcomes:
        """The last record is shown with the identity of the first."""
        first, end = outcomes[0].record, outcomes[-1].record
        if len(outcomes) < count or first is None or end is None:
            return outcomes
        named = {**end, contract.resource.identity: first[contract.resource.identity]}
        return (*outcomes[:-1], replace(outcomes[-1], record=named))

    shows = contract.operations[Role.UPSERT].shows
    yield fault(clause, "loses-last", "not-stored", f"record {count} of a list is not stored", losing(last))
    yield fault(clause, "refuses-last", "refused", f"a list of {count} is refused", refusing(last))
    yield fault(clause, "mixes", "mixed-up", "a record in the middle has another name", merging(mixed))
    yield fault(clause, "doubles", "same-identity", "two records are shown as one", settling(doubled, apart=False))
    if shows:
        yield fault(clause, "swaps", "out-of-order", "the last two change places", settling(swapped, apart=False))


RULE = Rule(name="large-batch", takes={"count": "number"}, checks=checks, faults=faults)
