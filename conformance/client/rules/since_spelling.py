"""A moment since which changes are asked for is spelt so that the service understands it, and means what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence, Scenario
from conformance.client.play import Play
from conformance.contract.model import Clause, Contract, Role
from conformance.wire import dates

_ASKED = datetime(2025, 7, 14, 23, 30, 15, tzinfo=UTC)


def moment(text: str) -> datetime | None:
    """The moment in a header, in either spelling that clients use; None for any other text."""
    with suppress(ValueError, TypeError):
        found = parsedate_to_datetime(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return dates.read(text)


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every request that has such a header."""
    header = contract.operations[Role.LIST].since
    given = [(each, each.request.headers.first(header)) for each in heard if header and header in each.request.headers]
    offences = [
        Offence(
            code="moment-misspelt",
            sentence=f"{each.request.method} {each.request.path} has the {header} {text!r}, which is no moment",
            heard=each,
        )
        for each, text in given
        if moment(text) is None
    ]
    return Look(judged=len(given), offences=tuple(offences))


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """Ask for what changed since a moment late on a summer's day, when other time zones are a day ahead."""
    if contract.operations[Role.LIST].since:
        yield Scenario(clause=clause, parameter="instant", tell=_instant, needs=("list",))


def _instant(play: Play) -> None:
    header = play.contract.operations[Role.LIST].since
    play.browse(modified_since=_ASKED)
    sent = [each.request.headers.first(header) for each in play.heard if header in each.request.headers]
    if not sent:
        raise play.broken("moment-not-sent", f"no request has the header {header}")
    meant = moment(sent[-1])
    if meant is not None and abs(meant - _ASKED) >= timedelta(seconds=1):
        raise play.broken("another-moment", f"the request has the {header} {sent[-1]!r}, which is another moment")


RULE = ClientRule(name="since-spelling", scenarios=scenarios, watch=watch)
