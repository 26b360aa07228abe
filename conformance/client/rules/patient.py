"""A client that is asked to wait waits, and what may have been done already is not done again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

from conformance.client import twists
from conformance.client.counterpart import Handler, Said, Twist
from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract, Role
from conformance.exchange import Headers, Request, Response

_SECONDS = 2
_MARGIN = 0.2


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Asked to wait by either status, through reading and writing; a write whose answer is lost."""
    if clause.text("what") == "wait":
        for status in (429, 503):
            for do in ("get", "upsert"):
                tell = partial(_waits, status=status, do=do)
                yield Scenario(clause=clause, parameter=f"{status}, {do}", tell=tell, needs=(do,))
    elif clause.text("what") == "date":
        for do in ("get", "upsert"):
            yield Scenario(clause=clause, parameter=do, tell=partial(_waits_until, do=do), needs=(do,))
    elif clause.text("what") == "refused":
        yield Scenario(clause=clause, parameter="", tell=_refused_once, needs=("upsert",))
    elif Role.CREATE in contract.operations:
        yield Scenario(clause=clause, parameter="", tell=_not_doubled, needs=("create",))


def _waits(play: Play, status: int, do: str) -> None:
    later = Response(status=status, headers=Headers((("Retry-After", str(_SECONDS)),)))
    _waited(play, do, twists.always(later), f"{status} with Retry-After: {_SECONDS}")


def _waits_until(play: Play, do: str) -> None:
    def later(_request: Request, _handler: Handler) -> Said:
        # A date has no fractions, so what it names is up to a second sooner.
        until = (datetime.now(UTC) + timedelta(seconds=_SECONDS + 1)).replace(microsecond=0)
        return Response(status=503, headers=Headers((("Retry-After", format_datetime(until, usegmt=True)),)))

    _waited(play, do, later, f"503 with a date in Retry-After, at least {_SECONDS} seconds ahead")


def _waited(play: Play, do: str, later: Twist, answered: str) -> None:
    """Whether what is refused for now is not asked again too soon, and is no success if it is not asked again."""
    [known] = play.given(play.new(label="known"))
    play.twist(twists.first(1, later))
    said = play.get(str(known[play.contract.resource.identity])) if do == "get" else play.upsert(play.new(label="new"))
    heard = play.heard
    gap = heard[1].came - heard[0].went if len(heard) > 1 else None
    if gap is not None and gap < _SECONDS - _MARGIN:
        raise play.broken("impatient", f"the server answered {answered}, and was asked again after {gap:.1f} s")
    if len(heard) == 1 and said.error is None:
        raise play.broken("error-swallowed", f"the server answered {answered}, and {said.outcome}")


def _refused_once(play: Play) -> None:
    resource = play.contract.resource
    play.upsert({resource.number: play.new()[resource.number]})
    count = len(play.writes())
    if count > 1:
        raise play.broken("refused-again", f"the server refused it for what it holds, and was asked {count} times")


def _not_doubled(play: Play) -> None:
    header = play.contract.operations[Role.CREATE].repeats.header
    play.twist(twists.first(1, twists.done_then_cut))
    said = play.create(play.new())
    writes = play.writes()
    keys = {each.request.headers.first(header) if header else "" for each in writes}
    if len(writes) > 1 and (len(keys) > 1 or keys == {""}):
        key = f" without the same {header}" if header else ""
        raise play.broken(
            "done-twice", f"the connection ended before the answer, and the create was sent {len(writes)} times{key}"
        )
    if len(writes) == 1 and said.error is None:
        raise play.broken("error-swallowed", f"the connection ended before any answer, and {said.outcome}")


RULE = ClientRule(name="patient", scenarios=scenarios, takes={"what": "text"})
