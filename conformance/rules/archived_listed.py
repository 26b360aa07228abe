"""Archived records in lists. Clauses name the ``part``; the roads of a part are its checks.

==========  ==========================================================================
part        promise
==========  ==========================================================================
left-out    a list leaves them out, unless they are asked for; so it does ``left-out-elsewhere``
included    a list shows them, beside the others, where they are asked for; so it does ``included-elsewhere``
readable    an archived record can be fetched alone
again       a record that is made active again is listed again
by-ids      a list of identifiers does not bring them in by itself (``left-out-by-ids``)
filtered    a filter that names their status does not bring them in by itself
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules import archived_leaks
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.listing import changed_since, made, mine, narrowed, way
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story
from conformance.rules.talk import Pairs

SCENE = "archived records"

_ON, _OFF = "true", "false"
_LONG_AGO = "2001-02-03T04:05:06"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """An archived record and an active one, both as they were sent, and their identities."""

    archived: Record
    identity: str
    other: str

    @property
    def both(self) -> tuple[str, str]:
        return self.identity, self.other


def _pair(story: Story) -> _Pair:
    return story.scene(SCENE, _archive)


def _archive(story: Story) -> _Pair:
    sent = story.new(label="to be archived")
    identity, other = made(story, sent, story.new(label="stays active"))
    _set(story, identity, sent, story.contract.resource.archived)
    return _Pair(archived=sent, identity=identity, other=other)


def _set(story: Story, identity: str, sent: Record, status: str) -> None:
    """Raises CouldNotRun unless the record can be given this status."""
    resource = story.contract.resource
    reply = story.upsert({**story.carried(sent), story.identity: identity, resource.status: status})
    seen = story.read(identity).only
    if not reply.accepted or (seen is not None and seen.get(resource.status) != status):
        raise CouldNotRun(f"the {story.one} could not be set to {status}: {reply.outcome}")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road."""
    needs = frozenset({"list", "read"})
    roads = {name: road for name, road in _ROADS[clause.text("part")].items() if _known(contract, name)}
    for name, road in roads.items():
        parameter = name if len(roads) > 1 else ""
        yield Check(clause=clause, parameter=parameter, tell=partial(_told, road=road), needs=needs, scene=SCENE)


def _known(contract: Contract, road: str) -> bool:
    ways = contract.operations[Role.LIST].narrowing
    return all(each in ways for each in _NEEDS.get(road, ()))


_NEEDS = {
    "by-ids": ("ids",),
    "paged": ("where", "page"),
    "second-page": ("where", "page", "size"),
    "said-false": ("where", "archived"),
    "summary": ("where", "summary"),
    "since": ("where",),
}


def _told(story: Story, road: Callable[[Story, _Pair], None]) -> None:
    road(story, _pair(story))


def _listed(story: Story, pair: _Pair, query: Pairs) -> tuple[Reply, list[str]]:
    reply = story.browse(*query)
    if not reply.accepted:
        raise CouldNotRun(f"the list could not be read: {reply.outcome}")
    return reply, mine(reply, pair.both)


def _left_out(story: Story, pair: _Pair, *more: tuple[str, str], narrow: bool = True) -> None:
    query = tuple(way(story, *each) for each in more)
    reply, shown = _listed(story, pair, (*(_filter(story, pair) if narrow else ()), *query))
    if pair.identity in shown:
        raise Broken("shown", f"a list shows an archived {story.one} that was not asked for: {_how(reply)}")
    if pair.other not in shown:
        raise CouldNotRun(f"the list leaves out the active {story.one} as well: {_how(reply)}")


def _left_out_by_ids(story: Story, pair: _Pair) -> None:
    reply, shown = _listed(story, pair, narrowed(story, pair.both))
    if pair.identity in shown:
        raise Broken("shown", f"a list shows an archived {story.one} whose identifier it was asked for: {_how(reply)}")


def _filter(story: Story, pair: _Pair) -> Pairs:
    """The query that asks for both by a filter, which says nothing of archived ones; identifiers might."""
    known = (story.spelling.get(each, each) for each in pair.both)
    terms = [f'{story.identity}==Guid("{each}")' for each in known]
    return (way(story, "where", " OR ".join(terms)),)


def _second_page(story: Story, pair: _Pair) -> None:
    first, second = (
        _listed(story, pair, (*_filter(story, pair), way(story, "page", number), way(story, "size", "1")))
        for number in ("1", "2")
    )
    for reply, shown in (first, second):
        if pair.identity in shown:
            raise Broken("shown", f"a page of a list shows an archived {story.one}: {_how(reply)}")
    if pair.other not in first[1]:
        raise CouldNotRun(f"the page leaves out the active {story.one} as well: {_how(first[0])}")


def _how(reply: Reply) -> str:
    return f"{reply.request.method} {reply.request.url} answered {len(reply.records)}"


