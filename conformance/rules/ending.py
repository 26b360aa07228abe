"""How a check ends when its promise was not simply kept."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.document import Value
from conformance.errors import ConformanceError
from conformance.exchange import Request, Response


@dataclass(eq=False)
class Broken(ConformanceError):
    """The target breaks the clause. ``code`` names the way, ``reason`` is the sentence a stranger reads."""

    code: str
    reason: str
    before: Value = None
    after: Value = None

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class CouldNotRun(ConformanceError):
    """Something the check needs, but does not judge, did not hold."""

    reason: str

    def __str__(self) -> str:
        return self.reason


def turned_away(request: Request, response: Response) -> str:
    """Why an answer says nothing about the promise: it is about the caller, or sends the caller elsewhere."""
    line = f"{request.method} {request.path} answered {response.status}"
    if response.status < 400:
        return f"{line}: redirects are not followed, so the target must be named by its own address"
    return f"{line}: the target does not let this caller in; credentials are given with --token, --tenant or --header"
