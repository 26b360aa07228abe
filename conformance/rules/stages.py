"""The stages of a server that rules obey in and faults disobey in. Bare stages keep no promise at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import RLock
from typing import Protocol, TypeAlias

from conformance.contract.model import Refusal, Role
from conformance.document import Record
from conformance.exchange import Request, Response

CHANGED = "#changed"
"""The member in which a record is kept with the moment of its last change, where its generation shows none."""


class Shelf(Protocol):
    """The records of one tenant, as the stages see them."""

    def find(self, field: str, value: str) -> Record | None:
        """The record that holds ``value`` in an indexed field; among equals the active one, then the newest."""
        ...

    def records(self) -> Iterable[Record]:
        """All records, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One record of a write request on its way in."""

    role: Role
    sent: Record
    format: str
    #: the record before anything was stripped from it
    asked: Record
    #: the identity that the path names
    addressed: str = ""
    #: the place in the batch, from 0
    position: int = 0
    #: whether the body was one record without a list around it
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one record of a write request."""

    intake: Intake
    #: the record as it was stored; None when it was refused
    record: Record | None
    #: why it was refused
    messages: tuple[str, ...] = ()
    #: the status that an answer shows, where each record has one
    status: str = ""
    #: the record that it replaced
    before: Record | None = None
    #: whether what was stored is taken back
    undone: bool = False
    #: whether an error lists it though it was not refused
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How records are asked for: ``by`` is the identifier used, empty for a list or the answer to a write."""

    role: Role
    by: str = ""
    format: str = ""
    #: what was asked of a list
    asked: Asked | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request for a list asks for: the value of each narrowing parameter that it has, by what it does."""

    narrowing: Mapping[str, str]
    request: Request
    format: str


@dataclass(eq=False)
class Declined(Exception):
    """A stage ends the request here, with this entry of the error catalogue."""

    refusal: str
    message: str = ""


Tenant = Callable[[str], str]
Strip = Callable[[Intake], Intake]
Match = Callable[[Shelf, Intake], Record | None]
Object = Callable[[Shelf, Intake, Record | None], tuple[str, ...]]
Merge = Callable[[Record, Intake], Record]
Assign = Callable[[Intake], str]
Keep = Callable[[Intake, Record | None], bool]
Show = Callable[[Record, Looking], Record]
Linger = Callable[[Shelf, Intake], Record | None]
Look = Callable[[Shelf, str, str], Record | None]
Handler = Callable[[Request], Response]
Around = Callable[[Request, Handler], Response]
Alone = Callable[[], AbstractContextManager[object]]
Sift = Callable[[Sequence[Record], Asked], Sequence[Record]]
Understand = Callable[[Asked], Asked]
Tally = Callable[[Sequence[Record], Asked], Mapping[str, int]]
Gather = Callable[[Iterable[Record]], Iterable[Record]]
Echo = Callable[[Record, str], Record]
Refuse = Callable[[Refusal, Intake], Refusal]
Inspect = Callable[[str, bytes], None]
Said = Sequence[tuple[Record, tuple[str, ...]]]
Phrase = Callable[[Refusal, Said], tuple[Refusal, Said]]
Succeed = Callable[[Role], int]
Batch = Callable[[tuple[Intake, ...]], tuple[Intake, ...]]
Outcomes: TypeAlias = tuple[Outcome, ...]
Apart = Callable[[Request, tuple[Intake, ...]], bool]
Settle = Callable[[Outcomes, bool], Outcomes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """A server's behaviour between decoding a write and encoding its answer."""

    #: the whole exchange: what is answered to a request, given what the stages below would answer
    around: Around
    #: what the body of a write must be before it is read, given its format; declines one that is not
    inspect: Inspect
    #: what keeps one exchange apart from all others while it is being done
    alone: Alone
    #: the tenant whose records are used, out of the one that the caller names
    tenant: Tenant
    #: the batch that is processed, out of the batch that was sent
    batch: Batch
    #: whether the answer to a write says of each record apart what became of it
    apart: Apart
    #: what became of the records of a batch, as it is answered; the flag says whether that is told of each apart
    settle: Settle
    #: the record as it is taken in, out of the record as it was sent
    strip: Strip
    #: the stored record that the sent one means
    match: Match
    #: why it is refused, as messages; empty when it is not
    object: Object
    #: the record to store; the first argument is empty for a new one
    merge: Merge
    #: the identity of a new record; empty lets the store choose
    assign: Assign
    #: whether the merged record is stored at all; the second argument is the record it would replace
    keep: Keep
    #: what else is stored by the way, also when the request is refused; a faithful server stores nothing
    linger: Linger
    #: the record that an identifier names when it is fetched: field, then value
    look: Look
    #: the records of a list, out of all stored ones
    gather: Gather
    #: what is asked of a list, as the server takes it
    understand: Understand
    #: the records of a list that are asked for, in three steps: which of them, in which order, and which part of those
    sift: Sift
    order: Sift
    page: Sift
    #: what an answer says of the pages of a list: ``page``, ``size``, ``pages``, ``items``; nothing where it is no page
    tally: Tally
    #: the record as it is shown
    show: Show
    #: a refused record as an answer in this format repeats it, out of the record as it was sent
    echo: Echo
    #: the error as it is answered when records of a batch are refused, and any error, with what is said of each record
    refuse: Refuse
    phrase: Phrase
    #: the status of a success
    succeed: Succeed


def bare() -> Stages:
    """Stages of a server that stores whatever it is sent as a new record."""
    lock = RLock()
    return Stages(
        around=lambda request, answer: answer(request),
        alone=lambda: lock,
        inspect=lambda _format, _body: None,
        tenant=lambda tenant: tenant,
        batch=lambda intakes: intakes,
        apart=lambda _request, _intakes: False,
        settle=lambda outcomes, _apart: outcomes,
        strip=lambda intake: intake,
        echo=lambda record, _format: record,
        match=lambda _shelf, _intake: None,
        object=lambda _shelf, _intake, _existing: (),
        merge=lambda _existing, intake: intake.sent,
        assign=lambda _intake: "",
        keep=lambda _intake, _existing: True,
        linger=lambda _shelf, _intake: None,
        look=lambda shelf, field, value: shelf.find(field, value),
        gather=lambda records: records,
        understand=lambda asked: asked,
        sift=lambda records, _asked: records,
        order=lambda records, _asked: records,
        page=lambda records, _asked: records,
        tally=lambda _records, _asked: {},
        show=lambda record, _looking: record,
        refuse=lambda refusal, _intake: refusal,
        phrase=lambda refusal, said: (refusal, said),
        succeed=lambda _role: 200,
    )
