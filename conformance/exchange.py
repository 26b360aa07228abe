"""HTTP messages as frozen values, with no client behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order sent; names are compared without case (RFC 9110, 5.1)."""

    pairs: tuple[tuple[str, str], ...] = ()

    def first(self, name: str, default: str = "") -> str:
        """The value of the first field called ``name``."""
        wanted = name.lower()
        return next((value for each, value in self.pairs if each.lower() == wanted), default)

    def with_field(self, name: str, value: str) -> Headers:
        """These fields with ``name`` set to ``value``, in place of any it had."""
        kept = tuple(pair for pair in self.pairs if pair[0].lower() != name.lower())
        return Headers((*kept, (name, value)))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __contains__(self, name: str) -> bool:
        return any(each.lower() == name.lower() for each, _ in self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sends. ``path`` is not yet percent-encoded; ``query`` keeps its order."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def url(self) -> str:
        """Path and query as they stand on the request line."""
        path = quote(self.path, safe="/-._~!$'()*,;=:@")
        return f"{path}?{urlencode(self.query, quote_via=quote)}" if self.query else path


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answers."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.first("Content-Type").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its answer, or with the reason why there is none."""

    request: Request
    response: Response | None = None
    failure: str = ""
    milliseconds: float = 0.0
    #: the conversation that it belongs to, where several cases read that
    scene: str = ""
