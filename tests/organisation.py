"""A service to visit: the reference server behind a gate, with everything that reached it written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from conformance.contract.service import Limits
from conformance.exchange import Request, Response
from conformance.reference import build
from conformance.reference.door import Guests
from conformance.reference.gate import Gate
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.wire.organisation import House

CONTRACT = contract("2.0-2026")
TENANT = "8f1c2a5e-0000-4000-8000-0000000000aa"
TOKEN = "canary.token-1234567890"
DEMO = House(name="Demo Company (test)", demo=True)


def limits(**most: int) -> Limits:
    assert CONTRACT.limits is not None
    held = {name: replace(getattr(CONTRACT.limits, name), most=number) for name, number in most.items()}
    return replace(CONTRACT.limits, **held)


@dataclass
class Service:
    """The handler of a server; ``spoil`` may answer in its place."""

    houses: tuple[House, ...] = (DEMO,)
    tokens: frozenset[str] = frozenset({TOKEN})
    spoil: Callable[[Request], Response | None] = lambda _request: None
    heard: list[tuple[float, Request]] = field(default_factory=list)
    server: ReferenceServer = field(init=False)

    def __post_init__(self) -> None:
        guests = Guests(tokens=self.tokens, tenants=frozenset({TENANT}))
        self.server = ReferenceServer(CONTRACT, build.stages(CONTRACT), guests=guests, houses=self.houses)

    def __call__(self, request: Request) -> Response:
        self.heard.append((monotonic(), request))
        spoilt = self.spoil(request)
        return spoilt if spoilt is not None else self.server(request)

    @property
    def writes(self) -> int:
        return sum(1 for _, each in self.heard if each.method != "GET")

    @property
    def active(self) -> list[str]:
        resource = CONTRACT.resource
        held = [each for store in self.server.tenants.values() for each in store.records()]
        return [str(each[resource.name]) for each in held if each[resource.status] == resource.active]


@dataclass
class Busy(Gate):
    """A gate that remembers when it turned somebody away."""

    moments: list[tuple[float, str]] = field(default_factory=list)

    def enter(self, request: Request) -> Response | None:
        turned = super().enter(request)
        self.moments.append((monotonic(), "" if turned is None else turned.headers.first("Retry-After", "0")))
        return turned


def profile(folder: Path, url: str, *more: str, token: str = 'environment = "LIVE_TOKEN"') -> str:
    """A profile in a folder, as a target."""
    path = folder / "profile.toml"
    lines = [f'base_url = "{url}"', 'generation = "2.0-2026"', f'tenant = "{TENANT}"', "[token]", token, *more]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return f"live:{path}"
