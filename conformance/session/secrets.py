"""What in an exchange is nobody else's business: tokens, keys, cookies, tenants, and what OAuth passes around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from conformance.contract.model import Contract
from conformance.exchange import Exchange, Headers

_HEADERS = ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
_WORDS = re.compile(r"token|secret|passw|assertion|signature|nonce|consumer_key|client_id|^code$", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]+)"')
_FORM = re.compile(rb"(?:^|&)([A-Za-z_.-]{1,40})=([^&\s]{4,4000})")
_JSON = re.compile(rb'"([A-Za-z_.-]{1,40})"\s*:\s*"([^"\\]{4,8000})"')
_LARGEST = 64 * 1024
"""The most bytes of a body that are searched: what passes tokens around is short."""


def secrets(exchange: Exchange, contracts: Sequence[Contract]) -> set[str]:
    """The values that must not be shown."""
    sides = [exchange.request.headers, *([exchange.response.headers] if exchange.response else [])]
    tenants = {each.access.tenant_header.lower() for each in contracts if each.access.tenant_header}
    keys = {key.lower() for each in contracts for key in each.access.keys}
    found = {value for headers in sides for value in _of_headers(headers, tenants)}
    found |= {value for name, value in exchange.request.query if name.lower() in keys or _WORDS.search(name)}
    bodies = [exchange.request.body, *([exchange.response.body] if exchange.response else [])]
    found |= {value for body in bodies if len(body) <= _LARGEST for value in _of_body(body)}
    return {each for each in found if each}


def _of_headers(headers: Headers, tenants: set[str]) -> Iterator[str]:
    for name, value in headers:
        if name.lower() in tenants:
            yield value
        if name.lower() in _HEADERS:
            yield from (value, value.partition(" ")[2], *_QUOTED.findall(value))
            yield from (each.partition("=")[2].strip() for each in value.split(";"))


def _of_body(body: bytes) -> Iterator[str]:
    for pattern in (_FORM, _JSON):
        for name, value in pattern.findall(body):
            if _WORDS.search(name.decode("ascii", "replace")):
                yield value.decode("utf-8", "replace")
