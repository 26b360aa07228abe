"""Who is let in, and to which tenant's records."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.model import Contract
from conformance.exchange import Request
from conformance.rules.stages import Declined


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """Whom a server knows. None stands for everybody: any token that is not empty, any tenant, any key."""

    tokens: frozenset[str] | None = None
    tenants: frozenset[str] | None = None
    keys: tuple[str, ...] | None = None


def let_in(contract: Contract, guests: Guests, request: Request) -> str:
    """The tenant that the caller may see. Raises Declined."""
    access = contract.access
    if access.keys:
        return _by_keys(contract, guests, request)
    if not access.tenant_header:
        return ""
    scheme, _, token = request.headers.first(access.token_header).partition(" ")
    token, tenant = token.strip(), request.headers.first(access.tenant_header)
    if scheme.lower() != access.token_scheme.lower() or not token or not _known(token, guests.tokens):
        raise Declined("no-token")
    if not tenant or not _known(tenant, guests.tenants):
        raise Declined("no-tenant")
    return tenant


def _known(shown: str, known: frozenset[str] | None) -> bool:
    return known is None or shown in known


def _by_keys(contract: Contract, guests: Guests, request: Request) -> str:
    query = {name.lower(): value for name, value in request.query}
    shown = tuple(query.get(each.lower(), "") for each in contract.access.keys)
    if not all(shown) or (guests.keys is not None and shown != guests.keys):
        raise Declined("bad-key")
    return shown[-1]
