"""The same write, sent in another way: called by another Content-Type, or as a field of a form.

``content`` is the header to send, in which ``{}`` stands for the usual one; ``field`` is the field of a form in which
the document stands. ``{}`` with a field is percent-encoded, as forms are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote_plus

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE, awkward, overheard
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.wire import envelope


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a way of writing: the record is taken and stored as it was meant."""
    needs = frozenset({"read", "upsert", *([clause.text("unless")] if clause.text("unless") else [])})
    yield Check(clause=clause, parameter="", tell=partial(_tell, clause=clause), needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause) -> None:
    overheard(story).of("read")
    name = story.contract.resource.name
    sent = {**story.new(), **dict(list(awkward(story).items())[1:2])}
    sent[name] = f"{sent[name]} & 1+1=2; 100%"
    reply, how = _sent(story, clause, sent), f"a {story.one} sent as {clause.text('content').replace('{}', '...')}"
    identity = story.identified(reply, sent)
    if not reply.accepted or not identity:
        raise Broken("refused", f"{how} is not taken: POST answered {reply.response.status}")
    found = story.fetch(identity, "just created", sent)
    wrong = [each for each in sent if found.get(each) != story.canonical(sent).get(each)]
    if wrong:
        raise Broken("changed", f"{how} is stored with another {wrong[0]}", sent, found)
    story.chose("takes it")


def _sent(story: Story, clause: Clause, record: Record) -> Reply:
    usual = story.contract.formats[story.writes].media_type
    body = envelope.write_request(story.contract, story.writes, (record,))
    if clause.text("field"):
        body = f"{clause.text('field')}={quote_plus(body)}".encode()
    content = clause.text("content").replace("{}", usual)
    return story.submit(Role.UPSERT, body, headers=(("Content-Type", content),))


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take the usual way alone, or that misread another."""
    end = clause.text("content").removeprefix("{}")

    def mine(request: Request) -> bool:
        return request.headers.first("Content-Type").endswith(end)

    def refusing(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            return Response(status=_UNSUPPORTED) if mine(request) else stages.around(request, answer)

        return replace(stages, around=around)

    def misreading(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            changed = request.body
            if mine(request):
                changed = changed.replace(b"\xc3\xb8", b"\xc3\x83\xc2\xb8").replace(b"%C3%B8", b"%C3%83%C2%B8")
            return stages.around(replace(request, body=changed), answer)

        return replace(stages, around=around)

    yield fault(clause, "unsupported", "refused", "a write sent in this way is refused with 415", refusing)
    if clause.grade.binding:
        yield fault(clause, "misread", "changed", "a write sent in this way is read in another charset", misreading)


_UNSUPPORTED = 415

RULE = Rule(
    name="sent-otherwise",
    takes={"content": "text", "field": "text", "unless": "text"},
    checks=checks,
    faults=faults,
)
