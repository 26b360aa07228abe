"""Who may be written to: a demo company, or the organisation that somebody has named letter by letter."""

from __future__ import annotations

from conformance.contract.model import Contract
from conformance.errors import BadOption, NoAnswer, Unreadable
from conformance.exchange import Headers, Request
from conformance.session.weather import Weather
from conformance.targets.target import Credentials, Target
from conformance.wire import organisation
from conformance.wire.organisation import House

_CANNOT = "whether this organisation may be written to cannot be told"


def let_in(contract: Contract, target: Target, credentials: Credentials, named: str) -> House:
    """The organisation, if it is a demo company or called exactly ``named``. Raises BadOption."""
    house = _asked(contract, target, credentials)
    if named and house.name != named:
        raise BadOption(f"the organisation is called {house.name!r}, not {named!r}", "nothing was written")
    if not house.demo and not named:
        raise BadOption(
            f"the organisation {house.name!r} is no demo company", f"to write to it, say --organisation {house.name!r}"
        )
    return house


def _asked(contract: Contract, target: Target, credentials: Credentials) -> House:
    known, format_name = organisation.names(contract), list(contract.formats)[-1]
    headers = Headers((("Accept", contract.formats[format_name].media_type),))
    request = credentials.applied(contract.access, Request(method="GET", path=known.path, headers=headers))
    try:
        response = Weather().out(lambda: target.send(request), [])
    except NoAnswer as error:
        raise BadOption(f"{_CANNOT}: {error}", "nothing was written") from error
    if response.status != 200:
        raise BadOption(f"{_CANNOT}: GET {known.path} answered {response.status}", "nothing was written")
    try:
        houses = organisation.read(contract, response)
    except Unreadable as error:
        raise BadOption(f"{_CANNOT}: {error}", "nothing was written") from error
    if len(houses) != 1:
        raise BadOption(f"{_CANNOT}: the answer shows {len(houses)} organisations", "nothing was written")
    return houses[0]
