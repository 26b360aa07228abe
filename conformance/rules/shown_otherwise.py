"""What a caller shows, shown in another spelling that means the same.

``spelling`` is ``names`` for the names of the headers in odd letters, ``scheme`` for the scheme before the token.
``refusal`` is how a server that compares letter by letter turns the caller away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Access, Clause, Contract
from conformance.exchange import Headers, Request, Response
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Declined, Handler, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import SCENE, host


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the caller is let in as ever."""
    tell = partial(_tell, spelling=clause.text("spelling"))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"upsert", "read"}), scene=SCENE)


def _tell(story: Story, spelling: str) -> None:
    record = host(story)
    other = story.disguised(partial(_respelt, story.contract.access, spelling))
    reply = other.read(str(record[story.identity]))
    if reply.only is None:
        raise Broken("turned-away", f"a caller who spells the {spelling} in other letters is turned away")
    story.chose("lets the caller in")


def _respelt(access: Access, spelling: str, request: Request) -> Request:
    ours = {access.token_header.lower(), access.tenant_header.lower()} - {""}
    pairs = []
    for name, value in request.headers:
        mine = name.lower() in ours
        scheme, gap, token = value.partition(" ")
        if mine and spelling == "names":
            pairs.append((name.swapcase(), value))
        elif mine and gap and name.lower() == access.token_header.lower():
            pairs.append((name, f"{scheme.lower()} {token}"))
        else:
            pairs.append((name, value))
    return replace(request, headers=Headers(tuple(pairs)))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that compares letter by letter."""
    access, spelling = contract.access, clause.text("spelling")

    def strict(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            names = {name for name, _ in request.headers}
            exact = {access.token_header, access.tenant_header} - {""} <= names
            scheme = request.headers.first(access.token_header).startswith(f"{access.token_scheme} ")
            if not (exact if spelling == "names" else scheme):
                raise Declined(clause.text("refusal"))
            return stages.around(request, answer)

        return replace(stages, around=around)

    yield fault(clause, "letter-by-letter", "turned-away", f"the {spelling} are compared letter by letter", strict)


RULE = Rule(name="shown-otherwise", takes={"spelling": "text", "refusal": "refusal"}, checks=checks, faults=faults)
