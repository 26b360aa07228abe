"""A caller who has signed nothing, and is not served, is told so: by one of ``statuses``, or by ``field`` in a form.

A target that serves him is not blamed: mocks have no signatures to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.exchange import Headers, Request, Response
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import KNOCKS, SCENE, host

_ROADS = ("read", "list")


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a road."""
    for road in _ROADS:
        tell = partial(_told, clause=clause, road=road)
        yield Check(clause=clause, parameter=road, tell=tell, needs=frozenset({"upsert", road}), scene=SCENE)


def _told(story: Story, clause: Clause, road: str) -> None:
    reply = story.scene(f"unsigned {road}", partial(_came, road=road))
    if reply.accepted:
        story.chose("serves a caller who has signed nothing")
        return
    status, known = reply.response.status, clause.arguments.get("statuses", ())
    how = f"a call ({road}) that nobody has signed"
    if known and status not in known:
        raise Broken("other-status", f"{how} is not served, and answered {status}", str(known[0]), str(status))
    # A mock with another door tells of it as that door does.
    field = clause.text("field")
    other_door = "json" in reply.response.media_type or 300 <= status < 400 or reply.accepted_status
    if field and not other_door and f"{field}=".encode() not in reply.response.body:
        raise Broken("formless", f"{how} is answered {status} without {field} in the body")
    story.chose(f"answers a caller who has signed nothing with {status}")


def _came(story: Story, road: str) -> Reply:
    unsigned = story.disguised(partial(_bare, name=story.contract.access.token_header))
    return KNOCKS[road](unsigned, host(story))


def _bare(request: Request, name: str) -> Request:
    return replace(request, headers=Headers(tuple(each for each in request.headers if each[0].lower() != name.lower())))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that turn callers away and do not say so."""
    wrong = Response(status=401, body=b"Unauthorized") if clause.text("field") else Response(status=200, body=b"no")
    code = "formless" if clause.text("field") else "other-status"
    sentence = f"a caller who has signed nothing is turned away with {wrong.status} and a word"
    yield fault(clause, "otherwise", code, sentence, partial(_turned_away, contract=contract, wrong=wrong))


def _turned_away(stages: Stages, contract: Contract, wrong: Response) -> Stages:
    def around(request: Request, answer: Handler) -> Response:
        signed = request.headers.first(contract.access.token_header)
        return stages.around(request, answer) if signed else wrong

    return replace(stages, around=around)


RULE = Rule(name="unsigned", takes={"statuses": "number", "field": "text"}, checks=checks, faults=faults)
