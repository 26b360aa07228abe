"""Where a target is: the text after ``mock:``, taken apart once."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from conformance.errors import BadOption

_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "write it like http://127.0.0.1:4010"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An HTTP origin, and the prefix that stands before the path of every request."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @classmethod
    def parse(cls, url: str, bases: tuple[str, ...] = ()) -> Address:
        """The address in ``url``; a base path of the API at its end is taken off. Raises BadOption."""
        parts = _split(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise BadOption(f"{url!r} is not an http or https address", _EXAMPLE)
        if "@" in parts.netloc:
            # The address is not repeated: what stands before the @ may be a secret.
            raise BadOption("an address with a user or a password in it", "send them as a header instead")
        if "?" in url or "#" in url:
            raise BadOption(f"{url!r} has a query or a fragment", "give the address without it")
        return cls(
            scheme=parts.scheme,
            host=_host(url, parts.hostname),
            port=_port(url, parts),
            prefix=_prefix(parts.path, bases),
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a URL writes them."""
        return f"{self.scheme}://{self.where}"

    @property
    def where(self) -> str:
        """Host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.origin}{self.prefix}"


def _split(url: str) -> SplitResult:
    # urlsplit silently drops line ends and tabs; an address that holds any was mangled on its way here.
    if any(each.isspace() or not each.isprintable() for each in url):
        raise BadOption(f"{url!r} has a space or a control character in it", _EXAMPLE)
    try:
        return urlsplit(url)
    except ValueError as error:
        raise BadOption(f"{url!r} is not an address", _EXAMPLE) from error


def _host(url: str, name: str) -> str:
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadOption(f"{url!r} names no possible host", _EXAMPLE) from error


def _port(url: str, parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise BadOption(f"{url!r} has a port that is no number from 1 to 65535", _EXAMPLE)
    return port or _PORTS[parts.scheme]


def _prefix(path: str, bases: tuple[str, ...]) -> str:
    prefix = quote(path.rstrip("/"), safe="/-._~!$&'()*+,;=:@%")
    base = next((each for each in bases if prefix.lower().endswith(each.lower())), "")
    return prefix[: len(prefix) - len(base)].rstrip("/")
