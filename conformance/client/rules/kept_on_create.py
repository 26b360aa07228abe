"""What a caller sets on a new record arrives, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.compare import say
from conformance.contract.model import Clause, Contract
from conformance.rules.ending import CouldNotRun
from conformance.wire.record import canonical


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each field that a client may set."""
    resource = contract.resource
    for each in resource.fields:
        if each.writable and each.name != resource.status:
            yield Scenario(
                clause=clause,
                parameter=each.name,
                tell=partial(_kept, name=each.name),
                needs=("create", "get"),
                formats=each.formats,
            )


def _kept(play: Play, name: str) -> None:
    resource = play.contract.resource
    record = play.new(name)
    wanted = canonical(resource.fields, record)[name]
    made = play.create(record)
    held = play.everything()
    if len(held) != 1:
        raise play.broken("not-created", f"the server now holds {len(held)} {resource.many}: {made.outcome}")
    identity = str(held[0][resource.identity])
    stored = (play.stored(identity) or {}).get(name)
    if stored != wanted:
        raise play.broken("lost-on-the-way", f"{name} was set to {say(wanted)} and arrived as {say(stored)}")
    back = play.get(identity)
    if back.error is not None or len(back.canonical) != 1:
        raise CouldNotRun(f"the new {resource.one} could not be fetched: {back.outcome}")
    told = back.canonical[0].get(name)
    if told != wanted:
        raise play.broken("lost-on-return", f"{name} is {say(wanted)} and was handed to the caller as {say(told)}")


RULE = ClientRule(name="kept-on-create", scenarios=scenarios)
