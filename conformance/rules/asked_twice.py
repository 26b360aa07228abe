"""A record asked for by both of its identifiers at once: the one that the clause names ``first`` decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Operation, Role
from conformance.exchange import Headers, Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, own
from conformance.rules.mischief import Alter
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the identifiers of two records, in either order."""
    needs = frozenset({"read", "read-by-number"})
    for turned in (False, True):
        tell = partial(_decides, first=clause.text("first"), turned=turned)
        yield Check(clause=clause, parameter="turned" if turned else "", tell=tell, needs=needs, scene=OWN)


def _decides(story: Story, first: str, *, turned: bool) -> None:
    known, number = own(story), story.contract.resource.number
    one, other = known.identities[0], str(known.sent[1][number])
    operation = story.contract.operations[Role.READ]
    query = [
        (operation.identifiers[first], story.spelling.get(one, one)),
        (operation.identifiers[number], other),
    ]
    reply = _read(story, operation, tuple(reversed(query) if turned else query))
    if reply.only is None:
        if story.read(one).only is None:
            raise CouldNotRun(f"the {story.one} cannot be read by its {first} alone either")
        raise Broken("not-found", f"a {story.one} asked for by two identifiers is not found: {reply.outcome}")
    if reply.identity != one:
        raise Broken("other", f"a {story.one} was asked for by its {first}, and another by its {number} was shown")


def _read(story: Story, operation: Operation, query: tuple[tuple[str, str], ...]) -> Reply:
    headers = Headers((("Accept", story.contract.formats[story.reads].media_type),))
    return story.ask(Request(method=operation.method, path=operation.path, query=query, headers=headers))


def _dropping(contract: Contract, first: str, *, both: bool) -> Alter:
    """Of two identifiers the first is dropped; or, with ``both``, the first in the query counts."""
    places = contract.operations[Role.READ].identifiers
    mine, other = places[first].lower(), places[contract.resource.number].lower()

    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            names = [name.lower() for name, _ in request.query]
            twice = mine in names and other in names
            early = both and twice and names.index(mine) < names.index(other)
            dropped = mine if twice and not early else ""
            kept = tuple(each for each in request.query if each[0].lower() != dropped)
            return stages.around(replace(request, query=kept), answer)

        return replace(stages, around=around)

    return alter


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that go by the other identifier."""
    first, number = clause.text("first"), contract.resource.number
    yield fault(clause, "by-number", "other", f"{number} decides", _dropping(contract, first, both=False))
    seeded = fault(clause, "by-order", "other", "what stands first decides", _dropping(contract, first, both=True))
    yield replace(seeded, parameter="turned")


RULE = Rule(name="asked-twice", takes={"first": "field"}, checks=checks, faults=faults)
