"""Nothing of one call is left in the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract, Role
from conformance.contract.values import guid
from conformance.document import empty
from conformance.rules.ending import CouldNotRun

_LATER = datetime(2999, 1, 1, tzinfo=UTC)


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """What a record had, what a list was narrowed by, and what failed."""
    yield Scenario(clause=clause, parameter="records", tell=_records, needs=("create",))
    yield Scenario(clause=clause, parameter="batch", tell=_batch, needs=("upsert",))
    yield Scenario(clause=clause, parameter="after-a-failure", tell=_failure, needs=("get",))
    listing = contract.operations[Role.LIST]
    if listing.since:
        yield Scenario(clause=clause, parameter="moment", tell=_moment, needs=("list",))
    if "where" in listing.narrowing:
        yield Scenario(clause=clause, parameter="filter", tell=_filter, needs=("list",))


def _records(play: Play) -> None:
    full, bare = play.new(*play.writable(), label="full"), play.new(label="bare")
    play.create(full)
    play.create(bare)
    _bare(play, str(bare[play.contract.resource.name]), set(bare))


def _batch(play: Play) -> None:
    full, bare = play.new(*play.writable(), label="full"), play.new(label="bare")
    play.upsert(full, bare)
    _bare(play, str(bare[play.contract.resource.name]), set(bare))


def _bare(play: Play, name: str, allowed: set[str]) -> None:
    resource = play.contract.resource
    sent = [record for each in play.writes() for record in play.sent(each) if record.get(resource.name) == name]
    if not sent:
        raise CouldNotRun(f"the second {resource.one} was not sent")
    known = {each.name for each in resource.fields if each.writable} - {resource.status, *resource.sent_always}
    more = sorted(each for each in (set(sent[-1]) & known) - allowed if not empty(sent[-1][each]))
    if more:
        raise play.broken("carried-over", f"it got {', '.join(more)} as well, which only the one before had")


def _failure(play: Play) -> None:
    resource = play.contract.resource
    [known] = play.given(play.new(*play.writable(), label="known"))
    play.get(guid(play.seed, "nobody"))
    said = play.get(str(known[resource.identity]))
    if [each.get(resource.identity) for each in said.canonical] != [known[resource.identity]]:
        raise play.broken("stuck-after-failure", f"after a record that is not there, {said.outcome}")


def _moment(play: Play) -> None:
    play.given(play.new(label="one"), play.new(label="two"))
    play.browse(modified_since=_LATER)
    said = play.browse()
    if len(said.records) != 2:
        raise play.broken("moment-left-over", f"two exist and no moment was named this time, but {said.outcome}")


def _filter(play: Play) -> None:
    resource = play.contract.resource
    play.given(play.new(label="one"), play.new(label="two"))
    play.browse(where=f'{resource.name}=="nobody at all"')
    said = play.browse()
    if len(said.records) != 2:
        raise play.broken("filter-left-over", f"two exist and no filter was given this time, but {said.outcome}")


RULE = ClientRule(name="kept-apart", scenarios=scenarios)
