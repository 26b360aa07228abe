"""Callers who do not show what is asked for, or show it in another way: how they knock, and what they hear."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Headers, Request
from conformance.rules.ending import CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.posted import crowd
from conformance.rules.reply import Reply
from conformance.rules.story import Story

SCENE = LIFE
"""Strangers come to a record of the conversation that many checks share."""


def roads(contract: Contract, clause: Clause) -> tuple[str, ...]:
    """The calls on which somebody may come: those that the clause names, or all of them."""
    return clause.texts("roads") or tuple(each.value for each in contract.operations)


def road_of(contract: Contract, request: Request) -> str:
    """The call that a request is; empty for none."""
    for role, operation in contract.operations.items():
        prefix, gap, _ = operation.path.lower().partition("{")
        path = request.path.lower()
        fits = path.startswith(prefix) and len(path) > len(prefix) if gap else path == prefix
        if fits and request.method == operation.method:
            return role.value
    return ""


def capability(contract: Contract, clause: Clause) -> str:
    """What a target offers that asks for this."""
    shows = clause.text("shows")
    return "keys" if shows in contract.access.keys else shows


def unsure(story: Story, clause: Clause) -> bool:
    """Whether a target may take what is shown, since nobody has said what is right, and it takes it everywhere.

    Where it turns the stranger away on one road, it knows what is right.
    """
    group = capability(story.contract, clause)
    # Of another scheme, papers are wrong whoever has the right ones.
    if not clause.arguments.get("wrong") or clause.text("scheme") or f"known-{group}" not in story.lacks:
        return False
    came = {road: heard(story, clause, road) for road in roads(story.contract, clause) if road not in story.lacks}
    # A store that is made for whoever asks has no record to read or to change, and a list all the same.
    told = group == "token"
    return not any(
        not each.accepted and (told or road == Role.LIST or each.response.status in (401, 403))
        for road, each in came.items()
    )


def heard(story: Story, clause: Clause, road: str, scheme: str | None = None) -> Reply:
    """The answer to a stranger on a road; what is held against it is each clause's own affair."""
    shows, wrong = clause.text("shows"), bool(clause.arguments.get("wrong"))
    scheme = clause.text("scheme") if scheme is None else scheme
    blank = bool(scheme) and scheme == story.contract.access.token_scheme
    name = f"strangers/{shows}/{wrong}/{road}{scheme and '/'}{scheme}"
    return story.scene(
        name, lambda own: _came(own, host(own), shows, road, (f"invalid-{own.seed}" if wrong else "", scheme, blank))
    )


def host(story: Story) -> Record:
    """A record to which strangers come: one that is there, or one of their own."""
    try:
        one = crowd(story)
    except CouldNotRun:
        return story.scene("strangers", lambda own: own.given(own.new(own.witness())))
    return one.seen[one.identities[-1]]


def _came(story: Story, record: Record, shows: str, road: str, instead: tuple[str, str, bool]) -> Reply:
    other = story.disguised(lambda request: _changed(story.contract, shows, instead, request))
    return KNOCKS[road](other, record)


def _upsert(story: Story, record: Record) -> Reply:
    return story.upsert({**_meaning(story, record), story.witness(): story.value(story.witness(), 1)})


def _meaning(story: Story, record: Record) -> Record:
    return {**story.carried(record), story.identity: record[story.identity]}


def _update(story: Story, record: Record) -> Reply:
    change = {story.witness(): story.value(story.witness(), 1)}
    return story.write(Role.UPDATE, change, addressed=str(record[story.identity]))


KNOCKS: dict[str, Callable[[Story, Record], Reply]] = {
    "read": lambda story, record: story.read(str(record[story.identity])),
    "list": lambda story, _record: story.browse(),
    "upsert": _upsert,
    "create": lambda story, _record: story.create(story.new(label="stranger")),
    "update": _update,
}


def _changed(contract: Contract, shows: str, other: tuple[str, str, bool], request: Request) -> Request:
    """The request without what is held back, or with something else in its place, maybe of another scheme or blank."""
    access, (instead, scheme, blank) = contract.access, other
    if shows in access.keys:
        query = tuple((name, instead if name == shows else value) for name, value in request.query)
        return replace(request, query=tuple(pair for pair in query if pair[0] != shows or instead))
    name = access.token_header if shows == "token" else access.tenant_header
    headers = Headers(tuple(pair for pair in request.headers if pair[0].lower() != name.lower()))
    value = f"{access.token_scheme} {instead}" if shows == "token" else instead
    if blank:
        value = scheme
    elif scheme:
        value = f"{scheme} {b64encode(f'{instead}:{instead}'.encode()).decode()}"
    return replace(request, headers=headers.with_field(name, value) if instead else headers)


def welcomed(contract: Contract, shows: str, request: Request, known: Request) -> Request:
    """The request with what another, known one shows."""
    access = contract.access
    if shows in access.keys:
        value = dict(known.query).get(shows, "")
        others = tuple(pair for pair in request.query if pair[0] != shows)
        return request if dict(request.query).get(shows) == value else replace(request, query=((shows, value), *others))
    name = access.token_header if shows == "token" else access.tenant_header
    value = known.headers.first(name)
    if request.headers.first(name) == value:
        return request
    return replace(request, headers=request.headers.with_field(name, value))
