"""More of the header that narrows a list to what has changed since a moment. Clauses name the ``part``.

==========  ==========================================================================
part        promise
==========  ==========================================================================
paged       it narrows pages too
stateless   it narrows its own request alone
none        when nothing has changed, the answer is an empty list
second      a record that was changed in that very second is listed
unreadable  what is no moment is ignored
==========  ==========================================================================

Moments are spelt as by clauses of kind ``modified-since``; ``text`` is what is no moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, changed_since, mine, narrowed, own, unchanged, way
from conformance.rules.since import WHILE, changed, sifting, since, spelt, stamps, whole
from conformance.rules.stages import Asked, Declined, Handler, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part."""
    tell = partial(_PARTS[clause.text("part")], clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}), scene=OWN)


def _late(story: Story) -> datetime:
    return whole(max(stamps(story))) + WHILE


def _paged(story: Story, clause: Clause) -> None:
    identities = own(story).identities
    query = (*narrowed(story, identities), way(story, "page", "1"))
    late = since(story, _late(story), clause, query)
    early = since(story, whole(min(stamps(story))) - WHILE, clause, query)
    if mine(late, identities) and not _by_identifier(story, clause, identities):
        raise Broken("shown", f"a page shows what has not changed since {spelt(_late(story), clause)!r}")
    if set(mine(early, identities)) != set(identities):
        raise Broken("left-out", f"a page leaves out what has changed since: {early.outcome}")


def _by_identifier(story: Story, clause: Clause, identities: Sequence[str]) -> bool:
    """Whether a target shows whatever it is asked for by identifier, and heeds the header where it is not."""
    if not mine(since(story, _late(story), clause, narrowed(story, identities)), identities):
        return False
    return not mine(since(story, _late(story), clause, (way(story, "page", "1"),)), identities)


def _stateless(story: Story, clause: Clause) -> None:
    identities = own(story).identities
    since(story, _late(story), clause)
    reply = story.browse(*narrowed(story, identities))
    left = [each for each in identities if each not in mine(reply, identities)]
    if left:
        reason = f"a list asked for without the header leaves out {len(left)} of {len(identities)} {story.one}s"
        raise Broken("left-out", f"{reason}, after one that was asked for with it: {reply.outcome}")


def _none(story: Story, clause: Clause) -> None:
    reply = since(story, _late(story), clause)
    if unchanged(reply):
        raise Broken("not-modified", f"answers {reply.response.status}")
    if not reply.accepted:
        raise CouldNotRun(f"a list without anything in it was not answered: {reply.outcome}")


def _second(story: Story, clause: Clause) -> None:
    identities, moment = own(story).identities, whole(max(stamps(story)))
    known = zip(own(story).listed, stamps(story), strict=True)
    last = {str(each.get(story.identity)) for each, stamp in known if whole(stamp) == moment}
    if not last & set(mine(since(story, moment, clause, narrowed(story, identities)), identities)):
        raise Broken("exclusive", "leaves out what was changed in that second")


def _unreadable(story: Story, clause: Clause) -> None:
    identities = own(story).identities
    reply = changed_since(story, clause.text("text"), narrowed(story, identities))
    if not reply.accepted:
        raise Broken("otherwise", "refuses it")
    shown = len(mine(reply, identities))
    if shown < len(identities):
        raise Broken("otherwise", f"lists {shown or 'none'} of what there is")


_PARTS: dict[str, Callable[..., None]] = {
    "paged": _paged,
    "stateless": _stateless,
    "none": _none,
    "second": _second,
    "unreadable": _unreadable,
}


def _ignoring(contract: Contract) -> Callable[[Stages], Stages]:
    """In pages the header is ignored."""
    header = contract.operations[Role.LIST].since

    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            plain = replace(asked.request, headers=asked.request.headers.with_field(header, ""))
            return stages.sift(records, replace(asked, request=plain) if "page" in asked.narrowing else asked)

        return replace(stages, sift=sift)

    return alter


def _sticky(contract: Contract, *, once: bool) -> Callable[[Stages], Stages]:
    """The last header narrows later requests that have none."""
    header, path = contract.operations[Role.LIST].since, contract.operations[Role.LIST].path

    def alter(stages: Stages) -> Stages:
        held: list[str] = []

        def around(request: Request, answer: Handler) -> Response:
            text = request.headers.first(header)
            if request.method != "GET" or request.path != path:
                return stages.around(request, answer)
            if text:
                held[:] = [text]
                return stages.around(request, answer)
            left = held.pop() if held and once else held[-1] if held else ""
            return stages.around(replace(request, headers=request.headers.with_field(header, left)), answer)

        return replace(stages, around=around)

    return alter


def _not_modified(contract: Contract) -> Callable[[Stages], Stages]:
    """An empty list is answered with HTTP's own word for it."""
    header = contract.operations[Role.LIST].since

    def alter(stages: Stages) -> Stages:
        emptied: list[bool] = []

        def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            found = stages.page(records, asked)
            emptied[:] = [not found and bool(asked.request.headers.first(header))]
            return found

        def around(request: Request, answer: Handler) -> Response:
            emptied.clear()
            response = stages.around(request, answer)
            return Response(status=304) if emptied == [True] else response

        return replace(stages, around=around, page=page)

    return alter


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take the header otherwise."""

    def exclusive(record: Record, moment: datetime | None) -> bool:
        return moment is None or changed(contract, record) > whole(moment)

    def nothing(record: Record, moment: datetime | None) -> bool:
        return moment is not None and changed(contract, record) >= whole(moment)

    def refuses(record: Record, moment: datetime | None) -> bool:
        if moment is None:
            raise Declined("bad-filter")
        return changed(contract, record) >= whole(moment)

    part = clause.text("part")
    if part == "paged":
        yield fault(clause, "ignores", "shown", "pages are not narrowed", _ignoring(contract))
    elif part == "stateless":
        yield fault(clause, "sticks", "left-out", "later lists are narrowed too", _sticky(contract, once=False))
        yield fault(clause, "leaks", "left-out", "the next list is narrowed too", _sticky(contract, once=True))
    elif part == "none":
        yield fault(clause, "not-modified", "not-modified", "the answer is a 304", _not_modified(contract))
    elif part == "second":
        yield fault(clause, "exclusive", "exclusive", "that second is left out", sifting(contract, exclusive))
    else:
        yield fault(clause, "empties", "otherwise", "what is no moment empties the list", sifting(contract, nothing))
        yield fault(clause, "refuses", "otherwise", "what is no moment is refused", sifting(contract, refuses))


RULE = Rule(
    name="since-parts",
    takes={"part": "text", "pattern": "text", "text": "text"},
    checks=checks,
    faults=faults,
)
