"""A request handed on to a server somewhere else as it came, and the answer handed back as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import quote, unquote, urlsplit

from conformance.cassettes.body import unpacked
from conformance.client.counterpart import Heard
from conformance.client.socket import LARGEST
from conformance.contract.model import Contract
from conformance.errors import Garbled, NoAnswer
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.proxy.traffic import Passed, Traffic
from conformance.targets.address import Address
from conformance.targets.target import Target

# RFC 9110, 7.6.1: what is said to the next one in the chain only.
_NEXT_ONLY = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"}
) | {"transfer-encoding", "upgrade"}
# What the client of the next connection says itself, of that connection.
_ANEW = frozenset({"host", "content-length", "expect"})
# Packings that can be undone here: a server may choose none that cannot be looked into.
_PACKINGS = frozenset({"gzip", "x-gzip", "deflate", "identity"})
# Everything that is printed as it is; what is left are control characters, spaces and bytes of other scripts.
_ASCII = "".join(chr(each) for each in range(33, 127))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt(Request):
    """A request whose path and query go out in the client's own spelling."""

    target: str

    @property
    def url(self) -> str:
        """Path and query as they stood on the request line."""
        return self.target


@dataclass(eq=False, kw_only=True)
class Forwarder:
    """Takes every request to one address, and keeps what was said."""

    contract: Contract
    address: Address
    upstream: Target
    traffic: Traffic

    def answer(self, request: Request, target: str) -> Response:
        """What the server says, or why it says nothing."""
        if len(request.body) > LARGEST:
            return _excuse(413, f"a body of more than {LARGEST // 1024 // 1024} MiB is not handed on")
        if request.method == "CONNECT":
            return _excuse(501, "a tunnel cannot be looked into; use this address in place of the server's")
        came = monotonic()
        line = _line(target)
        try:
            said = self.upstream.send(_asked(request, line))
        except NoAnswer as error:
            answer = _excuse(502, f"{self.address} gave no answer that can be handed back: {error}")
            self._keep(Heard(request=request, target=line, said=answer, came=came, went=monotonic()), str(error))
            return answer
        self._keep(Heard(request=request, target=line, said=said, came=came, went=monotonic()))
        return _back(request, said)

    def _keep(self, heard: Heard, failure: str = "") -> None:
        """Both sides of what was said: what the client heard, and what the server answered, unpacked."""
        assert isinstance(heard.said, Response)
        said, kind = heard.said, "no-answer" if failure else ""
        try:
            headers, body = unpacked(said.headers, said.body)
            said = Response(status=said.status, headers=headers, body=body)
        except Garbled as error:
            failure, kind = str(error), "garbled"
        whole = replace(heard.request, path=unquote(self.address.prefix) + heard.request.path)
        before = whole.path.lower().find(self.contract.base.lower())
        passed = Passed(
            heard=replace(heard, request=replace(whole, path=whole.path[max(before, 0) :]), said=said),
            exchange=Exchange(
                request=whole,
                response=None if failure else said,
                failure=failure,
                milliseconds=(heard.went - heard.came) * 1000,
            ),
            failed=kind,
        )
        self.traffic.add(passed)


def _line(target: str) -> str:
    """Path and query of a request target, whatever form it has; bytes that no URL may hold are escaped."""
    if not target.startswith("/"):
        parts = urlsplit(target)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return quote(target, safe=_ASCII, encoding="latin-1", errors="replace")


def _asked(request: Request, line: str) -> Spelt:
    return Spelt(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=Headers(tuple(_onward(request.headers))),
        body=request.body,
        target=line,
    )


def _onward(headers: Headers) -> Iterator[tuple[str, str]]:
    """The fields that are the server's business."""
    for name, value in _kept(headers, _ANEW):
        if name.lower() != "accept-encoding":
            yield name, value
        else:
            yield name, ", ".join(_packings(value)) or "identity"


def _packings(value: str) -> Iterator[str]:
    for each in value.split(","):
        if each.partition(";")[0].strip().lower() in _PACKINGS:
            yield each.strip()


def _back(request: Request, said: Response) -> Response:
    """The answer as the next connection carries it. To HEAD, the length is that of a body which is not sent."""
    anew = frozenset() if request.method == "HEAD" else frozenset({"content-length"})
    return Response(status=said.status, headers=Headers(tuple(_kept(said.headers, anew))), body=said.body)


def _kept(headers: Headers, anew: frozenset[str]) -> Iterator[tuple[str, str]]:
    named = {
        each.strip().lower() for name, value in headers if name.lower() == "connection" for each in value.split(",")
    }
    gone = _NEXT_ONLY | anew | named
    return ((name, value) for name, value in headers if name.lower() not in gone)


def _excuse(status: int, why: str) -> Response:
    headers = Headers((("Content-Type", "text/plain; charset=utf-8"),))
    return Response(status=status, headers=headers, body=f"conformance proxy: {why}\n".encode())
