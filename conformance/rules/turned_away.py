"""A caller who does not show what is asked for is turned away, on every road, and nothing is done for him.

``shows`` names what is held back or wrong: ``token`` or ``tenant`` for headers, or the name of a key in the query.
``wrong`` says that something is shown which nobody has. A target whose credentials were not named may take it, as long
as it does so on every road, and shows nothing that is another's. With a ``scheme`` it is shown as a user and a password
of that scheme, in the place of the token; with the scheme of tokens itself nothing is shown beside the word.
``refusal`` is the entry of the error catalogue; ``holds`` is what is held against it: ``status``, ``detail``, ``type``,
or ``nothing``, where it is enough that nothing is shown. ``roads`` are the calls, all of them where none is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Refusal
from conformance.errors import Unreadable
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import SCENE, capability, heard, host, road_of, roads, unsure, welcomed
from conformance.rules.tenants_apart import SECOND_TENANT
from conformance.wire import json, xml


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road on which the caller comes."""
    for road in roads(contract, clause):
        tell = partial(_tell, clause=clause, road=road)
        needs = frozenset({"upsert", "read", road, capability(contract, clause)})
        yield Check(clause=clause, parameter=road, tell=tell, needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause, road: str) -> None:
    reply, holds = heard(story, clause, road), clause.text("holds")
    shows = clause.text("shows")
    shown = f"with a {shows} that nobody has" if clause.arguments.get("wrong") else f"without any {shows}"
    shown = f"with {clause.text('scheme')} credentials" if clause.text("scheme") else shown
    how = f"a call ({road}) {shown}"
    if reply.accepted and clause.text("scheme") and heard(story, clause, road, scheme="").accepted:
        story.chose("asks for papers and does not look at them")
        return
    if unsure(story, clause) and not _leaks(story, shows, reply):
        story.chose(f"takes a {shows} that nobody has")
        return
    if reply.accepted:
        raise Broken("let-in", f"{how} is answered {reply.response.status}, as if all had been shown")
    problem = _HELD[holds](story, story.contract.refusals[clause.text("refusal")], reply)
    if problem:
        raise Broken(f"other-{holds}", f"{how} {problem}")


def _leaks(story: Story, shows: str, reply: Reply) -> bool:
    """Whether a tenant that nobody has is shown a record of another, by a target that has more than one."""
    mine = host(story)[story.identity]
    apart = shows == "tenant" and SECOND_TENANT not in story.lacks
    return apart and any(each.get(story.identity) == mine for each in reply.records)


def _status(_story: Story, refusal: Refusal, reply: Reply) -> str:
    status = reply.response.status
    return "" if status == refusal.status else f"is answered {status}, not {refusal.status}"


def _detail(story: Story, _refusal: Refusal, reply: Reply) -> str:
    name = story.contract.errors.detail
    if _in_xml(reply, name):
        return ""
    try:
        value = json.read(reply.response.body)
    except Unreadable as error:
        return f"is answered with a body that is no problem object: {error}"
    # Which case the members are in differs from layer to layer of the service.
    held = {each.lower(): text for each, text in value.items()} if isinstance(value, dict) else {}
    return "" if held.get(name.lower()) else f"is answered without a {name} in the body"


def _in_xml(reply: Reply, name: str) -> bool:
    """Whether it is told in XML: every one that was seen is in JSON, whatever was asked for, and no client minds."""
    if reply.response.body[:1] != b"<":
        return False
    try:
        held = {each.name.lower(): each.text for each in xml.read(reply.response.body).children}
    except Unreadable:
        return False
    return bool(held.get(name.lower()))


def _type(story: Story, refusal: Refusal, reply: Reply) -> str:
    error = reply.answer.error if reply.answer else None
    found = "" if error is None else error.type
    return "" if found == refusal.type else f"is answered with the type {story.quote(say(found))}, not {refusal.type}"


_HELD: dict[str, Callable[[Story, Refusal, Reply], str]] = {
    "status": _status,
    "detail": _detail,
    "type": _type,
    "nothing": lambda _story, _refusal, _reply: "",
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look at nobody's papers on one road, or turn callers away in other words."""
    holds, shows = clause.text("holds"), clause.text("shows")
    for road in roads(contract, clause):
        scheme, header = clause.text("scheme"), contract.access.token_header
        alter = _differently(contract, clause, road, partial(_let_in, scheme, header))
        sentence = f"nobody asks for the {shows} on one road: {road}"
        if holds != "detail":
            yield replace(fault(clause, f"let-in-{road}", "let-in", sentence, alter), parameter=road)
        if holds in _SPOILT:
            spoil = _SPOILT[holds]
            alter = _differently(contract, clause, road, partial(_spoilt, spoil))
            sentence = f"callers are turned away without a {holds} on one road: {road}"
            yield replace(fault(clause, f"other-{road}", f"other-{holds}", sentence, alter), parameter=road)
    if holds == "status":
        first = roads(contract, clause)[0]
        alter = _differently(contract, clause, first, partial(_spoilt, lambda each: replace(each, status=400)))
        yield fault(clause, "bad-request", "other-status", "callers are told that their request is bad", alter)


_SPOILT: dict[str, Callable[[Response], Response]] = {
    "detail": lambda response: replace(response, body=b"{}"),
    "type": lambda response: replace(response, body=response.body.replace(b"KeyNotValid", b"Failed")),
}

Answering = Callable[[Handler, Request, Request], Response]


def _let_in(scheme: str, header: str, answer: Handler, asked: Request, stranger: Request) -> Response:
    """All strangers are let in, or those of one scheme."""
    shown = (stranger.headers.first(header) or "").strip()
    # A blank is told from a token of the same scheme by what stands after the word.
    mine = (
        not scheme
        or shown == scheme
        or (shown.startswith(scheme) and not asked.headers.first(header).startswith(scheme))
    )
    return answer(asked if mine else stranger)


def _spoilt(spoil: Callable[[Response], Response], answer: Handler, _asked: Request, stranger: Request) -> Response:
    return spoil(answer(stranger))


def _differently(contract: Contract, clause: Clause, road: str, how: Answering) -> Callable[[Stages], Stages]:
    """Strangers on one road answered in another way: how(answer, the request with good papers, the request)."""

    def alter(stages: Stages) -> Stages:
        known: list[Request] = []

        def around(request: Request, answer: Handler) -> Response:
            known.append(request) if not known else None
            asked = welcomed(contract, clause.text("shows"), request, known[0])
            if asked == request or road_of(contract, request) != road:
                return stages.around(request, answer)
            return how(lambda each: stages.around(each, answer), asked, request)

        return replace(stages, around=around)

    return alter


RULE = Rule(
    name="turned-away",
    takes={"shows": "text", "wrong": "flag", "scheme": "text", "refusal": "refusal", "holds": "text", "roads": "texts"},
    checks=checks,
    faults=faults,
)
