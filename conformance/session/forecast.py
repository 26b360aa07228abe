"""How many exchanges a run takes, found out without sending any: its cases are told to the faithful server in memory.

A target that keeps every promise is asked exactly this much. One that does not is asked more, since whatever looks
wrong is looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from conformance.derive.cases import Case
from conformance.rules.registry import contract
from conformance.rules.scene import Scenes
from conformance.session.run import Settings, run
from conformance.session.weather import Weather
from conformance.targets.embedded import embedded

PACE = 60
"""Exchanges in a minute that the service lets one caller make with one tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a run that one chapter takes in one generation and format."""

    generation: str
    format: str
    chapter: str
    cases: int
    exchanges: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a run takes, part by part, in the order of the run."""

    shares: tuple[Share, ...]
    #: records that are made, and are there in the end
    records: int = 0

    @property
    def cases(self) -> int:
        """All cases."""
        return sum(each.cases for each in self.shares)

    @property
    def exchanges(self) -> int:
        """All exchanges."""
        return sum(each.exchanges for each in self.shares)

    @property
    def minutes(self) -> int:
        """How long they take at the pace of the service, rounded up."""
        return -(-self.exchanges // PACE)


def forecast(cases: Iterable[Case], settings: Settings) -> Forecast:
    """What these cases take with a target that keeps every promise."""
    planned = tuple(cases)
    apart = replace(settings, scenes=Scenes(), weather=Weather())
    servers = {
        each: embedded(contract(each), credentials=settings.credentials)
        for each in dict.fromkeys(one.contract.generation for one in planned)
    }
    count, exchanges = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for each in planned:
        key = (each.contract.generation, each.format, each.clause.chapter)
        count[key] += 1
        exchanges[key] += len(run(each, servers[each.contract.generation], apart).exchanges)
    return Forecast(
        records=sum(len(list(held.records())) for one in servers.values() for held in one.server.tenants.values()),
        shares=tuple(
            Share(generation=key[0], format=key[1], chapter=key[2], cases=number, exchanges=exchanges[key])
            for key, number in count.items()
        ),
    )
