"""A run against a real organisation, from the question whose it is to the last record that is archived."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

from conformance.live import entry, journal
from conformance.live.account import Account
from conformance.live.archive import Archive, Cleared, cost
from conformance.live.budget import Budget, Pace
from conformance.live.desk import Counter, Desk
from conformance.live.target import STAND_IN, Live
from conformance.live.tokens import Tokens
from conformance.live.wicket import Visitor, Wicket
from conformance.targets.remote import Remote
from conformance.targets.target import Credentials
from conformance.wire.organisation import House

_SIGNALS = ("SIGTERM", "SIGHUP")


def credentials(account: Account, headers: tuple[tuple[str, str], ...] = ()) -> Credentials:
    """What every request shows; a stand-in takes the place of the token until it is sent."""
    return Credentials(token=STAND_IN, tenants=(account.tenant,), headers=headers)


def target(account: Account, desk: Desk, timeout: float, *, last: bool = False) -> Live:
    """The service behind a desk."""
    remote = Remote(account.address, timeout=timeout)
    return Live(contract=account.contract, limits=account.limits, target=remote, desk=desk, last=last)


def from_elsewhere(account: Account, address: Mapping[str, Any], timeout: float) -> Live:
    """The service, as another process of the same run is let in to it."""
    return target(account, Visitor.of(address), timeout)


@dataclass(eq=False)
class Visit:
    """One run. `check` comes first and writes nothing; then `begin`; and `end`, whatever happened in between."""

    account: Account
    shown: Credentials
    #: the organisation that the user has named, and the seconds that an exchange may take
    named: str = ""
    timeout: float = 10.0
    told: Callable[[float, str], None] = lambda _seconds, _why: None
    window: float = 60.0
    house: House | None = None
    #: how many records the run is going to make, once that is known
    records: int | None = None
    cleared: Cleared | None = None
    book: Path | None = None
    _counter: Counter | None = None
    _wicket: Wicket | None = None
    _before: dict[int, Any] = field(default_factory=dict)

    @property
    def counter(self) -> Counter:
        """The desk of this run."""
        if self._counter is None:
            pace = Pace(minute=self.account.minute, run=self.account.run, window=self.window, lease=self.timeout + 2)
            budget = Budget(self.account.limits, pace, told=self._tell)
            self._counter = Counter(budget, Tokens(self.account.source))
        return self._counter

    def _tell(self, seconds: float, why: str) -> None:
        self.told(seconds, why)

    def keep(self, records: int) -> None:
        """Keep what cleaning up so many records takes, but leave the cases half of the requests at least."""
        self.records = records
        budget = self.counter.budget
        budget.pace = replace(budget.pace, kept=min(cost(records), budget.pace.run // 2))

    def open(self) -> Live:
        """The service, for the process that began the run."""
        return target(self.account, self.counter, self.timeout)

    def check(self) -> House:
        """Whose records these are, once for all. Raises BadOption when they may not be written to."""
        if self.house is None:
            self.counter.tokens.current()
            self.house = entry.let_in(self.account.contract, self.open(), self.shown, self.named)
        return self.house

    def begin(self, folder: Path, seed: str) -> None:
        """Open the journal; from here on, being told to end means cleaning up first."""
        house = self.check()
        facts = {"organisation": house.name, "generation": self.account.contract.generation, "seed": seed}
        self.counter.journal = journal.Journal.begin(folder, {**facts, "base_url": str(self.account.address)})
        self.book = self.counter.journal.path
        if current_thread() is main_thread():
            known = [getattr(signal, each) for each in _SIGNALS if hasattr(signal, each)]
            self._before = {each: signal.signal(each, _interrupted) for each in known}

    @property
    def address(self) -> dict[str, Any]:
        """Where other processes of this run find its desk."""
        if self._wicket is None:
            self._wicket = Wicket(self.counter)
        return self._wicket.address

    def halt(self) -> None:
        """Let cases send nothing any more."""
        self.counter.budget.stop("the run has ended")

    def end(self) -> None:
        """Clean up. A second interruption ends that too; the journal says what is left to do."""
        if self.book is None or self.cleared is not None:
            return
        try:
            self.halt()
            self.counter.budget.settle(self.timeout + 2)
            self.cleared = clear(self.account, self.counter, self.shown, self.book, self.timeout)
        except KeyboardInterrupt:
            self.cleared = Cleared(trouble="interrupted")
        finally:
            if self._wicket is not None:
                self._wicket.close()
            for each, handler in self._before.items():
                signal.signal(each, handler)


def clear(account: Account, counter: Counter, shown: Credentials, book: Path, timeout: float) -> Cleared:
    """Clean up after the run whose journal this is, and note there what was archived."""
    _, traces = journal.read(book)
    if not (traces.names or traces.marks or traces.ids):
        return Cleared()
    log, counter.journal = counter.journal or journal.Journal.reopen(book), None
    try:
        service = target(account, counter, timeout, last=True)
        archive = Archive(account.contract, service, shown, traces)
        archive.done = lambda ids: log.note({"kind": "archived", "archived": list(ids)})
        return archive.clear()
    finally:
        log.close()


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
