"""What there is to say of a request that a cassette has no answer to."""

from __future__ import annotations

from conformance.cassettes.names import told
from conformance.cassettes.normal import difference, document
from conformance.cassettes.store import Player
from conformance.exchange import Request


def missed(name: str, player: Player, request: Request) -> str:
    """The case, the request, and how it differs from the nearest recorded one."""
    start = f"the cassette of {told(name)} has no answer to {line(request)}"
    count = player.like(request)
    if count:
        times = "once" if count == 1 else f"{count} times"
        return f"{start}: it was recorded {times}, and has been played already"
    nearest = player.nearest(request)
    if nearest is None:
        return f"{start}: nothing like it was recorded"
    return (
        f"{start}; the nearest that was recorded is {line(nearest.request)}, where {_apart(request, nearest.request)}"
    )


def line(request: Request) -> str:
    """Method and address, cut to what fits in a sentence."""
    url = request.url
    return f"{request.method} {url if len(url) <= 160 else url[:160] + '…'}"


def _apart(here: Request, there: Request) -> str:
    if here.method != there.method:
        return f"the method is {there.method}"
    if here.path != there.path:
        return f"the path is {there.path}"
    if sorted(here.query) != sorted(there.query):
        return difference(dict(here.query), dict(there.query)) or "a parameter is repeated otherwise"
    return difference(document(here.body), document(there.body))
