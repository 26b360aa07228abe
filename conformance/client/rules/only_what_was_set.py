"""A write names what its caller set, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.compare import say
from conformance.contract.model import Clause, Contract, Resource
from conformance.document import Record, empty
from conformance.rules.ending import CouldNotRun


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Through every message that writes; where every write carries nearly everything, nothing is left to add."""
    empties, resource = clause.text("what") == "empty", contract.resource
    spare = [each for each in resource.fields if each.writable and each.name not in _kept(resource)]
    for do in ("create", "upsert", "update") if len(spare) > 1 else ("create", "upsert"):
        yield Scenario(clause=clause, parameter=do, tell=partial(_set, do=do, empties=empties), needs=(do,))


def _set(play: Play, do: str, *, empties: bool) -> None:
    resource = play.contract.resource
    if do == "update":
        [known] = play.given(play.new(*play.writable(), label="known"))
        asked: Record = {_plain(play): play.new(_plain(play), label="changed", turn=1)[_plain(play)]}
        play.update(str(known[resource.identity]), asked)
    else:
        asked = play.new(_plain(play))
        play.tell(do, contacts=(asked,))
    allowed = {*asked, resource.identity, resource.number, resource.name, *resource.sent_always}
    sent = [record for each in play.writes() for record in play.sent(each)]
    if not sent:
        raise CouldNotRun("the client sent no write that can be read")
    more = [(name, value) for record in sent for name, value in record.items() if name not in allowed]
    for name, value in more:
        if empty(value) and empties:
            raise play.broken("empty-sent", f"the request also has {name}, which is {say(value)}: the caller set none")
        if not empty(value) and not empties and _writable(play, name):
            raise play.broken("more-sent", f"the request also has {name}, {say(value)}: the caller set none")


def _kept(resource: Resource) -> set[str]:
    return {resource.identity, resource.number, resource.name, resource.status, *resource.sent_always}


def _plain(play: Play) -> str:
    """A member that any create and update may have."""
    resource = play.contract.resource
    kept = {resource.name, resource.number}
    return next(each for each in play.writable() if each not in kept and resource.field(each).scalar)


def _writable(play: Play, name: str) -> bool:
    return any(each.name == name and each.writable for each in play.contract.resource.fields)


RULE = ClientRule(name="only-what-was-set", scenarios=scenarios, takes={"what": "text"})
