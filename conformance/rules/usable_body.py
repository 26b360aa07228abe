"""A body in which there is no record, or none that can be read, is refused, and is not a success with nothing in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Provocation
from conformance.errors import Unreadable
from conformance.exchange import Request, Response
from conformance.rules import provoke
from conformance.rules.kind import Fault, Rule
from conformance.rules.stages import Declined, Handler, Stages
from conformance.wire.spelling import spelt


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Decline a body without any record that names a member of the resource."""
    refusal = provoke.named(contract, clause)[0].refusal

    def inspect(format_name: str, body: bytes) -> None:
        stages.inspect(format_name, body)
        try:
            found = spelt(contract, format_name, body)
        except Unreadable:
            # Whoever reads the body next will say so.
            return
        if not any(each.field is not None for each in found.members):
            raise Declined(refusal)

    return replace(stages, inspect=inspect)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer such a body with a success."""
    for each in provoke.named(contract, clause):
        yield Fault(
            name=f"{clause.id}.accepts-{each.name}",
            clause=clause.id,
            code="accepted",
            sentence=f"{each.what} is accepted",
            alter=partial(_accepting, contract=contract, it=each),
            parameter=each.name,
        )


def _accepting(stages: Stages, contract: Contract, it: Provocation) -> Stages:
    def around(request: Request, answer: Handler) -> Response:
        found = stages.around(request, answer)
        if not request.body or not provoke.is_body(contract, it, request.body) or found.status < 300:
            return found
        empty = (
            f"<{contract.envelope.root}/>" if request.body.startswith(b"<") else f'{{"{contract.resource.many}": []}}'
        )
        return Response(status=200, headers=found.headers, body=empty.encode())

    return replace(stages, around=around)


RULE = Rule(name="usable-body", takes=provoke.TAKES, checks=provoke.refusals, enforce=enforce, faults=faults)
