"""A list holds what was asked for, in the order that was asked for, and the next one does so anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from itertools import chain

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role

_WORDS = ("Birch", "Alder", "Cedar")
_SIZE, _SIZED = 2, 5
_QUOTED = 'Ada "Countess" King'


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each way of narrowing or sorting a list that the generation has."""
    ways = contract.operations[Role.LIST].narrowing
    known: tuple[tuple[str, tuple[str, ...], Callable[[Play], None]], ...] = (
        ("order", ("order",), partial(_ordered, down=False)),
        ("order, descending", ("order",), partial(_ordered, down=True)),
        ("where with quotes", ("where",), _quoted),
        ("ids", ("ids",), _chosen),
        ("archived", ("archived",), _archived),
        ("search", ("search",), _searched),
        ("page", ("page", "size"), _paged),
    )
    for parameter, needed, tell in known:
        if set(needed) <= set(ways):
            yield Scenario(clause=clause, parameter=parameter, tell=tell, needs=("list",))


def _named(play: Play, words: Sequence[str]) -> list[str]:
    """Records whose names begin with these words, and their names."""
    resource = play.contract.resource
    names = [f"{word} {play.seed[-10:]}" for word in words]
    play.given(*({**play.new(label=word), resource.name: name} for word, name in zip(words, names, strict=True)))
    return names


def _names(play: Play, said: Saying) -> list[str]:
    return [str(each.get(play.contract.resource.name)) for each in said.records]


def _check(play: Play, said: Saying, wanted: Sequence[str]) -> None:
    found = _names(play, said)
    if said.error is not None or sorted(found) != sorted(wanted):
        names = f": {', '.join(found)}" if found else ""
        raise play.broken("another-list", f"{len(wanted)} fit, and {said.outcome}{names[:160]}; {_line(play)}")


def _all_again(play: Play, wanted: Sequence[str], code: str) -> None:
    said = play.browse()
    if sorted(_names(play, said)) != sorted(wanted):
        raise play.broken(
            code, f"nothing narrows this list, which has {len(wanted)}, and {said.outcome}; {_line(play)}"
        )


def _ordered(play: Play, *, down: bool) -> None:
    resource = play.contract.resource
    email = next(each.name for each in resource.fields if each.format == "email")
    names = [f"{word} {play.seed[-10:]}" for word in _WORDS]
    # Neither the order in which they came nor that of their names is the one asked for.
    places = dict(zip(names, ("a", "c", "b"), strict=True))
    play.given(
        *(
            {**play.new(label=name), resource.name: name, email: f"{place}.{play.new(email, label=name)[email]}"}
            for name, place in places.items()
        )
    )
    said = play.browse(order=email + (" DESC" if down else ""))
    _check(play, said, names)
    found = _names(play, said)
    if found != sorted(names, key=lambda name: places[name], reverse=down):
        raise play.broken("another-order", f"the caller got {', '.join(found)[:160]}; {_line(play)}")


def _quoted(play: Play) -> None:
    resource = play.contract.resource
    play.given({**play.new(label="known"), resource.name: _QUOTED}, play.new(label="other"))
    doubled = _QUOTED.replace('"', '""')
    _check(play, play.browse(where=f'{resource.name}=="{doubled}"'), [_QUOTED])


def _chosen(play: Play) -> None:
    resource = play.contract.resource
    known = play.given(*(play.new(label=word) for word in _WORDS))
    names = [str(each[resource.name]) for each in known]
    _check(play, play.browse(ids=tuple(str(each[resource.identity]) for each in known[1:])), names[1:])
    _all_again(play, names, "choice-left-over")


def _archived(play: Play) -> None:
    resource = play.contract.resource
    active, other = play.given(play.new(label="active"), play.new(label="other"))
    play.given({resource.identity: other[resource.identity], resource.status: resource.archived})
    names = [str(each[resource.name]) for each in (active, other)]
    said = play.browse(archived=True)
    _check(play, said, names)
    told = {str(each[resource.name]): each.get(resource.status) for each in said.canonical}
    if told[names[1]] not in (resource.archived, None):
        raise play.broken("shown-active", f"one is archived, and was handed to the caller as {told[names[1]]}")
    _all_again(play, names[:1], "archived-left-over")


def _searched(play: Play) -> None:
    names = _named(play, _WORDS)
    _check(play, play.browse(search=_WORDS[1]), names[1:2])
    _all_again(play, names, "search-left-over")


def _paged(play: Play) -> None:
    resource = play.contract.resource
    names = [str(each[resource.name]) for each in play.given(*(play.new(label=f"n{one}") for one in range(_SIZED)))]
    parts = [_names(play, play.browse(page=Decimal(page), size=Decimal(_SIZE))) for page in (1, 2, 3)]
    sizes = [len(each) for each in parts]
    if sizes != [_SIZE, _SIZE, _SIZED % _SIZE] or sorted(chain(*parts)) != sorted(names):
        told = ", ".join(str(each) for each in sizes)
        raise play.broken("another-page", f"pages 1 to 3 of {_SIZE} of {_SIZED} were asked for, and held {told}")
    _all_again(play, names, "page-left-over")


def _line(play: Play) -> str:
    sent = play.heard
    return f"the request line was {sent[-1].request.method} {sent[-1].target[:200]}" if sent else "nothing was sent"


RULE = ClientRule(name="list-as-asked", scenarios=scenarios)
