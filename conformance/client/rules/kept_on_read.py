"""What the server shows of a record is what the caller is handed, and nothing is made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.compare import differences, say
from conformance.contract.model import Clause, Contract, Kind
from conformance.document import Value, empty

_GRAIN = timedelta(seconds=1)
"""Clients that keep no fractions of a second lose nothing that the service promises."""


def scenarios(_contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """A record with all members by each way of reading; one that is archived; and a bare one after a full one."""
    for do in ("get", "find", "list"):
        yield Scenario(clause=clause, parameter=do, tell=partial(_read, do=do), needs=(do,))
    yield Scenario(clause=clause, parameter="archived", tell=_archived, needs=("get",))
    yield Scenario(clause=clause, parameter="bare", tell=_bare, needs=("get",))


def _read(play: Play, do: str) -> None:
    resource = play.contract.resource
    [known] = play.given(play.new(*play.writable(), label="known"))
    if do == "list":
        said = play.browse()
    else:
        said = play.get(str(known[resource.identity])) if do == "get" else play.find(str(known[resource.number]))
    _same(play, said, known)


def _archived(play: Play) -> None:
    resource = play.contract.resource
    record = play.new(label="known")
    [active] = play.given(record)
    archived = {resource.identity: active[resource.identity], resource.status: resource.archived}
    [known] = play.given({**record, **archived})
    _same(play, play.get(str(known[resource.identity])), known)


def _bare(play: Play) -> None:
    resource = play.contract.resource
    full, bare = play.given(play.new(*play.writable(), label="full"), play.new(label="bare"))
    play.get(str(full[resource.identity]))
    said = play.get(str(bare[resource.identity]))
    _same(play, said, bare)
    texts = {each.name for each in resource.fields if each.writable and each.kind is Kind.TEXT} - {resource.status}
    told = said.canonical[0]
    for name in sorted(texts & set(told)):
        if not empty(told[name]) and empty(bare.get(name)):
            raise play.broken("made-up", f"{name} is not set and was handed to the caller as {say(told[name])}")


def _same(play: Play, said: Saying, known: Mapping[str, Value]) -> None:
    if said.error is not None or len(said.canonical) != 1:
        raise play.broken("not-read", f"there is one, and {said.outcome}")
    told = said.canonical[0]
    fields = {each.name: each.kind for each in play.contract.resource.fields}
    both = [name for name in fields if not (empty(told.get(name)) or empty(known.get(name)))]
    for name in both:
        if fields[name] is Kind.MOMENT:
            _moment(play, name, known[name], told[name])
            continue
        wrong = differences({name: known[name]}, {name: told[name]})
        if wrong:
            seen = f"{wrong[0].path} is {wrong[0].before} and was handed to the caller as {wrong[0].after}"
            raise play.broken("misread", seen)


def _moment(play: Play, name: str, known: Value, told: Value) -> None:
    if not isinstance(known, datetime) or not isinstance(told, datetime):
        return
    if abs(known - told) >= _GRAIN:
        raise play.broken("another-moment", f"{name} is {say(known)} and was handed to the caller as {say(told)}")


RULE = ClientRule(name="kept-on-read", scenarios=scenarios)
