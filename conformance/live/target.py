"""The target: requests go out with the real token, within the budget, once what they may leave behind is noted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conformance.contract.model import Contract, Limits
from conformance.errors import NoAnswer
from conformance.exchange import Headers, Request, Response
from conformance.live import journal
from conformance.live.desk import Desk, Permit
from conformance.session.redact import Redactor
from conformance.targets.target import Target

_REFUSED = 401

STAND_IN = "stand-in-for-the-token"
"""What stands for the token everywhere but on the wire: the real one is never in a request that is written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A real service. ``last`` is for cleaning up."""

    contract: Contract
    limits: Limits
    target: Target
    desk: Desk
    last: bool = False

    def send(self, request: Request) -> Response:
        """The answer, with no token in it. Raises NoAnswer when there is none, or when nothing may be sent any more."""
        permit, response = self._once(request)
        shown = STAND_IN in request.headers.first(self.contract.access.token_header)
        if response.status == _REFUSED and shown and self.desk.renew(permit.number):
            _, response = self._once(request)
        return response

    def _once(self, request: Request) -> tuple[Permit, Response]:
        permit = self.desk.admit(journal.sent(self.contract, request), last=self.last)
        if permit.refused:
            raise NoAnswer(permit.refused)
        status, said, ids = 0, Headers(), list[str]()
        try:
            response = _clean(self.target.send(self._dressed(request, permit.token)), permit.token)
            status, said = response.status, response.headers
            ids = journal.seen(self.contract, response) if request.method != "GET" else []
        finally:
            self.desk.report(permit.ticket, status, self._about_limits(said), ids)
        return permit, response

    def _dressed(self, request: Request, token: str) -> Request:
        name = self.contract.access.token_header
        value = request.headers.first(name)
        if STAND_IN not in value:
            return request
        return replace(request, headers=request.headers.with_field(name, value.replace(STAND_IN, token)))

    def _about_limits(self, said: Headers) -> dict[str, str]:
        lefts = [limit.left for _, limit in self.limits.each if limit.left]
        return {each: said.first(each) for each in (*lefts, self.limits.wait, self.limits.problem) if each in said}


def _clean(response: Response, token: str) -> Response:
    """The answer without the token, should the service say it back; all else stays as it is, byte for byte."""
    masks = Redactor.of([token]).masks

    def clean(text: str) -> str:
        small = text.lower()
        for each, label, pattern in masks:
            if each in small:
                text = pattern.sub(label, text)
        return text

    # Latin-1 has a character for every byte, and a token has only such.
    body = clean(response.body.decode("latin-1")).encode("latin-1")
    headers = Headers(tuple([(name, clean(value)) for name, value in response.headers]))
    return replace(response, headers=headers, body=body)
