"""Which of the contract's operations a request means."""

from __future__ import annotations

from conformance.contract.model import Contract, Operation
from conformance.exchange import Request


def meant(contract: Contract, request: Request) -> Operation | None:
    """The operation of this method and path; None for requests about anything else, which are not ours to judge."""
    fitting = (each for each in contract.operations.values() if each.method == request.method.upper())
    return next((each for each in fitting if _fits(each, request.path)), None)


def _fits(operation: Operation, path: str) -> bool:
    before, gap, _ = operation.path.lower().partition("{")
    asked = path.lower().rstrip("/")
    if not gap:
        return asked == before
    # What lies deeper than the identifier (attachments, history) is another resource.
    identifier = asked.removeprefix(before)
    return asked.startswith(before) and bool(identifier) and "/" not in identifier
