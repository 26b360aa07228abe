"""An error that the server answers, or that keeps an answer from coming, reaches the caller as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from conformance.client import twists
from conformance.client.counterpart import Cut, Handler, Said, Twist
from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role
from conformance.contract.values import guid
from conformance.document import Record
from conformance.exchange import Headers, Request, Response
from conformance.reference.route import formats

#: the messages through which each error is told
_THROUGH = ("get", "list", "upsert")
#: those that one error of each kind is told through as well
_ALSO = ("find", "create", "update", "edit", "pages")
_ALSO_TOLD = ("no-token", "bad-key", "500-in-html")
_SIZE, _SIZED = 2, 5
_WAIT = "1"
_ERRORS = 400

_FOREIGN: Mapping[str, Said] = {
    "404-in-html": twists.page(404, "Not here"),
    "500-in-html": twists.page(500, "Something went wrong"),
    "500-empty": Response(status=500, headers=Headers()),
    "502-empty": Response(status=502, headers=Headers()),
    "503-in-html": twists.page(503, "Down for maintenance", ("Retry-After", _WAIT)),
    "429-in-words": Response(
        status=429, headers=Headers((("Content-Type", "text/plain"), ("Retry-After", _WAIT))), body=b"Too many requests"
    ),
    "connection-reset": Cut(),
}
_PAGE = twists.page(200, "Please log in")


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Errors of the catalogue, errors that stand in no catalogue, and answers that never come whole."""
    if clause.text("what") == "catalogue":
        yield Scenario(clause=clause, parameter="not-found", tell=_not_found, needs=("get",))
        yield Scenario(clause=clause, parameter="not-found, find", tell=_not_found_by_number, needs=("find",))
        yield Scenario(clause=clause, parameter="not-found, edit", tell=_not_found_to_edit, needs=("edit",))
        for name in ("no-token", "no-tenant", "bad-key", "bad-filter"):
            if name in contract.refusals:
                yield from _each(contract, clause, name, partial(_refused, name=name))
        return
    if clause.text("what") == "page":
        for do in _THROUGH:
            yield Scenario(
                clause=clause, parameter=do, tell=partial(_twisted, twist=twists.always(_PAGE), do=do), needs=(do,)
            )
        return
    if clause.text("what") == "silence":
        yield Scenario(clause=clause, parameter="", tell=_silent, needs=("get",))
        return
    for name, said in _FOREIGN.items():
        yield from _each(contract, clause, name, partial(_twisted, twist=twists.always(said)))
    yield from _each(contract, clause, "cut-off", partial(_twisted, twist=twists.half))
    if {"page", "size"} <= set(contract.operations[Role.LIST].narrowing):
        yield Scenario(clause=clause, parameter="second page", tell=_second_page, needs=("pages",))


def _each(contract: Contract, clause: Clause, name: str, tell: Callable[..., None]) -> Iterator[Scenario]:
    paged = "page" in contract.operations[Role.LIST].narrowing
    also = [each for each in _ALSO if paged or each != "pages"] if name in _ALSO_TOLD else []
    for do in (*_THROUGH, *also):
        yield Scenario(clause=clause, parameter=f"{name}, {do}", tell=partial(tell, do=do), needs=(do,))


def _not_found(play: Play) -> None:
    _told(play, play.get(guid(play.seed, "nobody")))


def _not_found_by_number(play: Play) -> None:
    said = play.find(str(play.new(label="nobody")[play.contract.resource.number]))
    answered = play.heard[-1].exchange.response if play.heard else None
    # Whoever looks for it in a list is answered an empty one, and no error.
    if answered is None or answered.status >= _ERRORS:
        _told(play, said)


def _not_found_to_edit(play: Play) -> None:
    _told(play, play.edit(guid(play.seed, "nobody"), _change(play)))
    if play.writes():
        raise play.broken("written-unread", "there is nothing to read, and something was written all the same")


def _second_page(play: Play) -> None:
    play.given(*(play.new(label=f"number {one}") for one in range(_SIZED)))
    play.twist(twists.after(1, twists.always(twists.page(500, "Something went wrong"))))
    said = play.pages(_SIZE)
    if len(play.heard) > 1:
        _told(play, said)


def _refused(play: Play, name: str, do: str) -> None:
    def twist(request: Request, _handler: Handler) -> Said:
        # As the faithful server does: in the format that the client asked for, whatever it writes itself.
        return twists.refusal(play.contract, formats(play.contract, request)[1], name)

    _twisted(play, twist, do)


def _twisted(play: Play, twist: Twist, do: str) -> None:
    [known] = play.given(play.new(label="known"))
    play.twist(twist)
    with play.in_time("the server answered with an error, or not at all"):
        said = _asked(play, do, known)
    _told(play, said)


def _asked(play: Play, do: str, known: Record) -> Saying:
    resource = play.contract.resource
    identity = str(known[resource.identity])
    asks: dict[str, Callable[[], Saying]] = {
        "get": lambda: play.get(identity),
        "list": play.browse,
        "upsert": lambda: play.upsert(play.new(label="new")),
        "find": lambda: play.find(str(known[resource.number])),
        "create": lambda: play.create(play.new(label="new")),
        "update": lambda: play.update(identity, _change(play)),
        "edit": lambda: play.edit(identity, _change(play)),
        "pages": lambda: play.tell("pages"),
    }
    return asks[do]()


def _change(play: Play) -> Record:
    name = play.contract.resource.name
    return {name: play.new(label="changed")[name]}


def _silent(play: Play) -> None:
    [known] = play.given(play.new(label="known"))
    play.twist(twists.always(Cut(seconds=play.seconds + 1)))
    with play.in_time("the server said nothing"):
        said = _asked(play, "get", known)
    _told(play, said)


def _told(play: Play, said: Saying) -> None:
    if said.error is None and not said.failed:
        answered = play.heard[-1].exchange if play.heard else None
        what = f"answered {answered.response.status}" if answered and answered.response else "gave no whole answer"
        raise play.broken("error-swallowed", f"the server {what}, and {said.outcome}")


RULE = ClientRule(name="error-told", scenarios=scenarios, takes={"what": "text"})
