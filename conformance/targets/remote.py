"""Targets behind HTTP: the only door to the HTTP client."""

from __future__ import annotations

import socket
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected
from time import monotonic
from weakref import finalize

from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse
from urllib3.util import SKIP_HEADER

from conformance import __version__
from conformance.errors import Garbled, NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.targets.address import Address
from conformance.targets.dial import dial, said
from conformance.targets.patience import Allowance, BrokeOff, Closed, Patience, TimedOut, Unreached
from conformance.targets.reuse import Reuse
from conformance.targets.watchdog import Watchdog

__all__ = ["Address", "Remote", "reachable"]

_LARGEST = 16 * 1024 * 1024
_PIECE = 64 * 1024
_AGENT = f"xero-contacts-conformance/{__version__}"


# The first row that fits names the failure.
_CAUSES: tuple[tuple[type[Exception], type[NoAnswer], str], ...] = (
    (TimeoutError, TimedOut, "there was no answer within {seconds:g} s"),
    (ConnectionRefusedError, Unreached, "nothing listens at {where}"),
    (socket.gaierror, Unreached, "the host of {where} was not found"),
    (RemoteDisconnected, Closed, "the connection was closed before any answer"),
    (ConnectionError, Closed, "the connection was reset"),
    (ssl.SSLError, NoAnswer, "TLS failed: {error}"),
    (OSError, Unreached, "{where} cannot be reached: {error}"),
    (BadStatusLine, NoAnswer, "what came back is not HTTP"),
    (LineTooLong, NoAnswer, "the answer has a header line that is too long"),
    (HTTPException, NoAnswer, "the header of the answer cannot be used: {error}"),
    (HTTPError, NoAnswer, "the header of the answer cannot be used: {error}"),
    (ValueError, NoAnswer, "the request holds a character that HTTP forbids in a method or a header"),
)
_FAILURES = tuple(kind for kind, _, _ in _CAUSES)


class _Plain(HTTPConnection):
    """A connection that is made, over all the addresses of its host, within its time-out."""

    def _new_conn(self) -> socket.socket:
        return dial(self.host, self.port, self.timeout or 0.0)


class _Secure(_Plain, HTTPSConnection):
    """The same under TLS."""


