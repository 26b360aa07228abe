"""What one exchange alone shows to be wrong, in the client's request and in the server's answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from conformance.contract.model import Contract
from conformance.exchange import Exchange
from conformance.judge import answer, request
from conformance.judge.operation import meant
from conformance.rules.kind import Finding

__all__ = ["judge"]


def judge(contract: Contract, exchange: Exchange) -> tuple[Finding, ...]:
    """The findings, those on the request first; their paths begin with ``request`` or ``answer``.

    An exchange about something else than the contract's operations has none. It never raises for what an exchange
    holds. Clauses of every grade are judged by: whoever counts findings looks the grade of their clause up.
    """
    operation = meant(contract, exchange.request)
    if operation is None:
        return ()
    found = list(_placed("request", request.findings(contract, operation, exchange.request)))
    if exchange.response is not None:
        found += _placed("answer", answer.findings(contract, exchange.response))
    excuses = {code: erratum.id for erratum in contract.errata for code in erratum.excuses}
    return tuple([replace(each, erratum=each.erratum or excuses.get(each.code, "")) for each in found])


def _placed(side: str, found: Iterable[Finding]) -> Iterator[Finding]:
    return (replace(each, path=f"{side}{each.path}") for each in found)
