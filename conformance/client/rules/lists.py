"""A caller gets every record of a list, each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role

_COUNTS = (0, 1, 3)
_SIZE, _SIZED = 2, 5
#: more than two pages of the size that a page has when none is asked for
_MANY = 203


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Lists of none, one and some; and all pages, where the generation has any."""
    if clause.text("what") == "list":
        for count in _COUNTS:
            yield Scenario(clause=clause, parameter=str(count), tell=partial(_listed, count=count), needs=("list",))
        return
    ways = contract.operations[Role.LIST].narrowing
    if "page" in ways:
        yield Scenario(clause=clause, parameter="many", tell=_paged, needs=("pages",))
    if "size" in ways:
        for count in (0, _SIZED, 2 * _SIZE):
            yield Scenario(
                clause=clause, parameter=f"{count} of {_SIZE}", tell=partial(_sized, count=count), needs=("pages",)
            )


def _listed(play: Play, count: int) -> None:
    _all(play, play.browse, count)


def _sized(play: Play, count: int) -> None:
    _all(play, lambda: play.pages(_SIZE), count)


def _paged(play: Play) -> None:
    _all(play, lambda: play.tell("pages"), _MANY)


def _all(play: Play, ask: Callable[[], Saying], count: int) -> None:
    resource = play.contract.resource
    wanted = Counter(
        str(each[resource.name]) for each in play.given(*(play.new(label=f"number {one}") for one in range(count)))
    )
    said = ask()
    if said.error is not None:
        raise play.broken("list-raises", f"there are {count}, and {said.outcome}")
    found = Counter(str(each.get(resource.name)) for each in said.records)
    lost, more = wanted - found, found - wanted
    if lost:
        name = next(iter(lost))
        raise play.broken("records-lost", f"of {count} the caller got {len(said.records)}; {name!r} is missing")
    if more:
        name = next(iter(more))
        raise play.broken("records-added", f"of {count} the caller got {len(said.records)}; {name!r} is one too many")


RULE = ClientRule(name="lists", scenarios=scenarios, takes={"what": "text"})
