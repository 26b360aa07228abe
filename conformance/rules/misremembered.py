"""Servers that keep keys for too short a time, answer a repetition otherwise, or take one request for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic

from conformance.contract.model import Clause, Contract
from conformance.exchange import Request, Response
from conformance.rules.kind import Fault, fault
from conformance.rules.mischief import Alter
from conformance.rules.repeating import forgetting, header, recalling
from conformance.rules.stages import Around, Declined, Handler, Stages

Change = Callable[[Request, str], str]
_KEPT = 4


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose memory of keys is bad."""
    yield from {"later": _later, "answer": _answer, "other": _other}[clause.text("part")](contract, clause)


def _later(contract: Contract, clause: Clause) -> Iterator[Fault]:
    for slug, sentence, fresh in (
        ("some-others", "a key is forgotten when some others have come", _until_others),
        ("a-second", "a key is forgotten after a second", _for_a_second),
        ("once", "only the first repetition is known again", _once),
    ):
        yield fault(clause, slug, "forgotten", sentence, forgetting(contract, fresh))


def _answer(contract: Contract, clause: Clause) -> Iterator[Fault]:
    def status(_around: Around, _request: Request, _answer: Handler, first: Response) -> Response:
        return replace(first, status=first.status + 1)

    altered = recalling(contract, lambda _request, sent: sent, status)
    yield fault(clause, "status", "other-status", "a repetition has a status of its own", altered)
    yield fault(clause, "current", "other-record", "a repetition shows the record as it is now", _latest(contract))


def _other(contract: Contract, clause: Clause) -> Iterator[Fault]:
    def again(_around: Around, _request: Request, _answer: Handler, first: Response) -> Response:
        return first

    def length(request: Request, sent: str) -> str:
        return f"{sent} {request.method} {request.path} {len(request.body)}"

    def body(request: Request, sent: str) -> str:
        return f"{sent} {request.body!r}"

    expected = contract.refusals[clause.text("refusal")].status
    names = (name for name, each in contract.refusals.items() if each.status != expected and each.status // 100 == 4)
    for slug, way, code, sentence, alter in (
        ("replayed", "another", "replayed", "a key stands for its first request", recalling(contract, _own, again)),
        ("done", "another", "done", "another request with a known key is done", forgetting(contract, _unless_same)),
        ("status", "another", "other-status", "it is refused with another status", _refusing(contract, next(names))),
        ("length", "alike", "replayed", "bodies of one length are the same", recalling(contract, length, again)),
        ("alike-done", "alike", "done", "another request with a known key is done", forgetting(contract, _unless_same)),
        ("operation", "operation", "replayed", "bodies tell requests apart alone", recalling(contract, body, again)),
    ):
        yield replace(fault(clause, slug, code, sentence, alter), parameter=way)


def _own(_request: Request, sent: str) -> str:
    return sent


def _for_a_second() -> Change:
    since: dict[str, float] = {}

    def change(_request: Request, sent: str) -> str:
        now = monotonic()
        return sent if now - since.setdefault(sent, now) < 1 else f"{sent}'"

    return change


def _until_others() -> Change:
    order: list[str] = []

    def change(_request: Request, sent: str) -> str:
        if sent not in order:
            order.append(sent)
        return sent if sent in order[-_KEPT:] else f"{sent}'"

    return change


def _once() -> Change:
    uses = Counter[str]()

    def change(_request: Request, sent: str) -> str:
        uses[sent] += 1
        return sent if uses[sent] <= 2 else f"{sent}'"

    return change


def _unless_same() -> Change:
    first: dict[str, tuple[str, str, bytes]] = {}

    def change(request: Request, sent: str) -> str:
        said = (request.method, request.path, request.body)
        return sent if first.setdefault(sent, said) == said else ""

    return change


def _latest(contract: Contract) -> Alter:
    """Answer a repetition with the latest answer to any request that had a key."""
    name = header(contract)

    def alter(stages: Stages) -> Stages:
        known: set[str] = set()
        last: list[Response] = []

        def around(request: Request, answer: Handler) -> Response:
            sent = request.headers.first(name)
            if sent in known:
                return last[-1]
            response = stages.around(request, answer)
            if sent:
                known.add(sent)
                last.append(response)
            return response

        return replace(stages, around=around)

    return alter


def _refusing(contract: Contract, refusal: str) -> Alter:
    """Refuse another request with a known key in another way."""
    name = header(contract)

    def alter(stages: Stages) -> Stages:
        change = _unless_same()

        def around(request: Request, answer: Handler) -> Response:
            sent = request.headers.first(name)
            if sent and not change(request, sent):
                raise Declined(refusal)
            return stages.around(request, answer)

        return replace(stages, around=around)

    return alter
