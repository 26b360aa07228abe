"""One recording judged: what it breaks, or why there is nothing in it to judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.contract.model import Contract, Role
from conformance.exchange import Request, Response
from conformance.judge import request as requests
from conformance.judge.era import Era, era
from conformance.judge.operation import meant
from conformance.judge.overheard import overheard
from conformance.recordings.recording import BODY, REQUEST, Recording
from conformance.rules.heard import Heard, listen
from conformance.rules.kind import Finding

_AWAY = {401: "the caller was not let in (401)", 403: "the caller was not let in (403)"}
_WEATHER = {429: "a limit was reached (429)", 503: "the service was away (503)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one recording. ``skipped`` says, in the same words for all of a kind, why it was not judged."""

    recording: Recording
    contract: Contract | None = None
    #: why the exchange was held against this generation, where it does not show that itself
    assumed: str = ""
    skipped: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """How recordings are judged: which generation where nothing tells, what bodies answer, and whether requests too."""

    generation: str = ""
    operation: str = ""
    requests: bool = False


def judged(recording: Recording, contracts: Sequence[Contract], how: How) -> Judged:
    """The verdict on one recording. It never raises for what a recording holds."""
    if recording.trouble:
        return Judged(recording=recording, skipped=recording.trouble)
    found = era(recording, contracts, how.generation)
    if found is None:
        return Judged(recording=recording, skipped="about another address")
    make = Judged(recording=recording, contract=found.contract, assumed=found.assumed)
    if REQUEST in recording.lacks:
        return _alone(make, found, how)
    asked = _here(found.contract, recording.exchange.request)
    operation = meant(found.contract, asked)
    if operation is None:
        return replace(make, skipped=_elsewhere(found.contract, asked))
    said = requests.findings(found.contract, operation, asked) if how.requests else ()
    findings = tuple(replace(each, path=f"request{each.path}") for each in said)
    return _answered(replace(make, findings=findings), asked, operation.role)


def _here(contract: Contract, request: Request) -> Request:
    """The request as if it had been put to the API itself, and not through a gateway with a path of its own."""
    before = request.path.lower().find(contract.base.lower())
    return replace(request, path=request.path[max(before, 0) :])


def _elsewhere(contract: Contract, request: Request) -> str:
    """Why a request is not about the resource, in the same words for all of a kind."""
    parts = [each for each in request.path[len(contract.base) :].split("/") if each]
    mine = {each.path.lower().rstrip("/").rpartition("/")[2] for each in contract.operations.values()}
    first = parts[0] if parts else "nothing"
    if first.lower() in mine and len(parts) < 3:
        return f"no such call: {request.method} of {first}"
    return f"about another resource: {'/'.join((first, *parts[2:3]))}"


def _alone(make: Judged, found: Era, how: How) -> Judged:
    contract = found.contract
    role = Role(how.operation) if how.operation else None
    if role is not None and role not in contract.operations:
        return replace(make, skipped=f"{contract.generation} has no call to {role}")
    asked = Request(method="", path="")
    response = make.recording.exchange.response or Response(status=0)
    heard = listen(contract, (asked, response), role, make.recording.lacks)
    other = "" if role or heard.answer is None else _other(heard)
    return replace(make, skipped=other) if other else _answered(make, asked, role)


def _other(heard: Heard) -> str:
    """What a body is about, when it is something else; empty for one that may be an answer about the resource."""
    resource, names, answer = heard.contract.resource, heard.contract.envelope, heard.answer
    if answer is None:
        return ""
    if heard.format == "":
        return "a body in no form of the API's own"
    held = {each.lower() for each in (*heard.around, *_names(heard))}
    error = answer.error is not None and not answer.error.text
    if error or {resource.one.lower(), resource.many.lower(), resource.identity.lower()} & held:
        return ""
    paging = heard.contract.paging
    plain = {names.identifier, names.status, names.provider, names.moment, paging.member, *paging.also}
    lists = sorted(name for name in set(heard.around) - plain if _many(heard, name))
    # Servers leave an empty list out: an envelope without any may be one.
    known = {names.identifier, names.status, names.moment} & set(heard.around)
    return f"about another resource: {lists[0]}" if lists else "" if known else "about something else"


def _names(heard: Heard) -> tuple[str, ...]:
    """The name of the root; for a list without any, the members of what is in it."""
    if heard.root is not None:
        return (heard.root.name,)
    items = heard.value if isinstance(heard.value, tuple) else ()
    return tuple(name for each in items if isinstance(each, Mapping) for name in each)


def _many(heard: Heard, name: str) -> bool:
    if heard.root is not None:
        return any(each.name == name and each.children for each in heard.root.children)
    return isinstance(heard.around.get(name), tuple)


def _answered(make: Judged, asked: Request, role: Role | None) -> Judged:
    exchange, contract = make.recording.exchange, make.contract
    assert contract is not None
    why = _nothing(make.recording)
    if why or exchange.response is None:
        return make if make.findings else replace(make, skipped=why)
    heard = listen(contract, (asked, exchange.response), role, make.recording.lacks)
    why = _foreign(contract, heard)
    if why and not make.findings:
        return replace(make, skipped=why)
    return replace(make, findings=(*make.findings, *(() if why else overheard(contract, heard))))


def _nothing(recording: Recording) -> str:
    """Why an answer says nothing of the contract; empty where it does."""
    response = recording.exchange.response
    if response is None:
        return "there is no answer"
    if BODY in recording.lacks:
        return "the body was not recorded"
    if 300 <= response.status < 400 or response.status < 200:
        return f"a redirection ({response.status})" if response.status >= 300 else "no final answer"
    if response.status in _AWAY or response.status in _WEATHER:
        return {**_AWAY, **_WEATHER}[response.status]
    return "" if response.body.strip() else f"the body is empty ({response.status})"


def _foreign(contract: Contract, heard: Heard) -> str:
    """Why an error says nothing: it comes from something before the API, or is one that no catalogue knows."""
    error = heard.answer.error if heard.answer else None
    status = heard.response.status
    known = {each.status for each in contract.refusals.values()}
    if status >= 500 and status not in known and (error is None or error.number is None):
        return f"the service failed ({status})"
    if status >= 400 and heard.format == "" and not _own(contract, heard.response):
        return f"an error in no form of the API's own ({status})"
    return ""


def _own(contract: Contract, response: Response) -> bool:
    """Whether an error is one of the plain texts of the catalogue, or is called by a name of the API's formats."""
    text = response.body.strip()
    texts = [each.message.encode() for each in contract.refusals.values() if each.shape == "text"]
    called = response.media_type in {each.media_type for each in contract.formats.values()}
    return called or any(text.startswith(each) for each in texts)
