"""The reference server on a socket: the only door to the web server."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from conformance.errors import BadOption
from conformance.exchange import Headers, Request, Response
from conformance.reference.gate import Gate

Handler: TypeAlias = Callable[[Request], Response]
"""Anything that answers a request at once, such as a `ReferenceServer`."""

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

#: the most that is kept of a body; the decoders refuse one byte more
LARGEST = 16 * 1024 * 1024
#: the seconds for which the rest of a body that is too large is read and dropped, so that its sender hears the answer
_DRAINED = 5.0
_BODILESS = {204, 304}


def app(server: Handler, *, limit: int = LARGEST, gate: Gate | None = None) -> Starlette:
    """An application that gives the server's answers as they are; every path and method is the server's own.

    With a gate, requests over its limits are turned away.
    """

    async def serve_one(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        body, whole = await _body(receive, limit)
        if body is None:
            return
        request = _request(scope, body)
        response = server(request) if gate is None else await _through(gate, request, server)
        await send(_start(response, close=not whole))
        await send({"type": "http.response.body", "body": response.body, "more_body": not whole})
        if not whole:
            await _drain(receive)
            await send({"type": "http.response.body"})

    return Starlette(routes=[Mount("/", serve_one)])


async def _through(gate: Gate, request: Request, server: Handler) -> Response:
    turned = gate.enter(request)
    if turned is not None:
        return turned
    if gate.latency:
        await asyncio.sleep(gate.latency)
    return gate.leave(request, server(request))


async def _body(receive: Receive, limit: int) -> tuple[bytes | None, bool]:
    """The body up to one byte over the limit, and whether that is all of it; None when its sender has gone."""
    body = bytearray()
    while len(body) <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, False
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body), True
    del body[limit + 1 :]
    return bytes(body), False


async def _drain(receive: Receive) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINED):
            while (await receive()).get("more_body", False):
                pass


def _request(scope: MutableMapping[str, Any], body: bytes) -> Request:
    query = scope["query_string"].decode("latin-1")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=tuple(parse_qsl(query, keep_blank_values=True)) if query else (),
        headers=Headers(tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])),
        body=body,
    )


def _start(response: Response, *, close: bool) -> Message:
    headers = response.headers
    if "Content-Length" not in headers and response.status not in _BODILESS:
        headers = headers.with_field("Content-Length", str(len(response.body)))
    if close:
        headers = headers.with_field("Connection", "close")
    pairs = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers]
    return {"type": "http.response.start", "status": response.status, "headers": pairs}


def dispatch(servers: Mapping[str, Handler]) -> Handler:
    """One handler for several servers, each under its base path; any other path goes to the first of them."""
    first = next(iter(servers.values()))
    ranked = sorted(((base.lower().rstrip("/"), server) for base, server in servers.items()), key=_length, reverse=True)

    def choose(request: Request) -> Response:
        path = f"{request.path.lower()}/"
        return next((server for base, server in ranked if path.startswith(f"{base}/")), first)(request)

    return choose


def _length(ranked: tuple[str, Handler]) -> int:
    return len(ranked[0])


def serve(
    handler: Handler,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[str], None],
    gate: Gate | None = None,
) -> None:
    """Answer until interrupted; ``ready`` is told the URL once the socket listens. Raises BadOption."""
    with _listen(host, port) as listening, suppress(KeyboardInterrupt):
        ready(_url(listening))
        _server(handler, gate).run(sockets=[listening])


class Served:
    """A handler on a free port of this machine, for as long as the ``with`` block lasts; gives the URL."""

    def __init__(self, handler: Handler, gate: Gate | None = None) -> None:
        self._server = _server(handler, gate)
        self._thread = Thread(name="served", target=self._run, daemon=True)
        self._listening = _listen("127.0.0.1", 0)

    def __enter__(self) -> str:
        self._thread.start()
        return _url(self._listening)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._listening])


def _server(handler: Handler, gate: Gate | None) -> uvicorn.Server:
    """It says nothing of itself, in headers or on the screen; a fault of ours is logged with its traceback."""
    return uvicorn.Server(
        uvicorn.Config(
            app(handler, gate=gate),
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that already queues connections: they are accepted as soon as the server runs. Raises BadOption."""
    if not 0 <= port <= 65535:
        raise BadOption(f"{port} is no port", "name one from 1 to 65535, or 0 for any that is free")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadOption(f"port {port} of {host} is taken", "name another, or 0 for any that is free") from error
        raise BadOption(f"cannot listen at {host}:{port}: {error.strerror}") from error


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
