"""A TCP connection within a given time, however many addresses a host has."""

from __future__ import annotations

import socket
import ssl
from time import monotonic

# A time-out of nothing would mean a socket that never waits.
SHORTEST = 0.001


def dial(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to the first address of the host that takes it. Raises the OSError of the last."""
    end = monotonic() + seconds
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(end - monotonic(), SHORTEST))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(max(end - monotonic(), SHORTEST))
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def said(error: Exception) -> str:
    """What a failed connection has to say for itself."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
