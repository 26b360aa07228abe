"""Answers that a scenario puts in place of the faithful one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock

from conformance.client.counterpart import Cut, Handler, Said, Twist
from conformance.contract.model import Contract
from conformance.exchange import Headers, Request, Response
from conformance.wire import envelope

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def always(said: Said) -> Twist:
    """The same to every request."""
    return lambda _request, _handler: said


def first(count: int, twist: Twist) -> Twist:
    """Another answer to the first requests, and the faithful one to all others."""
    seen, lock = [0], Lock()

    def made(request: Request, handler: Handler) -> Said:
        with lock:
            seen[0] += 1
            mine = seen[0] <= count
        return twist(request, handler) if mine else handler(request)

    return made


def after(count: int, twist: Twist) -> Twist:
    """The faithful answer to the first requests, and another one to all others."""
    seen, lock = [0], Lock()

    def made(request: Request, handler: Handler) -> Said:
        with lock:
            seen[0] += 1
            mine = seen[0] > count
        return twist(request, handler) if mine else handler(request)

    return made


def done_then_cut(request: Request, handler: Handler) -> Said:
    """What was asked for is done, and the connection ends before any answer."""
    handler(request)
    return Cut()


def half(request: Request, handler: Handler) -> Said:
    """The faithful answer breaks off in the middle."""
    return Cut(half_of=handler(request))


def asking(change: Callable[[Request], Request]) -> Twist:
    """The faithful answer to a request that was changed on its way."""
    return lambda request, handler: handler(change(request))


def with_query(name: str, value: str) -> Twist:
    """The faithful answer to the same request with one query parameter set."""

    def change(request: Request) -> Request:
        kept = tuple(pair for pair in request.query if pair[0].lower() != name.lower())
        return replace(request, query=(*kept, (name, value)))

    return asking(change)


def refusal(contract: Contract, format_name: str, name: str) -> Response:
    """An entry of the error catalogue, as the reference server would write it."""
    known = contract.refusals[name]
    known = replace(known, echoes=False)
    body = envelope.write_error(
        contract, format_name, known, (), identifier="", moment=_LONG_AGO, provider="Reference server"
    )
    media = known.answer_type or contract.formats[format_name].answer_type
    return Response(status=known.status, headers=Headers((("Content-Type", media),)), body=body)


def page(status: int, words: str, *headers: tuple[str, str]) -> Response:
    """A page for people, as proxies and broken servers answer it."""
    body = f"<!DOCTYPE html><html><body><h1>{words}</h1></body></html>".encode()
    return Response(status=status, headers=Headers((("Content-Type", "text/html"), *headers)), body=body)
