"""A run that judges a client through its driver: cases, one server and one driver for each format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from conformance.client.cases import ClientCase
from conformance.client.counterpart import Counterpart, Handler, Heard
from conformance.client.driver import Asked, Driver, DriverLost
from conformance.client.play import Play
from conformance.client.telling import lost, told, unspoken, watched
from conformance.client.tour import tour
from conformance.contract.model import Contract
from conformance.document import Value
from conformance.errors import BadOption, ConformanceError
from conformance.exchange import Request
from conformance.rules.registry import contract as served
from conformance.session.outcome import Outcome, Profile, Subject
from conformance.session.stream import Head
from conformance.targets.embedded import embedded
from conformance.targets.target import Credentials

PROTOCOL = 1
"""The version of the protocol that drivers speak."""

_PATIENCE = 3
"""How often in a row a driver may be lost within one duty, before the rest of that duty is passed over."""

_END_OF_PATIENCE = 12
"""How often in a row it may be lost at all. One that does not begin is lost for four."""


@dataclass(eq=False)
class NotSpoken(ConformanceError):
    """The client does not speak the generation or the format that it was asked to."""

    reason: str


@dataclass(eq=False)
class Stage:
    """One driver with its server, in one format. It is set up by the first case that needs it."""

    contract: Contract
    format: str
    driver: Asked
    counterpart: Counterpart
    seconds: float
    credentials: Credentials
    url: str
    heard: list[Heard] = field(default_factory=list)
    can: frozenset[str] = frozenset()
    toured: bool = False
    #: how often in a row the driver was lost, and with which duties
    losses: int = 0
    lost: list[str] = field(default_factory=list)

    def given_up(self, duty: str) -> bool:
        """Whether the driver was lost too often for another try."""
        return self.losses >= _END_OF_PATIENCE or self.lost[-_PATIENCE:] == [duty] * _PATIENCE

    def play(self, seed: str) -> Play:
        """The beginning of a scenario, with an empty server. Raises DriverLost."""
        self.counterpart.fresh()
        if not self.driver.running:
            self._greet()
        shown = self.credentials.applied(self.contract.access, Request(method="GET", path="/"))
        return Play(
            contract=self.contract,
            format=self.format,
            seed=seed,
            driver=self.driver,
            counterpart=self.counterpart,
            can=self.can,
            seconds=self.seconds,
            admitted=shown.headers,
            admitted_query=shown.query,
        )

    def _greet(self) -> None:
        token, tenant, keys = self.credentials.shown(self.contract.access)
        known: dict[str, Value] = dict(zip(self.contract.access.keys, keys, strict=True))
        hello: dict[str, Value] = {
            "protocol": "1",
            "generation": self.contract.generation,
            "format": self.format,
            "base_url": self.url,
            "token": token or self.credentials.token,
            "tenant_id": tenant or self.credentials.tenants[0],
            "keys": known,
        }
        answer = self.driver.ask("hello", hello, self.seconds)
        if answer.get("unsupported"):
            raise NotSpoken(str(answer["unsupported"])[:300])
        if answer.get("error"):
            raise DriverLost(f"the driver does not begin: {str(answer['error'])[:300]}")
        can = answer.get("can")
        self.can = frozenset(str(each) for each in can) if isinstance(can, tuple) else frozenset()
        if not self.can:
            self.driver.end()
            raise DriverLost('the driver\'s answer to hello has no list "can" of the messages that it understands')


def program(command: Sequence[str]) -> Callable[[Mapping[str, str]], Asked]:
    """What starts a driver that is a program of its own."""
    return lambda environment: Driver(command, environment)


@dataclass(eq=False)
class ClientPlan:
    """A run about a client, as the engine tells it."""

    target: str
    generation: str
    cases: Sequence[ClientCase]
    #: starts a driver, given the environment in which it finds the server
    start: Callable[[Mapping[str, str]], Asked]
    seed: str = "1"
    profile: Profile = Profile.FULL
    seconds: float = 10.0
    credentials: Credentials = field(default_factory=Credentials)
    stages: dict[str, Stage] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        return Head(
            target=self.target,
            profile=self.profile.value,
            seed=self.seed,
            contracts=(served(self.generation),),
            cases=len(self.cases),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the driver was told to show."""
        return self.credentials.secrets

    def check(self) -> None:
        """The server is ours, so it is there."""

    def tell(self, case: Subject) -> Outcome:
        """The outcome of one case."""
        assert isinstance(case, ClientCase)
        stage = self._stage(case.format)
        if (case.watch is None or not stage.heard) and stage.given_up(case.clause.id):
            count = min(stage.losses, len(stage.lost))
            return lost(case, f"the driver was lost {count} times in a row, and was not started again")
        try:
            if case.watch is not None:
                return watched(case, self._toured(stage), self.profile)
            play = stage.play(self.seed + case.id)
        except NotSpoken as error:
            return unspoken(case, error.reason)
        except DriverLost as error:
            stage.losses += _END_OF_PATIENCE // _PATIENCE
            stage.lost.append(case.clause.id)
            return lost(case, str(error))
        outcome = told(case, play, self.profile)
        if stage.driver.running:
            stage.losses, stage.lost = 0, []
        else:
            stage.losses += 1
            stage.lost.append(case.clause.id)
        stage.heard += play.heard
        return outcome

    def close(self) -> None:
        """End the drivers and the servers, and leave no process behind."""
        for each in self.stages.values():
            each.driver.end()
        self._open.close()

    def _toured(self, stage: Stage) -> Sequence[Heard]:
        """All that was heard in scenarios, and on a short tour that is made once. Raises DriverLost."""
        if not stage.toured and stage.losses < _END_OF_PATIENCE:
            stage.toured = True
            try:
                play = stage.play(self.seed + "tour")
                tour(play)
                stage.heard += play.heard
            except DriverLost:
                # What was heard before can be judged all the same.
                if not stage.heard:
                    raise
        return tuple(stage.heard)

    def _stage(self, name: str) -> Stage:
        if name not in self.stages:
            self.stages[name] = self._set_up(name)
        return self.stages[name]

    def _set_up(self, name: str) -> Stage:
        contract = served(self.generation)
        counterpart = Counterpart(contract, server(contract, self.credentials))
        url = self._open.enter_context(counterpart)
        environment = surroundings(contract, url, self.credentials)
        return Stage(
            contract=contract,
            format=name,
            driver=self.start(environment),
            counterpart=counterpart,
            seconds=self.seconds,
            credentials=self.credentials,
            url=url,
        )


def server(contract: Contract, credentials: Credentials) -> Callable[[], Handler]:
    """What makes an empty reference server that knows one caller."""
    return lambda: embedded(contract, credentials=credentials).server


def surroundings(contract: Contract, url: str, credentials: Credentials) -> Mapping[str, str]:
    """The environment in which a client or a driver finds the server."""
    token, tenant, keys = credentials.shown(contract.access)
    return {
        "CONFORMANCE_BASE_URL": url,
        "CONFORMANCE_GENERATION": contract.generation,
        "CONFORMANCE_TOKEN": token or credentials.token,
        "CONFORMANCE_TENANT_ID": tenant or credentials.tenants[0],
        **dict(zip(contract.access.keys, keys, strict=True)),
    }


def seconds(text: str) -> float:
    """A time limit out of the command line. Raises BadOption."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= 3600:
        raise BadOption(f"{text!r} is not a number of seconds", "give a number above 0, as in --timeout 10")
    return found
