"""What a page says of itself. Clauses name the ``part``: that it is said, where it is said, and each of its numbers.

========  ==========================================================================
part      promise
========  ==========================================================================
shown     a page says that it is one
unpaged   an answer that is no page does not
name      the member has the name that the documents give it
page      the number of the page; ``size`` its size; ``items`` how many there are in all; ``pages`` how many pages
========  ==========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, beyond, fault
from conformance.rules.listing import COUNT, OWN, narrowed, own
from conformance.rules.pages import held, overhear, said
from conformance.rules.paging import span, walked
from conformance.rules.stages import Asked, Handler, Stages
from conformance.rules.story import Story

_NUMBERS = ("page", "size", "items", "pages")


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part; of the number of pages also where the last one is full."""
    part, size = clause.text("part"), int(clause.arguments["size"])
    for name, each in (("", size), *((("full", COUNT),) if part == "pages" else ())):
        tell = partial(_PARTS.get(part, partial(_number, what=part)), size=each)
        yield Check(clause=clause, parameter=name, tell=tell, needs=frozenset({"list"}), scene=OWN)


def _shown(story: Story, size: int) -> None:
    for number, page in enumerate(walked(story, size)[:-1], 1):
        if not page.accepted:
            raise CouldNotRun(f"page {number} of a list was not answered: {page.outcome}")
        if not held(story.contract, page)[0]:
            raise Broken("absent", f"page {number} of a list does not say which page it is")


def _silent(story: Story, size: int) -> bool:
    """Whether no page of this target says which it is: then what it would have to say holds of none."""
    silent = not any(held(story.contract, page)[0] for page in walked(story, size)[:-1])
    if silent:
        story.chose("pages do not say which they are")
    return silent


def _unpaged(story: Story, size: int) -> None:
    if _silent(story, size):
        return
    reply = story.browse(*narrowed(story, own(story).identities))
    if held(story.contract, reply)[0]:
        raise Broken("shown", "a list that is no page says which page it is")


def _name(story: Story, size: int) -> None:
    name, _ = held(story.contract, walked(story, size)[0])
    if _silent(story, size):
        return
    if name != story.contract.paging.member:
        raise Broken("renamed", f"calls it {name}")


def _number(story: Story, size: int, what: str) -> None:
    pages, count = walked(story, size)[:-1], len(own(story).identities)
    if _silent(story, size):
        return
    for number, page in enumerate(pages, 1):
        if not held(story.contract, page)[0]:
            raise CouldNotRun(f"page {number} of a list does not say which page it is: {page.outcome}")
        wanted = {"page": number, "size": size, "items": count, "pages": -(-count // size)}[what]
        told, name = said(story.contract, page).get(what), getattr(story.contract.paging, what)
        if told is None:
            raise Broken("absent", f"page {number} of {len(pages)} does not say its {name}")
        if story.reads == "json" and isinstance(held(story.contract, page)[1].get(name), str):
            raise Broken("text", f"page {number} of {len(pages)} says its {name} in a text, not in a number")
        if told != wanted:
            reason = (
                f"page {number} of {count} {story.one}s, {size} a page, says that its {name} is {told}, not {wanted}"
            )
            raise Broken("other", reason, str(wanted), str(told))


_PARTS: dict[str, Callable[..., None]] = {"shown": _shown, "unpaged": _unpaged, "name": _name}


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A page says which it is."""

    def tally(records: Sequence[Record], asked: Asked) -> Mapping[str, int]:
        asked_for = span(asked)
        if asked_for is None:
            return stages.tally(records, asked)
        number, size = asked_for
        return {"page": number, "size": size, "pages": -(-len(records) // size), "items": len(records)}

    return replace(stages, tally=tally) if clause.text("part") == "shown" else stages


Told = Callable[[Mapping[str, int], Asked], Mapping[str, int]]


def _telling(change: Told) -> Callable[[Stages], Stages]:
    def alter(stages: Stages) -> Stages:
        return replace(stages, tally=lambda records, asked: change(stages.tally(records, asked), asked))

    return alter


def _later(told: Mapping[str, int], _asked: Asked) -> Mapping[str, int]:
    return told if told.get("page") == 1 else {}


def _always(told: Mapping[str, int], _asked: Asked) -> Mapping[str, int]:
    return told or {"page": 1, "size": 100, "pages": 1, "items": 1}


def _off(what: str, change: Callable[[Mapping[str, int]], int]) -> Told:
    return lambda told, _asked: {**told, what: change(told)} if told else told


def _without(what: str) -> Told:
    return lambda told, _asked: {name: number for name, number in told.items() if name != what}


def _renamed(name: bytes, other: bytes) -> Callable[[Stages], Stages]:
    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            response = stages.around(request, answer)
            return replace(response, body=response.body.replace(name, other))

        return replace(stages, around=around)

    return alter


def _quoted(name: bytes, stages: Stages) -> Stages:
    def around(request: Request, answer: Handler) -> Response:
        response = stages.around(request, answer)
        return replace(response, body=re.sub(rb'("%s": ?)([0-9]+)' % name, rb'\1"\2"', response.body))

    return replace(stages, around=around)


_WRONG: dict[str, tuple[tuple[str, str, Callable[[Mapping[str, int]], int]], ...]] = {
    "page": (("from-zero", "pages are counted from 0", lambda told: told["page"] - 1),),
    "size": (("usual", "the size said is always 100", lambda _told: 100),),
    "items": (
        ("of-page", "only the records of the page are counted", lambda told: min(told["size"], told["items"])),
        ("one-more", "one record too many is counted", lambda told: told["items"] + 1),
    ),
    "pages": (
        ("floor", "a last page that is not full is not counted", lambda told: told["items"] // told["size"]),
        ("one-more", "one page too many is counted", lambda told: told["items"] // told["size"] + 2),
    ),
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that miscount."""
    part = clause.text("part")
    if part == "shown":
        yield fault(clause, "silent", "absent", "pages do not say that they are", _telling(lambda _told, _asked: {}))
        yield beyond(fault(clause, "first-only", "absent", "only the first page says that it is one", _telling(_later)))
    elif part == "unpaged":
        yield fault(clause, "always", "shown", "every list says that it is a page", _telling(_always))
    elif part == "name":
        older = _renamed(contract.paging.member.encode(), contract.paging.also[0].encode())
        yield fault(clause, "renamed", "renamed", f"the member is called {contract.paging.also[0]}", older)
    if part == "pages":
        one_more = _off(part, lambda told: told["items"] // told["size"] + 1)
        extra = fault(
            clause, "empty-one", "other", "after a last page that is full one more is counted", _telling(one_more)
        )
        yield replace(extra, parameter="full")
    for slug, sentence, change in _WRONG.get(part, ()):
        yield fault(clause, slug, "other", sentence, _telling(_off(part, change)))
    if part in _NUMBERS:
        quoted = partial(_quoted, getattr(contract.paging, part).encode())
        yield fault(clause, "text", "text", f"the number for {part} is a text in JSON", quoted)
        yield fault(clause, "left-out", "absent", f"the number for {part} is left out", _telling(_without(part)))


RULE = Rule(
    name="pagination",
    takes={"part": "text", "size": "number"},
    checks=checks,
    enforce=enforce,
    faults=faults,
    overhear=overhear,
)
