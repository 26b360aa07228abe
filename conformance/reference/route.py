"""Which operation a request means, who asks, and in which formats."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.contract.model import Contract, Operation, Role
from conformance.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation, with the identifier that the path or the query names."""

    operation: Operation
    by: str = ""
    identifier: str = ""


def route(contract: Contract, request: Request) -> Route | None:
    """The operation that method and path mean; None for a path that has none by this method."""
    for operation in contract.operations.values():
        identifier = _fits(operation, request)
        if identifier is not None and operation.method == request.method:
            return _identified(contract, operation, identifier, request)
    return None


def known_path(contract: Contract, request: Request) -> bool:
    """Whether any operation has this path."""
    return any(_fits(each, request) is not None for each in contract.operations.values())


def _fits(operation: Operation, request: Request) -> str | None:
    """The identifier in the path, empty where it has none; None when the path is another."""
    prefix, gap, _ = operation.path.partition("{")
    path = request.path
    if not gap:
        return "" if path.rstrip("/").lower() == prefix.lower() else None
    rest = path[len(prefix) :]
    return rest if path.lower().startswith(prefix.lower()) and rest else None


def _identified(contract: Contract, operation: Operation, identifier: str, request: Request) -> Route:
    if operation.role is not Role.READ:
        return Route(operation=operation, identifier=identifier)
    query = {name.lower(): value for name, value in request.query}
    for field, place in operation.identifiers.items():
        if place != "path" and place.lower() in query:
            return Route(operation=operation, by=field, identifier=query[place.lower()])
    by = contract.resource.identity if _guid(identifier) else contract.resource.number
    return Route(operation=operation, by=by, identifier=identifier)


def _guid(text: str) -> bool:
    return len(text.replace("-", "")) == 32 and all(each in "0123456789abcdef-" for each in text.lower())


def formats(contract: Contract, request: Request) -> tuple[str, str]:
    """The format of the body, and that of the answer; the first of the generation when nothing else is asked for."""
    default = next(iter(contract.formats))
    wanted = _format(contract, request.headers.first("Accept"), default)
    sent = _format(contract, request.headers.first("Content-Type"), default) if request.body else wanted
    return sent, wanted


def _format(contract: Contract, header: str, default: str) -> str:
    return next((each for each in contract.formats if each in header.lower()), default)
