"""The same read, asked for in another way: with another Accept, or by another spelling of the address.

``accept`` is the header to send, empty for none; ``address`` is ``lower`` or ``slash``; ``answers`` is the format in
which the record must come, empty where any will do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.exchange import Headers, Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE, overheard
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.wire.spelling import shown_format


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the record comes."""
    needs = frozenset({"upsert", "read"})
    # Whoever names a format is answered in it, whatever the rest of the conversation is in.
    formats = (clause.text("answers"),) if clause.text("answers") else ()
    tell = partial(_tell, clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=needs, formats=formats, scene=SCENE)


def _tell(story: Story, clause: Clause) -> None:
    heard = overheard(story)
    usual = heard.of("read")
    if usual.only is None:
        raise CouldNotRun(f"the {story.one} cannot be read in the usual way either: {usual.outcome}")
    asked = _varied(clause, usual.request)
    reply = story.ask(asked)
    how = f"a read {_how(clause)}"
    if not reply.accepted:
        raise Broken("not-answered", f"{how} answered {reply.response.status}, though there is such a {story.one}")
    shown = shown_format(reply.response.body)
    if shown != clause.text("answers", shown):
        raise Broken("other-format", f"{how} was answered in {shown}, not in {clause.text('answers')}")
    if reply.identity != heard.identity:
        raise Broken("another", f"{how} did not show the {story.one} that the usual way shows: {reply.outcome}")
    story.chose(f"shows it, in {shown}")


def _how(clause: Clause) -> str:
    if clause.text("address"):
        return {"lower": "by a path in small letters", "slash": "by a path with a slash at its end"}[
            clause.text("address")
        ]
    return f"with Accept: {clause.text('accept')}" if clause.text("accept") else "without an Accept header"


def _varied(clause: Clause, request: Request) -> Request:
    headers, path = request.headers, request.path
    if "accept" in clause.arguments:
        headers = Headers(tuple(pair for pair in headers if pair[0] != "Accept"))
        if clause.text("accept"):
            headers = headers.with_field("Accept", clause.text("accept"))
    if clause.text("address") == "lower":
        # The identifier at the end stays as it is: whether its case matters is another question.
        before, slash, last = path.rpartition("/")
        path = f"{before.lower()}{slash}{last}"
    if clause.text("address") == "slash":
        path += "/"
    return replace(request, headers=headers, path=path)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that know the usual way alone."""

    def mine(request: Request) -> bool:
        if request.method != contract.operations[Role.READ].method:
            return False
        if clause.text("address"):
            slash = request.path.endswith("/")
            return slash if clause.text("address") == "slash" else request.path.startswith(small)
        return request.headers.first("Accept") == clause.text("accept")

    small = contract.operations[Role.READ].path.partition("{")[0].lower()

    def refusing(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            return Response(status=_NOT_FOUND) if mine(request) else stages.around(request, answer)

        return replace(stages, around=around)

    def other(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            media = next(each.media_type for each in contract.formats.values() if each.name != clause.text("answers"))
            instead = replace(request, headers=request.headers.with_field("Accept", media))
            return stages.around(instead if mine(request) else request, answer)

        return replace(stages, around=around)

    yield fault(clause, "unknown-way", "not-answered", "a read asked for in this way finds nothing", refusing)
    if clause.text("answers"):
        yield fault(clause, "other-format", "other-format", "the record comes in another format", other)


_NOT_FOUND = 404

RULE = Rule(
    name="asked-otherwise",
    takes={"accept": "text", "address": "text", "answers": "text"},
    checks=checks,
    faults=faults,
)
