"""A change of one member leaves all others as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Value
from conformance.rules.ending import CouldNotRun
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
    yield Scenario(clause=clause, parameter="awkward text", tell=partial(_awkward, do=do), needs=(do,))
    yield Scenario(clause=clause, parameter="several members", tell=partial(_several, do=do), needs=(do,))
    yield Scenario(clause=clause, parameter="one after another", tell=partial(_in_turn, do=do), needs=(do,))
    if do == "edit":
        yield Scenario(clause=clause, parameter="archived", tell=_archived, needs=(do,))


def _changed(play: Play, do: str, name: str) -> None:
    [before] = play.given(play.new(*play.writable(), label="known"))
    _change(play, do, before, {name: play.new(name, label="changed", turn=1)[name]})


def _awkward(play: Play, do: str) -> None:
    [before] = play.given(play.new(*play.writable(), label="known"))
    _change(play, do, before, {play.contract.resource.name: f'Søn & Co\'s 漢 "{play.seed[-10:]}"'})


def _several(play: Play, do: str) -> None:
    names = _two(play)
    [before] = play.given(play.new(*play.writable(), label="known"))
    changed = play.new(*names, label="changed", turn=1)
    _change(play, do, before, {name: changed[name] for name in names})


def _in_turn(play: Play, do: str) -> None:
    """Two records, one change each: what the first change named has no place in the second."""
    first, second = _two(play)
    one, other = play.given(*(play.new(*play.writable(), label=label) for label in ("one", "other")))
    _change(play, do, one, {first: play.new(first, label="changed", turn=1)[first]})
    _change(play, do, other, {second: play.new(second, label="changed", turn=1)[second]})


def _archived(play: Play) -> None:
    """A record that is archived, and stays so when another member is changed."""
    resource = play.contract.resource
    record = play.new(*play.writable(), label="known")
    [active] = play.given(record)
    known = {resource.identity: active[resource.identity], resource.status: resource.archived}
    [before] = play.given({**record, **known})
    name = _two(play)[1]
    _change(play, "edit", before, {name: play.new(name, label="changed", turn=1)[name]})


def _two(play: Play) -> tuple[str, str]:
    """The name, and a member in which a text of the same kind is not looked up anywhere."""
    resource = play.contract.resource
    return resource.name, next(each.name for each in resource.fields if each.writable and each.format == "email")


def _change(play: Play, do: str, before: dict[str, Value], changes: dict[str, Value]) -> None:
    resource = play.contract.resource
    identity = str(before[resource.identity])
    said = play.update(identity, changes) if do == "update" else play.edit(identity, changes)
    _known_way(play, identity, said)
    after = play.stored(identity) or {}
    for name, wanted in canonical(resource.fields, changes).items():
        if after.get(name) != wanted:
            now = say(after.get(name))
            raise play.broken("not-changed", f"{name} should now be {say(wanted)} and is {now}: {said.outcome}")
    lost = differences(_rest(play, before, changes), _rest(play, after, changes))
    if lost:
        told = f"{lost[0].path} was {lost[0].before} before and is {lost[0].after} now"
        more = f", and so are {len(lost) - 1} more" if len(lost) > 1 else ""
        only = " and ".join(changes)
        raise play.broken("others-changed", f"only {only} was to change, but {told}{more}", before, after)


def _known_way(play: Play, identity: str, said: Saying) -> None:
    """A generation without such a call says nothing about a write to the address of one record."""
    operations = play.contract.operations
    if Role.UPDATE in operations or said.error is None:
        return
    address = operations[Role.READ].address(identity) if operations[Role.READ].path.endswith("}") else ""
    if any(each.request.path.lower() == address.lower() for each in play.writes()):
        raise CouldNotRun(f"the client writes to the address of one {play.contract.resource.one}: {said.outcome}")


def _rest(play: Play, record: dict[str, Value], names: Iterable[str]) -> dict[str, Value]:
    resource = play.contract.resource
    known = {each.name for each in resource.fields if each.writable} - set(names)
    return {each: value for each, value in record.items() if each in known}


RULE = ClientRule(name="kept-on-update", scenarios=scenarios, takes={"do": "text"})
