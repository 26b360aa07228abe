"""Lists that are cut short, and calls that are not kept apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conformance.client.model.behaviour import Behaviour, Call, Refused
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Role
from conformance.document import Record, Value
from conformance.exchange import Request


def _carries(keep: Callable[[Call, Record], bool]) -> Callable[[], Behaviour]:
    """What the record before had is still there where this one says nothing."""

    def make() -> Behaviour:
        left: dict[str, Value] = {}

        def outgoing(call: Call, record: Record) -> Record:
            resource = call.contract.resource
            own = {resource.identity, resource.number, resource.name}
            sent = {**{name: value for name, value in left.items() if name not in own}, **record}
            if keep(call, record):
                left.clear()
                left.update(record)
            return sent

        return Behaviour(outgoing=outgoing)

    return make


def _sticky(narrowed: Callable[[Call, Request], Request | None]) -> Callable[[], Behaviour]:
    """What one list was narrowed by narrows the next as well."""

    def make() -> Behaviour:
        left: list[Request] = []

        def leaving(call: Call, request: Request) -> Request:
            if call.role is not Role.LIST:
                return request
            found = narrowed(call, request)
            if found is not None:
                left[:] = [found]
            return left[0] if left else request

        return Behaviour(leaving=leaving)

    return make


def _has_moment(call: Call, request: Request) -> Request | None:
    return request if call.contract.operations[Role.LIST].since in request.headers else None


def _has_filter(call: Call, request: Request) -> Request | None:
    name = call.contract.operations[Role.LIST].narrowing.get("where", "")
    return request if any(each == name for each, _ in request.query) else None


def _stuck() -> Behaviour:
    """After one refusal nothing is read any more."""
    refused: list[int] = []

    def listed(_call: Call, record: Record) -> Record:
        return {} if refused else record

    def told(_call: Call, problem: Refused) -> Refused:
        refused.append(1)
        return problem

    return Behaviour(handed=listed, told=told)


def _pages(change: Callable[[int], int]) -> Callable[[], Behaviour]:
    def make() -> Behaviour:
        def leaving(call: Call, request: Request) -> Request:
            ways = call.contract.operations[Role.LIST].narrowing
            query = tuple(
                (name, str(change(int(value)))) if name == ways.get("page") else (name, value)
                for name, value in request.query
            )
            return Request(
                method=request.method, path=request.path, query=query, headers=request.headers, body=request.body
            )

        return Behaviour(leaving=leaving)

    return make


_LISTS: tuple[tuple[str, str, str, Callable[[], Behaviour], str], ...] = (
    (
        "drops-last",
        "round-trip.lists",
        "The last of a list is dropped.",
        partial(Behaviour, listed=lambda _call, found: found[:-1]),
        "1",
    ),
    (
        "first-only",
        "round-trip.lists",
        "Of a list only the first is handed on.",
        partial(Behaviour, listed=lambda _call, found: found[:1]),
        "3",
    ),
    (
        "doubles-first",
        "round-trip.lists",
        "The first of a list is handed on twice.",
        partial(Behaviour, listed=lambda _call, found: (*found[:1], *found)),
        "1",
    ),
    (
        "ghost-of-none",
        "round-trip.lists",
        "An empty list is handed on as one empty record.",
        partial(Behaviour, listed=lambda _call, found: found or ({},)),
        "0",
    ),
    (
        "first-page-only",
        "round-trip.pages",
        "Only the first page is fetched.",
        partial(Behaviour, more=lambda _call, _page, _count: False),
        "many",
    ),
    (
        "drops-second-page",
        "round-trip.pages",
        "The second page is passed over.",
        _pages(lambda page: page + 1 if page > 1 else page),
        "5 of 2",
    ),
    (
        "first-page-again",
        "round-trip.pages",
        "The first page is fetched twice.",
        _pages(lambda page: max(1, page - 1)),
        "4 of 2",
    ),
    (
        "ghost-page",
        "round-trip.pages",
        "No pages are handed on as one empty record.",
        partial(Behaviour, listed=lambda _call, found: found or ({},), more=lambda _call, _page, _count: False),
        "0 of 2",
    ),
    (
        "carries-records",
        "round-trip.apart",
        "What the record before had is sent with the next.",
        _carries(lambda _call, _record: True),
        "records",
    ),
    (
        "carries-in-batch",
        "round-trip.apart",
        "What the record before had in a batch is sent with the next.",
        _carries(lambda call, _record: len(call.asked) > 1),
        "batch",
    ),
    ("keeps-moment", "round-trip.apart", "A moment narrows all later lists.", _sticky(_has_moment), "moment"),
    ("keeps-filter", "round-trip.apart", "A filter narrows all later lists.", _sticky(_has_filter), "filter"),
    ("stuck", "round-trip.apart", "After a refusal nothing is read any more.", _stuck, "after-a-failure"),
)

FAULTS = (
    *(
        ClientFault(name=name, clause=clause, sentence=text, make=make, parameter=parameter)
        for name, clause, text, make, parameter in _LISTS
    ),
)
