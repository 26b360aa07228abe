"""A list comes in pages. Clauses name what they promise of them in ``part``, and the size of a page in ``size``.

========  ==========================================================================
part      promise
========  ==========================================================================
whole     pages are disjoint and together complete, also while others write
size      a page holds as many records as are asked for
end       past the end there is an empty page
========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import COUNT, OWN, mine, narrowed, own, way
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Declined, Handler, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part; of the end of a list also where its last page is full."""
    part, size = clause.text("part"), int(clause.arguments["size"])
    for name, each in (("", size), *((("full", COUNT),) if part == "end" else ())):
        tell = partial(_PARTS[part], size=each)
        yield Check(clause=clause, parameter=name, tell=tell, needs=frozenset({"list"}), scene=OWN)


def walked(story: Story, size: int) -> tuple[Reply, ...]:
    """All pages of the story's own records, and one more; in between, somebody else's record is written."""
    return story.scene(f"pages of {size}", partial(_walk, size=size))


def _walk(story: Story, size: int) -> tuple[Reply, ...]:
    identities = own(story).identities
    pages: list[Reply] = []
    for number in range(1, -(-len(identities) // size) + 2):
        paged = (way(story, "page", str(number)), way(story, "size", str(size)))
        pages.append(story.browse(*narrowed(story, identities), *paged))
        if number == 1 and size < len(identities):
            story.upsert(story.new(label="meanwhile"))
    return tuple(pages)


def _whole(story: Story, size: int) -> None:
    pages, identities = walked(story, size), own(story).identities
    seen: dict[str, int] = {}
    for number, page in enumerate(pages[:-1], 1):
        if not page.accepted:
            raise Broken("refused", f"page {number} of a list was not answered: {page.outcome}")
        shown = mine(page, identities)
        if len(shown) < len(page.records):
            raise Broken("strangers", f"page {number} of a list of five {story.one}s shows others: {page.outcome}")
        for each in shown:
            if each in seen:
                reason = f"the {story.one} {each} is on page {seen[each]} of a list, and on page {number} too"
                raise Broken("doubled", reason)
            seen[each] = number
    lost = [each for each in identities if each not in seen]
    if lost:
        raise Broken("lost", f"{len(lost)} of {len(identities)} {story.one}s of a list are on none of its pages")


def _size(story: Story, size: int) -> None:
    for number, page in enumerate(walked(story, size)[:-2], 1):
        if not page.accepted:
            raise CouldNotRun(f"page {number} of a list was not answered: {page.outcome}")
        if len(page.records) != size:
            code = "too-many" if len(page.records) > size else "too-few"
            reason = (
                f"page {number} of a list of five holds {len(page.records)} {story.one}s, and {size} were asked for"
            )
            raise Broken(code, reason)


def _end(story: Story, size: int) -> None:
    *_, last, past = walked(story, size)
    if not last.accepted:
        raise CouldNotRun(f"the last page of a list was not answered: {last.outcome}")
    if not past.accepted:
        raise Broken("refused", f"a page past the end of a list was not answered: {past.outcome}")
    if past.records:
        raise Broken("not-empty", f"a page past the end of a list is not empty: {past.outcome}")


_PARTS: dict[str, Callable[..., None]] = {"whole": _whole, "size": _size, "end": _end}


def span(asked: Asked) -> tuple[int, int] | None:
    """The number and size of the page that is asked for; None for a list without pages."""
    number, size = asked.narrowing.get("page", ""), asked.narrowing.get("size", "")
    return (max(int(number), 1), int(size)) if number.isdigit() and size.isdigit() else None


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A list is cut in pages where one is asked for."""

    def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, asked_for = stages.page(records, asked), span(asked)
        if asked_for is None:
            return found
        number, size = asked_for
        return found[(number - 1) * size : number * size]

    return replace(stages, page=page) if clause.text("part") == "whole" else stages


Cut = Callable[[Sequence[Record], int, int], Sequence[Record]]
"""The page out of all records, by its number and size."""


def _cutting(cut: Cut) -> Callable[[Stages], Stages]:
    def alter(stages: Stages) -> Stages:
        def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            asked_for = span(asked)
            return stages.page(records, asked) if asked_for is None else cut(records, *asked_for)

        return replace(stages, page=page)

    return alter


def _later(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    return records[number * size : (number + 1) * size]


def _overlapping(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    return records[max((number - 1) * size - 1, 0) : number * size]


def _first(records: Sequence[Record], _number: int, size: int) -> Sequence[Record]:
    return records[:size]


def _gap(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    return records[(number - 1) * size + (number > 1) : number * size]


def _hundred(records: Sequence[Record], number: int, _size: int) -> Sequence[Record]:
    return records[(number - 1) * 100 : number * 100]


def _one_more(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    return records[(number - 1) * (size + 1) : number * (size + 1)]


def _at_first_only(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    return records[:size] if number == 1 else records[size:]


def _last_again(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    last = max(-(-len(records) // size), 1)
    return records[(min(number, last) - 1) * size : number * size]


def _full_again(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    extra = len(records) % size == 0 and number == len(records) // size + 1
    return records[(number - 1 - extra) * size : number * size]


def _refused_at_end(records: Sequence[Record], number: int, size: int) -> Sequence[Record]:
    if (number - 1) * size >= len(records) > 0:
        raise Declined("not-found")
    return records[(number - 1) * size : number * size]


def _shifts(stages: Stages) -> Stages:
    """After any write, the next page begins one record later."""
    written: list[bool] = []

    def around(request: Request, answer: Handler) -> Response:
        if request.method != "GET":
            written.append(True)
        return stages.around(request, answer)

    def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found = stages.page(records, asked)
        if span(asked) is None or not written:
            return found
        written.clear()
        return found[1:] if asked.narrowing["page"] != "1" else found

    return replace(stages, around=around, page=page)


def _forgetful(name: str, page: str) -> Callable[[Stages], Stages]:
    """From the second page on, the records asked for are forgotten."""

    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            asked = {each.lower(): value for each, value in request.query}
            later = asked.get(page.lower(), "1") != "1"
            kept = tuple(each for each in request.query if each[0].lower() != name.lower()) if later else request.query
            return stages.around(replace(request, query=kept), answer)

        return replace(stages, around=around)

    return alter


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that cut a list in the wrong places."""
    part, ways = clause.text("part"), contract.operations[Role.LIST].narrowing
    if part == "whole":
        yield fault(clause, "begins-late", "lost", "the first page is the second", _cutting(_later))
        yield fault(
            clause, "overlaps", "doubled", "a page begins with the last record before it", _cutting(_overlapping)
        )
        yield fault(clause, "ignores", "doubled", "every page is the first", _cutting(_first))
        yield fault(clause, "gap", "lost", "the first record of every later page is left out", _cutting(_gap))
        yield fault(clause, "shifts", "lost", "a page after a write begins one record late", _shifts)
        forgetful = _forgetful(ways["ids"], ways["page"])
        yield fault(clause, "forgets", "strangers", "later pages are those of the whole list", forgetful)
    elif part == "size":
        yield fault(clause, "hundred", "too-many", "a page always holds a hundred", _cutting(_hundred))
        yield fault(clause, "one-more", "too-many", "a page holds one more than asked for", _cutting(_one_more))
        yield fault(clause, "first-only", "too-many", "only the first page has a size", _cutting(_at_first_only))
    else:
        yield fault(clause, "repeats", "not-empty", "past the end comes the last page again", _cutting(_last_again))
        again = fault(
            clause, "repeats-full", "not-empty", "a last page that is full comes twice", _cutting(_full_again)
        )
        yield replace(again, parameter="full")
        yield fault(clause, "refuses", "refused", "past the end nothing is found", _cutting(_refused_at_end))


RULE = Rule(name="paging", takes={"part": "text", "size": "number"}, checks=checks, enforce=enforce, faults=faults)
