"""Tiny servers on loopback, each wrong in one way."""

from __future__ import annotations

import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TypeAlias

from conformance.targets.remote import Address

MIB = 1024 * 1024


Behaviour: TypeAlias = Callable[["Server", socket.socket, int], None]


class Server:
    """Sockets on loopback; ``behave`` is given each connection with its number. What was asked is kept in ``heard``."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.accepted = 0
        self.heard: list[bytes] = []
        self.over = Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = Address(scheme="http", host="127.0.0.1", port=self.listening.getsockname()[1])

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listening.accept()
                self.accepted += 1
                Thread(target=self.talk, args=(sock, self.accepted), daemon=True).start()

    def talk(self, sock: socket.socket, number: int) -> None:
        with sock, suppress(OSError):
            self.behave(self, sock, number)

    def hear(self, sock: socket.socket) -> bytes:
        """One request, head and body."""
        text = b""
        while b"\r\n\r\n" not in text:
            more = sock.recv(65536)
            if not more:
                raise OSError("the client has gone")
            text += more
        head, _, body = text.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += sock.recv(65536)
        self.heard.append(head + b"\r\n\r\n" + body)
        return head

    def drip(self, sock: socket.socket, text: bytes) -> None:
        for each in text:
            sock.send(bytes([each]))
            if self.over.wait(0.02):
                return


@contextmanager
def serving(behave: Behaviour) -> Iterator[Server]:
    server = Server(behave)
    Thread(target=server.accept, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        # Closing alone would leave the port open for as long as somebody waits in accept.
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()


def says(*answers: bytes, close: bool = True) -> Behaviour:
    """A server with these answers, one to each request on a connection; then it closes, or waits."""

    def behave(server: Server, sock: socket.socket, _number: int) -> None:
        for each in answers:
            server.hear(sock)
            sock.sendall(each)
        if not close:
            server.over.wait()

    return behave


def ok(body: bytes = b"fine", *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    parts = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + parts + end


def hangs(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    server.over.wait()


def drips_headers(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    server.drip(sock, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 10_000)


def drips_body(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    server.drip(sock, b"z" * 10_000)


def drips_to_the_end(server: Server, sock: socket.socket, _number: int) -> None:
    """The end of the connection is the end of the body, so cutting it off looks like a whole answer."""
    server.hear(sock)
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    server.drip(sock, b"z" * 10_000)


def continues_for_ever(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    while not server.over.wait(0.01):
        sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def never_reads(server: Server, _sock: socket.socket, _number: int) -> None:
    server.over.wait()


def resets(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)


def never_ends(server: Server, sock: socket.socket, _number: int) -> None:
    server.hear(sock)
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not server.over.is_set():
        sock.sendall(b"z" * MIB)


def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(200)) + packer.flush()
    return ok(packed, b"Content-Encoding: gzip")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
