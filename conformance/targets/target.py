"""What a session asks of a target, and what a caller must show to be let in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from conformance.contract.model import Access
from conformance.exchange import Request, Response


class Target(Protocol):
    """Anything that answers requests of one generation."""

    def send(self, request: Request) -> Response:
        """The answer to a request. Raises NoAnswer when there is none."""
        ...


@runtime_checkable
class Taped(Protocol):
    """A target that must know which conversation a request is part of: one that records, or one that was recorded.

    A conversation has a name; one may be told inside another. Requests go to it one after the other.
    """

    #: whether requests may go out at the same moment
    at_once: bool

    def tape(self, name: str) -> AbstractContextManager[list[str]]:
        """Around a conversation; what there is to say of its recording stands in the list when it has ended."""
        ...

    def read(self, name: str) -> None:
        """From now on the open conversation may speak of what came of another."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the caller shows: a token and a tenant, keys for the query, and headers of the user's own.

    The defaults are plain words for mocks; nothing here is ever written to a report.
    """

    token: str = "conformance-token"
    tenants: tuple[str, ...] = ("00000000-0000-4000-8000-00000000c0de", "00000000-0000-4000-8000-00000000beef")
    #: in the order in which the contract names them; an empty one is replaced by a plain word
    keys: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def applied(self, access: Access, request: Request) -> Request:
        """The request with all that this generation asks a caller to show."""
        headers = request.headers
        if access.token_header:
            headers = headers.with_field(access.token_header, f"{access.token_scheme} {self.token}".strip())
        if access.tenant_header:
            headers = headers.with_field(access.tenant_header, self.tenants[0])
        for name, value in self.headers:
            headers = headers.with_field(name, value)
        given = (*self.keys, *("" for _ in access.keys))
        keys = tuple((name, given[place] or f"conformance-{name.lower()}") for place, name in enumerate(access.keys))
        return Request(
            method=request.method,
            path=request.path,
            query=(*keys, *request.query),
            headers=headers,
            body=request.body,
        )

    def shown(self, access: Access) -> tuple[str, str, tuple[str, ...]]:
        """What a target is shown: the token, the tenant and the keys; empty where nothing of the sort is asked for."""
        request = self.applied(access, Request(method="GET", path="/"))
        token = request.headers.first(access.token_header).partition(" ")[2].strip() if access.token_header else ""
        tenant = request.headers.first(access.tenant_header) if access.tenant_header else ""
        return token, tenant, tuple(value for _, value in request.query)

    @property
    def elsewhere(self) -> Credentials | None:
        """The same caller as a second tenant; None when there is only one."""
        return replace(self, tenants=self.tenants[1:]) if len(self.tenants) > 1 else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never be shown, the longest first."""
        own = [value for _, value in self.headers if len(value) >= 6]
        found = {self.token, *self.tenants, *self.keys, *own}
        return tuple(sorted((each for each in found if each), key=len, reverse=True))
