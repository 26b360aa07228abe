"""A little of everything that a client can do, so that there is something to look at where no scenario has run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from conformance.client.play import Play
from conformance.contract.model import Role
from conformance.rules.ending import CouldNotRun

_SINCE = datetime(2020, 2, 29, 13, 45, 59, tzinfo=UTC)


def tour(play: Play) -> None:
    """Ask for one thing after the other; what the client cannot do is passed over. Raises DriverLost."""
    resource = play.contract.resource
    plain = play.writable()
    [known] = play.given(play.new(*plain, label="known"))
    identity, number = str(known[resource.identity]), str(known.get(resource.number) or "")
    steps: tuple[Callable[[], object], ...] = (
        lambda: play.create(play.new(*plain, label="created")),
        lambda: play.create(play.new(label="bare")),
        lambda: play.upsert(play.new(*plain, label="first"), play.new(label="second")),
        lambda: play.update(identity, {plain[-1]: known[plain[-1]]}) if plain[-1] in known else None,
        lambda: play.edit(identity, {resource.name: play.new(label="renamed")[resource.name]}),
        lambda: play.get(identity),
        lambda: play.find(number),
        play.browse,
        lambda: play.browse(modified_since=_SINCE),
        *_paging(play),
    )
    for step in steps:
        with suppress(CouldNotRun):
            step()


def _paging(play: Play) -> tuple[Callable[[], object], ...]:
    """Where the generation has no pages, whoever asks for one after the other gets all of them for ever."""
    ways = play.contract.operations[Role.LIST].narrowing
    if "page" not in ways:
        return ()
    return (lambda: play.pages(2),) if "size" in ways else (lambda: play.tell("pages"),)
