"""To create is not to update: what exists is refused, and left as it is."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract, Role


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """In generations that have a call for it."""
    if Role.CREATE in contract.operations:
        yield Scenario(clause=clause, parameter="", tell=_refused, needs=("create",))


def _refused(play: Play) -> None:
    resource = play.contract.resource
    [known] = play.given(play.new(*play.writable(), label="known"))
    said = play.create({**play.new(label="again"), resource.name: known[resource.name]})
    stored = play.stored(str(known[resource.identity]))
    if stored != known or len(play.everything()) != 1:
        methods = ", ".join(f"{each.request.method} {each.request.path}" for each in play.writes())
        raise play.broken(
            "updates-on-create", f"the {resource.one} of that name was changed, by {methods}", known, stored
        )
    if said.error is None:
        raise play.broken("refusal-swallowed", f"the server refused it, and {said.outcome}")


RULE = ClientRule(name="create-refuses", scenarios=scenarios)
