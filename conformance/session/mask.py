"""Exchanges as they may be kept: every secret is replaced, and what was shown can still be told from what was not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.contract.model import Access
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.session.redact import Redactor
from conformance.targets.target import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """Replaces what one caller shows by what it is: the token, the first tenant, the second key.

    Two runs with other credentials, masked, send the same bytes.
    """

    redactor: Redactor
    #: what stands for the value of a parameter or a header field that holds a credential and nothing else
    whole: dict[tuple[str, str], str]

    @classmethod
    def of(cls, credentials: Credentials, access: Access) -> Mask:
        """The mask of a caller in one generation."""
        token, tenant, keys = credentials.shown(access)
        tenants = dict.fromkeys((tenant, *credentials.tenants))
        labels = {token: "[token]", **{each: f"[tenant {n}]" for n, each in enumerate(filter(None, tenants), 1)}}
        labels |= {each: f"[key {n}]" for n, each in enumerate(keys, 1)}
        labels.pop("", None)
        whole = {(name.lower(), value): labels[value] for name, value in zip(access.keys, keys, strict=False) if value}
        whole |= {(access.tenant_header.lower(), each): labels[each] for each in tenants if each}
        whole[access.token_header.lower(), f"{access.token_scheme} {token}".strip()] = (
            f"{access.token_scheme} [token]".strip()
        )
        return cls(redactor=Redactor.of(credentials.secrets, labels), whole=whole)

    def exchange(self, exchange: Exchange) -> Exchange:
        """The exchange without secrets."""
        return replace(
            exchange,
            request=self.request(exchange.request),
            response=exchange.response and self._response(exchange.response),
            failure=self.redactor.text(exchange.failure),
        )

    def request(self, request: Request) -> Request:
        """The request without secrets."""
        return replace(
            request,
            path=self.redactor.text(request.path),
            query=tuple((name, self._parameter(name, value)) for name, value in request.query),
            headers=self._headers(request.headers),
            body=self._body(request.body),
        )

    def _response(self, response: Response) -> Response:
        headers, body = self._headers(response.headers), self._body(response.body)
        if body != response.body and "Content-Length" in headers:
            headers = headers.with_field("Content-Length", str(len(body)))
        return replace(response, headers=headers, body=body)

    def _parameter(self, name: str, value: str) -> str:
        return self.whole.get((name.lower(), value)) or self.redactor.text(value)

    def _headers(self, headers: Headers) -> Headers:
        return Headers(tuple((name, self._field(name, value)) for name, value in headers))

    def _field(self, name: str, value: str) -> str:
        return self.whole.get((name.lower(), value)) or self.redactor.header(name, value)

    def _body(self, body: bytes) -> bytes:
        try:
            return self.redactor.text(body.decode()).encode()
        except UnicodeDecodeError:
            # Every byte is a letter of Latin-1: what is no text comes back as it was, but for the secrets.
            return self.redactor.text(body.decode("latin-1")).encode("latin-1")
