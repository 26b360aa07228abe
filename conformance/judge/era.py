"""Of which generation a recorded exchange is: by its address, then by its caller, what it holds, or its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from conformance.contract.model import Contract
from conformance.exchange import Request, Response
from conformance.recordings.recording import REQUEST, Recording
from conformance.rules.heard import Heard, listen
from conformance.wire import dates

_NOBODY = Request(method="", path="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Era:
    """The contract that an exchange is held against, and what tells that it is this one."""

    contract: Contract
    #: empty where the exchange itself leaves no doubt
    assumed: str = ""


def era(recording: Recording, contracts: Sequence[Contract], chosen: str) -> Era | None:
    """The generation; None for an exchange with an address of none. ``chosen`` decides among those of the address."""
    alone = REQUEST in recording.lacks
    path = recording.exchange.request.path.lower()
    possible = [each for each in contracts if alone or f"{each.base.lower()}/" in f"{path}/"]
    possible = [each for each in possible if each.generation == chosen] or possible
    possible = [each for each in possible if _by_caller(each, recording.exchange.request)] or possible
    if len(possible) < 2:
        return Era(contract=possible[0]) if possible else None
    heard = {each.generation: _heard(each, recording.exchange.response) for each in possible}
    for told in (_by_content, _by_envelope):
        possible = [each for each in possible if told(each, heard[each.generation])] or possible
    if len(possible) < 2:
        return Era(contract=possible[0])
    return _by_day(recording, possible, heard) or _newest(possible)


def _heard(contract: Contract, response: Response | None) -> Heard | None:
    return listen(contract, (_NOBODY, response), None, frozenset()) if response else None


def _by_caller(contract: Contract, request: Request) -> bool:
    access = contract.access
    if access.tenant_header and access.tenant_header in request.headers:
        return True
    scheme = request.headers.first(access.token_header).partition(" ")[0] if access.token_header else ""
    return bool(contract.era.scheme) and scheme.lower() == contract.era.scheme.lower()


def _by_content(contract: Contract, heard: Heard | None) -> bool:
    """Whether the answer has something that only this generation has: the numbers of a page, or errors in JSON."""
    if heard is None or heard.answer is None:
        return False
    paging = contract.paging
    problems = any(each.shape == "problem" for each in contract.refusals.values())
    error = heard.answer.error is not None and heard.answer.records is None and heard.format == "json"
    return (problems and error) or any(each in heard.around for each in (paging.member, *paging.also) if each)


def _by_envelope(contract: Contract, heard: Heard | None) -> bool:
    return heard is not None and contract.envelope.identifier in heard.around and (heard.format in contract.formats)


def _by_day(recording: Recording, possible: Sequence[Contract], heard: dict[str, Heard | None]) -> Era | None:
    day = _day(recording, possible, heard)
    if day is None:
        return None
    over = [each for each in possible if each.era.until and day < date.fromisoformat(each.era.until)]
    left = over[:1] or [each for each in possible if not each.era.until][-1:]
    return Era(contract=left[0], assumed="by the day of the answer") if left else None


def _day(recording: Recording, possible: Iterable[Contract], heard: dict[str, Heard | None]) -> date | None:
    """The day of an answer: by its envelope, by its Date, or as the recorder wrote it down."""
    for contract in possible:
        listened = heard[contract.generation]
        said = listened.around.get(contract.envelope.moment) if listened else None
        moment = dates.read(said) if isinstance(said, str) else None
        if moment:
            return moment.date()
    response = recording.exchange.response
    return _http(response.headers.first("Date") if response else "") or _written(recording.moment)


def _http(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text[:10]).date()
    except ValueError:
        return None


def _newest(possible: Sequence[Contract]) -> Era:
    return Era(contract=possible[-1], assumed="the newest of this address, for nothing in the exchange tells")
