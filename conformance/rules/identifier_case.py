"""The letter case of the server's identifiers. Clauses name the ``part``.

========  ==========================================================================
part      promise
========  ==========================================================================
asked     a record is found by its identifier in capitals
answered  answers have it in small letters
========  ==========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, own
from conformance.rules.stages import Handler, Shelf, Stages
from conformance.rules.story import Story

_GUID = re.compile(rb"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b")


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    tell = _asked if clause.text("part") == "asked" else _answered
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"read"}), scene=OWN)


def _asked(story: Story) -> None:
    identity = own(story).identities[0]
    if story.read(identity).only is None:
        raise CouldNotRun(f"the {story.one} this check needs is not found by its {story.identity}")
    # The story would otherwise send it letter by letter as the target spells it.
    story.spelling[identity] = identity.upper()
    reply = story.read(identity)
    if reply.identity != identity:
        raise Broken("not-found", f"a {story.one} is not found by its {story.identity} in capitals: {reply.outcome}")


def _answered(story: Story) -> None:
    identity = own(story).identities[0]
    story.read(identity)
    if story.spelling.get(identity, identity) != identity.lower():
        raise Broken("capitals", "writes them in capitals")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that tell one letter case from another, or write in capitals."""

    def strict(stages: Stages) -> Stages:
        def look(shelf: Shelf, field: str, value: str) -> Record | None:
            return None if value != value.lower() and field == identity else stages.look(shelf, field, value)

        return replace(stages, look=look)

    def capitals(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            response = stages.around(request, answer)
            return replace(response, body=_GUID.sub(lambda found: found[0].upper(), response.body))

        return replace(stages, around=around)

    identity = contract.resource.identity
    if clause.text("part") == "asked":
        yield fault(clause, "strict", "not-found", "capitals are not found", strict)
    else:
        yield fault(clause, "capitals", "capitals", "identifiers are in capitals", capitals)


RULE = Rule(name="identifier-case", takes={"part": "text"}, checks=checks, faults=faults)
