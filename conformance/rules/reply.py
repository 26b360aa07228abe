"""An answer as a check looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.contract.model import Contract
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.wire.envelope import Answer
from conformance.wire.scalar import ZERO_GUID


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer with its request; ``answer`` is None when the body could not be read, and ``trouble`` says why."""

    contract: Contract
    request: Request
    response: Response
    answer: Answer | None
    trouble: str = ""
    #: makes text of the target's fit to be quoted, before any of it is cut away
    quote: Callable[[str], str] = str

    @property
    def accepted(self) -> bool:
        """Whether the target took the request: a status of success and no error in the body.

        Which success status it must be is a clause of its own, so any will do here.
        """
        return self.accepted_status and self.answer is not None and self.answer.error is None

    @property
    def records(self) -> tuple[Record, ...]:
        """The records in the answer; none when it holds no list."""
        return (self.answer.records or ()) if self.answer is not None and self.accepted else ()

    @property
    def only(self) -> Record | None:
        """The one record of the answer; None when there is none, or more than one."""
        return self.records[0] if len(self.records) == 1 else None

    @property
    def identity(self) -> str:
        """The server's identifier of the one record; empty when there is none, or only the zero GUID."""
        found = "" if self.only is None else str(self.only.get(self.contract.resource.identity) or "")
        return "" if found == ZERO_GUID else found

    @property
    def refused(self) -> bool:
        """Whether the target answered that it will not do it: a 4xx, or an error in the body."""
        if 400 <= self.response.status < 500:
            return True
        # A status of 500 is a refusal where the error catalogue of the generation knows one of that status.
        known = {each.status for each in self.contract.refusals.values()}
        read = self.answer is not None and self.answer.error is not None
        return read and (self.response.status < 500 or self.response.status in known - {501})

    @property
    def accepted_status(self) -> bool:
        """Whether the status is one of success, whatever the body says."""
        return 200 <= self.response.status < 300

    @property
    def messages(self) -> tuple[str, ...]:
        """Every message of the error, the general one last."""
        error = None if self.answer is None else self.answer.error
        if error is None:
            return ()
        special = tuple(message for each in error.elements for message in each.messages)
        return (*special, *(each for each in (error.message, error.text) if each))

    @property
    def outcome(self) -> str:
        """What came back, in half a sentence."""
        line = f"{self.request.method} {self.request.path} answered {self.response.status}"
        if self.trouble:
            return f"{line} with a body that cannot be read ({self.trouble})"
        if self.messages:
            return f"{line}, {self.quote(self.messages[0])[:160]!r}"
        if self.answer is None or self.answer.records is None:
            return f"{line} without any {self.contract.resource.many}"
        return f"{line} with {len(self.answer.records)} {self.contract.resource.many}"
