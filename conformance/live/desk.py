"""Where every request of a run is announced and reported back: one desk, whichever process the request is sent by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from conformance.live.budget import Budget
from conformance.live.journal import Journal
from conformance.live.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Leave to send a request, with the token to show; where ``refused`` says why, there is none."""

    ticket: int = 0
    refused: str = ""
    number: int = 0
    token: str = field(default="", repr=False)


class Desk(Protocol):
    """What the sender of a request asks for."""

    def admit(self, entry: Mapping[str, Any] | None, *, last: bool = False) -> Permit:
        """Leave to send a request, after a wait if need be. ``entry`` is what a write may leave behind."""
        ...

    def report(self, ticket: int, status: int, headers: Mapping[str, str], ids: Sequence[str]) -> None:
        """What came of it: a status, 0 where none came; what was said of limits; the records that were shown."""
        ...

    def renew(self, number: int) -> bool:
        """Whether there is another token than the one of that number, which was refused."""
        ...


@dataclass(eq=False)
class Counter:
    """The desk itself, in the process that began the run."""

    budget: Budget
    tokens: Tokens
    journal: Journal | None = None

    def admit(self, entry: Mapping[str, Any] | None, *, last: bool = False) -> Permit:
        """The token is looked up first, so that no ticket is lost when there is none. Raises BadOption.

        Nothing is written that no journal knows of, whoever asks; cleaning up makes nothing.
        """
        if entry is not None and self.journal is None and not last:
            return Permit(refused="nothing is written to a real organisation before a journal of it is kept")
        self.tokens.current()
        ticket = self.budget.take(last=last)
        if ticket.refused:
            return Permit(refused=ticket.refused)
        token = self.tokens.current()
        if entry is not None and self.journal is not None:
            self.journal.note(entry)
        return Permit(ticket=ticket.number, number=token.number, token=token.text)

    def report(self, ticket: int, status: int, headers: Mapping[str, str], ids: Sequence[str]) -> None:
        """Written down before anybody else may send."""
        if ids and self.journal is not None:
            self.journal.note({"kind": "seen", "ids": list(ids)})
        self.budget.give(ticket, status, headers)

    def renew(self, number: int) -> bool:
        """Asked of the source of tokens."""
        return self.tokens.after(number)