class Remote:
    """A target at an address: one connection, kept open, and a time-out that bounds each exchange as a whole.

    While several threads send, none is kept: a server that serves one at a time would let the others wait on it.

    Redirects are answers like any other, cookies are not kept, gzip and deflate are unpacked. Only the look-up of a
    host's name has a time limit of its own, that of the system. ``verbatim``, nothing is added to a request, nothing
    is unpacked, and the target is never given up: what others say to each other goes through as it is.
    """

    def __init__(self, address: Address, *, timeout: float = 10.0, verbatim: bool = False) -> None:
        self._address, self._verbatim = address, verbatim
        self._patience = Patience(timeout, endless=verbatim)
        self._watchdog = Watchdog()
        self._tls = ssl.create_default_context() if address.scheme == "https" else None
        self._idle: deque[HTTPConnection] = deque()
        self._reuse = Reuse()
        self._under_way: set[object] = set()
        finalize(self, _hang_up, self._idle)

    def send(self, request: Request) -> Response:
        """The answer to a request. Raises NoAnswer, with the cause in one sentence, when there is none."""
        time, mark = self._patience.allowance(), object()
        self._under_way.add(mark)
        try:
            response = self._answer(request, time)
        except NoAnswer as error:
            told = self._patience.failed(error)
            raise told from error.__cause__
        finally:
            self._under_way.discard(mark)
        self._patience.succeeded()
        return response

    def close(self) -> None:
        """Let go of the connection; the next exchange would make another."""
        _hang_up(self._idle)

    def _answer(self, request: Request, time: Allowance) -> Response:
        kept = self._kept(writes=request.method != "GET")
        if kept is None:
            return self._exchange(self._fresh(), request, time)
        try:
            return self._exchange(kept, request, time)
        except Closed:
            self._reuse.given_up = True
            # A write may have been done before the connection ended: it is never sent twice.
            if request.method != "GET":
                raise
        return self._exchange(self._fresh(), request, time)

    def _kept(self, *, writes: bool) -> HTTPConnection | None:
        """The connection left open by the exchange before, unless it was closed since."""
        try:
            connection = self._idle.pop()
        except IndexError:
            return None
        if connection.sock is not None and self._reuse.safe(connection.sock, writes=writes):
            return connection
        connection.close()
        return None

    def _fresh(self) -> HTTPConnection:
        if self._tls:
            return _Secure(self._address.host, self._address.port, ssl_context=self._tls)
        return _Plain(self._address.host, self._address.port)

    def _exchange(self, connection: HTTPConnection, request: Request, time: Allowance) -> Response:
        try:
            self._connect(connection, time)
            with self._within(connection, time), closing(self._ask(connection, request, time)) as reply:
                response = _response(reply, _body(reply, time), unpacked=not self._verbatim)
        except NoAnswer:
            connection.close()
            raise
        if connection.sock is None or self._idle or len(self._under_way) > 1:
            connection.close()
        else:
            self._idle.append(connection)
        return response

    def _connect(self, connection: HTTPConnection, time: Allowance) -> None:
        connection.timeout = min(time.left, time.connect)
        if connection.sock is None:
            try:
                connection.connect()
            except _FAILURES as error:
                raise self._cause(error, time.connect) from error
        connection.timeout = time.left

    @contextmanager
    def _within(self, connection: HTTPConnection, time: Allowance) -> Iterator[None]:
        """Whatever comes of an exchange that was cut off, it is a time-out."""
        assert connection.sock is not None
        watch = self._watchdog.watch(connection.sock, time.end)
        try:
            yield
        except NoAnswer as error:
            if watch.cut and not isinstance(error, TimedOut):
                raise time.late from error
            raise
        finally:
            self._watchdog.release(watch)
        if watch.cut:
            raise time.late

    def _ask(self, connection: HTTPConnection, request: Request, time: Allowance) -> BaseHTTPResponse:
        try:
            self._write(connection, request)
            return connection.getresponse()
        except _FAILURES as error:
            raise self._cause(error, time.exchange) from error

    def _write(self, connection: HTTPConnection, request: Request) -> None:
        own = (
            dict.fromkeys(("User-Agent", "Accept-Encoding"), SKIP_HEADER) if self._verbatim else {"User-Agent": _AGENT}
        )
        headers = HTTPHeaderDict({name: value for name, value in own.items() if name not in request.headers})
        for name, value in request.headers:
            headers.add(name, value if self._verbatim else _latin(value))
        target = self._address.prefix + request.url
        try:
            how = {"preload_content": False, "decode_content": not self._verbatim}
            connection.request(request.method, target, body=request.body or None, headers=headers, **how)
        except (BrokenPipeError, ConnectionResetError):
            # A server may answer before it has read everything, and close: that answer is worth reading.
            return

    def _cause(self, error: Exception, seconds: float) -> NoAnswer:
        made, text = next((made, text) for kind, made, text in _CAUSES if isinstance(error, kind))
        return made(text.format(where=self._address.where, seconds=seconds, error=said(error)))


def _hang_up(idle: deque[HTTPConnection]) -> None:
    while idle:
        idle.pop().close()


def _latin(value: str) -> str:
    """The text whose Latin-1 bytes, which is what a header is written in, are the UTF-8 bytes of ``value``."""
    return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("latin-1")


def _body(reply: BaseHTTPResponse, time: Allowance) -> bytes:
    """The whole body, unpacked. Raises NoAnswer when it is broken, too large or too late."""
    body = bytearray()
    try:
        while piece := reply.read1(_PIECE):
            body += piece
            if len(body) > _LARGEST:
                raise BrokeOff(f"the target answered with more than {_LARGEST // 1024 // 1024} MiB")
            if monotonic() > time.end:
                raise time.late
    except DecodeError as error:
        raise Garbled("the answer cannot be unpacked: it is not what its Content-Encoding says") from error
    except ReadTimeoutError as error:
        raise time.late from error
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise BrokeOff(f"the answer broke off after {reply.tell()} bytes") from error
    return bytes(body)


def _response(reply: BaseHTTPResponse, body: bytes, *, unpacked: bool) -> Response:
    """The answer; the headers that described its packed body go with the packing."""
    codings = {each.strip() for each in reply.headers.get("Content-Encoding", "").lower().split(",")}
    packed = unpacked and body and codings & set(HTTPResponse.CONTENT_DECODERS)
    gone = {"content-encoding", "content-length"} if packed else set()
    pairs = tuple((name, value) for name, value in reply.headers.items() if name.lower() not in gone)
    return Response(status=reply.status, headers=Headers(pairs), body=body)


def reachable(address: Address, timeout: float, path: str = "/") -> str:
    """Why nothing at the address answers a GET in HTTP; empty when something does, whatever its status."""
    remote = Remote(address, timeout=timeout)
    try:
        remote.send(Request(method="GET", path=path))
    except (BrokeOff, Garbled):
        return ""
    except NoAnswer as error:
        return str(error)
    finally:
        remote.close()
    return ""
