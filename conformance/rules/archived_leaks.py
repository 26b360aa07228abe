"""How servers go wrong with archived records in lists: the faults of the rule about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Resource
from conformance.document import Record
from conformance.rules.kind import Fault, beyond, fault
from conformance.rules.mischief import Alter, merging, showing
from conformance.rules.stages import Asked, Declined, Looking, Shelf, Stages

When = Callable[[Asked], bool]

_ONCE = "OnceArchived"


def _leaking(resource: Resource, when: When) -> Alter:
    """Archived records come after the others, as far as they are asked for otherwise."""

    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            found = list(stages.sift(records, asked))
            if not when(asked):
                return found
            archived = [each for each in records if each.get(resource.status) == resource.archived]
            more = stages.sift([{**each, resource.status: resource.active} for each in archived], asked)
            wanted = {each[resource.identity] for each in more} - {each[resource.identity] for each in found}
            return [*found, *(each for each in archived if each[resource.identity] in wanted)]

        return replace(stages, sift=sift)

    return alter


def _bringing_in(resource: Resource) -> Alter:
    """A filter that names archived records shows them."""

    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            named = resource.archived in asked.narrowing.get("where", "")
            wanted = {**asked.narrowing, **({"archived": "true"} if named else {})}
            return stages.sift(records, replace(asked, narrowing=wanted))

        return replace(stages, sift=sift)

    return alter


def _hiding(when: Callable[[Record, Asked], bool]) -> Alter:
    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            return [each for each in stages.sift(records, asked) if not when(each, asked)]

        return replace(stages, sift=sift)

    return alter


def _wants(asked: Asked) -> bool:
    return asked.narrowing.get("archived") == "true"


def _plain(asked: Asked) -> bool:
    return not {"archived", "summary", "since"} & set(asked.narrowing)


_LEAKS: dict[str, When] = {
    "": lambda asked: not {"ids", "archived", "since"} & set(asked.narrowing),
    "by-ids": lambda asked: _plain(asked) and "ids" in asked.narrowing and "page" not in asked.narrowing,
    "paged": lambda asked: _plain(asked) and asked.narrowing.get("page") == "1",
    "second-page": lambda asked: _plain(asked) and asked.narrowing.get("page") == "2",
    "said-false": lambda asked: asked.narrowing.get("archived") == "false",
    "summary": lambda asked: "summary" in asked.narrowing,
    "since": lambda asked: "since" in asked.narrowing,
}


def faults(contract: Contract, clause: Clause, roads: Sequence[str]) -> Iterator[Fault]:
    """The faults of one part of the promise; each is noticed on one of its roads."""
    yield from _FAULTS[clause.text("part")](contract.resource, clause, roads)


def _left_out(resource: Resource, clause: Clause, roads: Sequence[str]) -> Iterator[Fault]:
    for road in roads:
        sentence = f"archived records are listed: {road or 'in a plain list'}"
        seeded = fault(clause, f"leaks-{road or 'plainly'}", "shown", sentence, _leaking(resource, _LEAKS[road]))
        yield replace(seeded, parameter=road if len(roads) > 1 else "")


def _included(resource: Resource, clause: Clause, roads: Sequence[str]) -> Iterator[Fault]:
    def archived(record: Record) -> bool:
        return record.get(resource.status) == resource.archived

    def relabelled(record: Record, looking: Looking) -> Record:
        return {**record, resource.status: resource.active} if looking.asked is not None else record

    for road in roads:
        hides = partial(_hides, archived=archived, road=road)
        sentence = f"archived records are never listed: {road or 'in a plain list'}"
        seeded = fault(clause, f"hides-{road or 'plainly'}", "left-out", sentence, _hiding(hides))
        yield replace(seeded, parameter=road)
    others = _hiding(lambda record, asked: _wants(asked) and not archived(record))
    yield fault(clause, "alone", "others-left-out", "archived records are listed instead of the others", others)
    yield fault(clause, "relabels", "status", "archived records are listed as active ones", showing(relabelled))


def _hides(record: Record, asked: Asked, archived: Callable[[Record], bool], road: str) -> bool:
    roads = {"page": "paged", "since": "since"}
    return archived(record) and road == next((name for what, name in roads.items() if what in asked.narrowing), "")


def _unread(resource: Resource, field: str) -> Alter:
    def alter(stages: Stages) -> Stages:
        def look(shelf: Shelf, by: str, value: str) -> Record | None:
            found = stages.look(shelf, by, value)
            gone = found is not None and found.get(resource.status) == resource.archived and by == field
            return None if gone else found

        return replace(stages, look=look)

    return alter


def _readable(resource: Resource, clause: Clause, roads: Sequence[str]) -> Iterator[Fault]:
    for road in roads:
        field = resource.identity if road == "by-id" else resource.number
        seeded = fault(clause, f"gone-{road}", "not-found", f"it is not found by {field}", _unread(resource, field))
        # That an identifier outlives the archive is also a promise of its own.
        yield replace(beyond(seeded) if road == "by-id" else seeded, parameter=road)


def _again(resource: Resource, clause: Clause, _roads: Sequence[str]) -> Iterator[Fault]:
    def mark(existing: Record, _intake: object, merged: Record) -> Record:
        return {**merged, _ONCE: "yes"} if existing.get(resource.status) == resource.archived else merged

    def alter(stages: Stages) -> Stages:
        return _hiding(lambda record, _asked: _ONCE in record)(merging(mark)(stages))

    yield fault(clause, "stays-hidden", "left-out", "a record that was ever archived stays out of lists", alter)


def _filtered(resource: Resource, clause: Clause, _roads: Sequence[str]) -> Iterator[Fault]:
    def named(asked: Asked) -> bool:
        return resource.archived in asked.narrowing.get("where", "")

    def refuses(stages: Stages) -> Stages:
        def understand(asked: Asked) -> Asked:
            if named(asked):
                raise Declined("bad-filter")
            return stages.understand(asked)

        return replace(stages, understand=understand)

    yield fault(clause, "brings-in", "shown", "such a filter brings archived records in", _bringing_in(resource))
    yield fault(clause, "refuses", "refused", "such a filter is refused", refuses)


_FAULTS: dict[str, Callable[[Resource, Clause, Sequence[str]], Iterator[Fault]]] = {
    "left-out": _left_out,
    "left-out-elsewhere": _left_out,
    "left-out-by-ids": _left_out,
    "included": _included,
    "included-elsewhere": _included,
    "readable": _readable,
    "again": _again,
    "filtered": _filtered,
}
