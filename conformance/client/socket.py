"""HTTP on loopback in which an answer may also be half sent, withheld or torn off.

The reference server's own door leaves that to a web server that keeps such things from happening.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.exchange import Headers, Request, Response

#: the most that is read of a body; one byte more is kept of one that is larger
LARGEST = 16 * 1024 * 1024
#: the seconds for which the rest of a body that is too large is read and dropped
_DRAINED = 2.0
_BLOCK = 64 * 1024
_PIECE = 7
_BODILESS = (204, 304)


class Torn(Protocol):
    """An answer that is not wholly sent."""

    @property
    def half_of(self) -> Response | None:
        """What a part is sent of."""
        ...

    @property
    def seconds(self) -> float:
        """How long the connection is held before it ends."""
        ...


class Listener(ThreadingHTTPServer):
    """A server on a port of this machine, by default a free one; ``answer`` is given each request with its target."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request, str], Response | Torn], port: int = 0) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news of this server's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: Listener

    def __getattr__(self, name: str) -> Callable[[], None]:
        """The base class looks for one function a method; here one answers them all."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self._body()
        said = self.server.answer(self._request(body), self.path)
        if isinstance(said, Response):
            self._say(said, said.body)
        else:
            self._tear(said)
        if len(body) > LARGEST:
            self._drop()

    def _drop(self) -> None:
        """Read what is left of a body that is too large, for a while, so that its sender hears the answer; and end."""
        self.close_connection = True
        end = monotonic() + _DRAINED
        with suppress(OSError):
            self.connection.settimeout(_DRAINED)
            while monotonic() < end and self.connection.recv(_BLOCK):
                pass

    def log_message(self, *_: Any) -> None:
        """Nothing is logged: what was said is written down elsewhere."""

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "")
        # One byte over the limit shows that there was more.
        return self.rfile.read(min(int(length), LARGEST + 1)) if length.isascii() and length.isdigit() else b""

    def _chunks(self) -> bytes:
        body = bytearray()
        while len(body) <= LARGEST:
            size = int(self.rfile.readline(64).split(b";")[0].strip() or b"0", 16)
            body += self.rfile.read(max(0, min(size, LARGEST + 1 - len(body))))
            self.rfile.readline(64)
            if size <= 0:
                break
        return bytes(body)

    def _request(self, body: bytes) -> Request:
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=Headers(tuple(self.headers.items())),
            body=body,
        )

    def _say(self, said: Response, body: bytes) -> None:
        self.send_response_only(said.status)
        chunked = "chunked" in said.headers.first("Transfer-Encoding").lower()
        for name, value in said.headers:
            self.send_header(name, value)
        if not chunked and said.status not in _BODILESS and "Content-Length" not in said.headers:
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(_chunked(body) if chunked else body)
        self.wfile.flush()

    def _tear(self, said: Torn) -> None:
        if said.half_of is not None:
            self._say(said.half_of, said.half_of.body[: len(said.half_of.body) // 2])
        sleep(said.seconds)
        self.close_connection = True
        if said.half_of is None:
            # A reset, and not an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with suppress(OSError):
            self.connection.close()


def _chunked(body: bytes) -> bytes:
    pieces = (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