def _included(story: Story, pair: _Pair, *more: tuple[str, str]) -> None:
    query = tuple(way(story, *each) for each in (("archived", _ON), *more))
    reply, shown = _listed(story, pair, (*narrowed(story, pair.both), *query))
    if pair.identity not in shown:
        raise Broken("left-out", f"a list that was to show archived {story.one}s leaves one out: {_how(reply)}")
    if pair.other not in shown:
        reason = f"a list that was to show archived {story.one}s too leaves out an active one: {_how(reply)}"
        raise Broken("others-left-out", reason)
    status, archived = story.contract.resource.status, story.contract.resource.archived
    found = next(each for each in reply.records if each.get(story.identity) == pair.identity)
    if found.get(status) != archived:
        raise Broken("status", f"a list shows an archived {story.one} with the {status} {found.get(status)!r}")


def _readable(story: Story, pair: _Pair, by: str) -> None:
    field = getattr(story.contract.resource, by)
    wanted = pair.identity if by == "identity" else str(pair.archived[field])
    reply = story.read(wanted, field)
    if (
        reply.only is None
        or reply.only.get(story.contract.resource.name) != pair.archived[story.contract.resource.name]
    ):
        raise Broken("not-found", f"an archived {story.one} is not found by its {field}: {reply.outcome}")


def _again(story: Story, _known: _Pair) -> None:
    pair = _archive(story)
    _set(story, pair.identity, pair.archived, story.contract.resource.active)
    reply, shown = _listed(story, pair, narrowed(story, pair.both))
    if pair.other not in shown:
        raise CouldNotRun(f"the list leaves out the other active {story.one} as well: {_how(reply)}")
    if pair.identity not in shown:
        raise Broken("left-out", f"a {story.one} that was archived and made active again is in no list: {_how(reply)}")


def _filtered(story: Story, pair: _Pair) -> None:
    resource = story.contract.resource
    identity = story.spelling.get(pair.identity, pair.identity)
    expression = f'{resource.status}=="{resource.archived}" AND {resource.identity}=Guid("{identity}")'
    reply = story.browse(way(story, "where", expression))
    if not reply.accepted:
        raise Broken("refused", "refuses such a filter")
    if pair.identity in mine(reply, pair.both):
        raise Broken("shown", "shows them")


def _left_out_since(story: Story, pair: _Pair) -> None:
    reply = changed_since(story, _LONG_AGO, _filter(story, pair))
    shown = mine(reply, pair.both)
    if pair.identity in shown:
        raise Broken("shown", f"a list of what has changed shows an archived {story.one}: {_how(reply)}")
    if pair.other not in shown:
        raise CouldNotRun(f"the list leaves out the active {story.one} as well: {_how(reply)}")


def _included_since(story: Story, pair: _Pair) -> None:
    reply = changed_since(story, _LONG_AGO, (*_filter(story, pair), way(story, "archived", _ON)))
    shown = mine(reply, pair.both)
    if pair.other not in shown:
        raise CouldNotRun(f"the list leaves out the active {story.one} as well: {_how(reply)}")
    if pair.identity not in shown:
        raise Broken("left-out", f"a list of what has changed leaves out a {story.one} just archived: {_how(reply)}")


Road = Callable[[Story, _Pair], None]

_ROADS: dict[str, dict[str, Road]] = {
    "left-out": {"": partial(_left_out, narrow=False)},
    "left-out-by-ids": {"by-ids": _left_out_by_ids},
    "left-out-elsewhere": {
        "paged": lambda story, pair: _left_out(story, pair, ("page", "1")),
        "second-page": _second_page,
        "said-false": lambda story, pair: _left_out(story, pair, ("archived", _OFF)),
        "summary": lambda story, pair: _left_out(story, pair, ("page", "1"), ("summary", _ON)),
        "since": _left_out_since,
    },
    "included": {"": _included},
    "included-elsewhere": {
        "paged": lambda story, pair: _included(story, pair, ("page", "1")),
        "since": _included_since,
    },
    "readable": {"by-id": partial(_readable, by="identity"), "by-number": partial(_readable, by="number")},
    "again": {"": _again},
    "filtered": {"": _filtered},
}


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Archived records are kept out of lists, unless the query asks for them."""
    status, archived = contract.resource.status, contract.resource.archived

    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found = stages.sift(records, asked)
        wanted = asked.narrowing.get("archived", "").lower() == _ON
        return found if wanted else [each for each in found if each.get(status) != archived]

    return replace(stages, sift=sift) if clause.text("part") == "left-out" else stages


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that show too many, or too few."""
    roads = [name for name in _ROADS[clause.text("part")] if _known(contract, name)]
    yield from archived_leaks.faults(contract, clause, roads)


RULE = Rule(name="archived-listed", takes={"part": "text"}, checks=checks, enforce=enforce, faults=faults)
