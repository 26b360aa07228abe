"""Of several records in one call each is sent with what is its own, and handed back as itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record, empty
from conformance.wire.record import canonical

_COUNT = 3


def scenarios(_contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Several that are new, by either call; and several that exist, each with a change of its own."""
    yield Scenario(clause=clause, parameter="create", tell=partial(_new, do="create"), needs=("create",))
    yield Scenario(clause=clause, parameter="upsert", tell=partial(_new, do="upsert"), needs=("upsert",))
    yield Scenario(clause=clause, parameter="known", tell=_known, needs=("upsert",))


def _new(play: Play, do: str) -> None:
    name = play.contract.resource.name
    alone = play.new(*play.writable(), label="alone")
    play.tell(do, contacts=(alone,))
    records = [play.new(*play.writable(), label=f"number {one}") for one in range(_COUNT)]
    # What is lost of a record that is sent alone is lost for another reason than the batch.
    spoilt = _spoilt(play, alone)
    play.counterpart.fresh()
    whole = [{key: value for key, value in each.items() if key == name or key not in spoilt} for each in records]
    _settled(play, play.tell(do, contacts=tuple(whole)), whole)


def _spoilt(play: Play, record: Record) -> set[str]:
    resource = play.contract.resource
    wanted = canonical(resource.fields, record)
    known = [str(each[resource.identity]) for each in play.everything()]
    stored = (play.stored(known[0]) or {}) if len(known) == 1 else {}
    return {name for name in wanted if stored.get(name) != wanted[name]}


def _known(play: Play) -> None:
    resource = play.contract.resource
    known = play.given(*(play.new(*play.writable(), label=f"number {one}") for one in range(_COUNT)))
    changed = [
        {resource.identity: each[resource.identity], **play.new(label=f"renamed {place}", turn=1)}
        for place, each in enumerate(known)
    ]
    kept = {each.name for each in resource.fields if each.writable} | {resource.identity}
    wanted = [
        {**{name: value for name, value in each.items() if name in kept}, **change}
        for each, change in zip(known, changed, strict=True)
    ]
    _settled(play, play.upsert(*changed), wanted)


def _settled(play: Play, said: Saying, records: Sequence[Record]) -> None:
    resource = play.contract.resource
    held = {str(each[resource.name]): str(each[resource.identity]) for each in play.everything()}
    for place, record in enumerate(records, 1):
        wanted = canonical(resource.fields, record)
        identity = held.get(str(wanted[resource.name]))
        if identity is None:
            raise play.broken("not-written", f"number {place} of {len(records)} is not there: {said.outcome}")
        stored = play.stored(identity) or {}
        wrong = differences(wanted, {name: stored.get(name) for name in wanted})
        if wrong:
            told = f"{wrong[0].path} was set to {wrong[0].before} and arrived as {wrong[0].after}"
            raise play.broken("lost-in-batch", f"of number {place} of {len(records)}, {told}")
    if len(held) > len(records):
        raise play.broken("more-written", f"{len(records)} were asked for, and the server holds {len(held)}")
    _handed(play, said, len(records))


def _handed(play: Play, said: Saying, count: int) -> None:
    """A client may return nothing of a write. What it does return belongs together, as the server holds it."""
    if said.canonical and len(said.canonical) != count:
        raise play.broken("another-count", f"{count} were written, and {said.outcome}")
    known = {each.name for each in play.contract.resource.fields if each.writable}
    for place, each in enumerate(said.canonical, 1):
        identity = each.get(play.contract.resource.identity)
        stored = play.stored(str(identity)) if identity else None
        if stored is None:
            continue
        both = {name for name in known & set(each) & set(stored) if not (empty(each[name]) or empty(stored[name]))}
        wrong = differences({name: stored[name] for name in both}, {name: each[name] for name in both})
        if wrong:
            told = f"{wrong[0].path} is {wrong[0].before} and was handed to the caller as {wrong[0].after}"
            raise play.broken("mixed-up", f"of number {place} of {count}, {told}")


RULE = ClientRule(name="kept-in-batch", scenarios=scenarios)
