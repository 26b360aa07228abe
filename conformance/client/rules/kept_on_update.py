"""A change of one member leaves all others as they were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract
from conformance.document import Value
from conformance.wire.record import canonical


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each member that is changed, by the message that the clause names."""
    resource, do = contract.resource, clause.text("do")
    for each in resource.fields:
        if each.writable and each.name not in (resource.status, resource.number):
            yield Scenario(
                clause=clause,
                parameter=each.name,
                tell=partial(_changed, do=do, name=each.name),
                needs=(do,),
                formats=each.formats,
            )


def _changed(play: Play, do: str, name: str) -> None:
    resource = play.contract.resource
    [before] = play.given(play.new(*play.writable(), label="known"))
    value = play.new(name, label="changed", turn=1)[name]
    identity = str(before[resource.identity])
    said = play.update(identity, {name: value}) if do == "update" else play.edit(identity, {name: value})
    after = play.stored(identity) or {}
    wanted = canonical(resource.fields, {name: value}).get(name)
    if after.get(name) != wanted:
        now = say(after.get(name))
        raise play.broken("not-changed", f"{name} should now be {say(wanted)} and is {now}: {said.outcome}")
    lost = differences(_rest(play, before, name), _rest(play, after, name))
    if lost:
        told = f"{lost[0].path} was {lost[0].before} before and is {lost[0].after} now"
        more = f", and so are {len(lost) - 1} more" if len(lost) > 1 else ""
        raise play.broken("others-changed", f"only {name} was to change, but {told}{more}", before, after)


def _rest(play: Play, record: dict[str, Value], name: str) -> dict[str, Value]:
    resource = play.contract.resource
    known = {each.name for each in resource.fields if each.writable} - {name}
    return {each: value for each, value in record.items() if each in known}


RULE = ClientRule(name="kept-on-update", scenarios=scenarios, takes={"do": "text"})
