"""What is asked for once is sent once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract


def scenarios(_contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Through every message that writes."""
    for do in ("create", "upsert", "update"):
        yield Scenario(clause=clause, parameter=do, tell=partial(_once, do=do), needs=(do,))


def _once(play: Play, do: str) -> None:
    resource = play.contract.resource
    if do == "update":
        [known] = play.given(play.new(label="known"))
        play.update(str(known[resource.identity]), {resource.name: play.new(label="other")[resource.name]})
    else:
        play.tell(do, contacts=(play.new(),))
    writes = play.writes()
    if len(writes) > 1:
        lines = ", ".join(f"{each.request.method} {each.request.path}" for each in writes)
        raise play.broken("sent-again", f"it was answered at once, and still there were {len(writes)} writes: {lines}")


RULE = ClientRule(name="sent-once", scenarios=scenarios)
