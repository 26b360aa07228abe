"""Which operation a request means, who asks, and in which formats."""

from __future__ import annotations

import re
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


def asks_whose(contract: Contract, request: Request) -> bool:
    """Whether a request asks for the organisation."""
    known = contract.organisation
    return known is not None and request.method == "GET" and request.path.rstrip("/").lower() == known.path.lower()


def _fits(operation: Operation, request: Request) -> str | None:
    """The identifier in the path, empty where it has none; None when the path is another."""
    prefix, gap, _ = operation.path.partition("{")
    path = request.path
    if not gap:
        return "" if path.rstrip("/").lower() == prefix.lower() else None
    rest = path[len(prefix) :].rstrip("/")
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
    wanted = _wanted(contract, request.headers.first("Accept"))
    sent = _called(contract, request.headers.first("Content-Type")) if request.body else wanted
    return sent or next(iter(contract.formats)), wanted


def _wanted(contract: Contract, accept: str) -> str:
    """The format of the greatest weight; among equals the one that is named first."""
    ranges = [_weighed(each) for each in accept.split(",")]
    for media, weight in sorted(ranges, key=lambda each: each[1], reverse=True):
        called = _called(contract, media)
        if called and weight > 0:
            return called
    return next(iter(contract.formats))


def _weighed(text: str) -> tuple[str, float]:
    media, *parameters = (each.strip() for each in text.split(";"))
    weight = next((each.partition("=")[2] for each in parameters if each.replace(" ", "").startswith("q=")), "1")
    return media, float(weight) if re.fullmatch(r"[01](\.[0-9]{0,3})?", weight.strip()) else 0.0


def _called(contract: Contract, header: str) -> str:
    """The format that a media type names; empty when it names none."""
    media = header.partition(";")[0].strip().lower()
    names = {each.name: (each.media_type, each.answer_type.partition(";")[0]) for each in contract.formats.values()}
    return next((name for name, types in names.items() if media in types), "")
