"""An error that the server answers, or that keeps an answer from coming, reaches the caller as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from conformance.client import twists
from conformance.client.counterpart import Cut, Handler, Said, Twist
from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract
from conformance.contract.values import guid
from conformance.exchange import Headers, Request, Response
from conformance.reference.route import formats

#: the messages through which each error is told
_THROUGH = ("get", "list", "upsert")
_WAIT = "1"

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
        for name in ("no-token", "no-tenant", "bad-key", "bad-filter"):
            if name in contract.refusals:
                yield from _each(clause, name, partial(_refused, name=name))
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
        yield from _each(clause, name, partial(_twisted, twist=twists.always(said)))
    yield from _each(clause, "cut-off", partial(_twisted, twist=twists.half))


def _each(clause: Clause, name: str, tell: Callable[..., None]) -> Iterator[Scenario]:
    for do in _THROUGH:
        yield Scenario(clause=clause, parameter=f"{name}, {do}", tell=partial(tell, do=do), needs=(do,))


def _not_found(play: Play) -> None:
    _told(play, play.get(guid(play.seed, "nobody")))


def _refused(play: Play, name: str, do: str) -> None:
    def twist(request: Request, _handler: Handler) -> Said:
        # As the faithful server does: in the format that the client asked for, whatever it writes itself.
        return twists.refusal(play.contract, formats(play.contract, request)[1], name)

    _twisted(play, twist, do)


def _twisted(play: Play, twist: Twist, do: str) -> None:
    [known] = play.given(play.new(label="known"))
    play.twist(twist)
    identity = str(known[play.contract.resource.identity])
    with play.in_time("the server answered with an error, or not at all"):
        said = _asked(play, do, identity)
    _told(play, said)


def _asked(play: Play, do: str, identity: str) -> Saying:
    if do == "upsert":
        return play.upsert(play.new(label="new"))
    return play.get(identity) if do == "get" else play.browse()


def _silent(play: Play) -> None:
    [known] = play.given(play.new(label="known"))
    play.twist(twists.always(Cut(seconds=play.seconds + 1)))
    with play.in_time("the server said nothing"):
        said = _asked(play, "get", str(known[play.contract.resource.identity]))
    _told(play, said)


def _told(play: Play, said: Saying) -> None:
    if said.error is None and not said.failed:
        answered = play.heard[-1].exchange if play.heard else None
        what = f"answered {answered.response.status}" if answered and answered.response else "gave no whole answer"
        raise play.broken("error-swallowed", f"the server {what}, and {said.outcome}")


RULE = ClientRule(name="error-told", scenarios=scenarios, takes={"what": "text"})
