"""A body may be in one format and its answer in another: neither decides about the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Format, Role
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE, awkward, overheard
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.wire.spelling import shown_format


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a record sent in one format comes back in the other, and the other way round."""
    if len(contract.formats) > 1:
        needs = frozenset({"upsert", *contract.formats})
        yield Check(clause=clause, parameter="", tell=_tell, needs=needs, scene=SCENE)


def _tell(story: Story) -> None:
    overheard(story).of("write")
    other = next(each for each in story.contract.formats.values() if each.name != story.writes)
    _sent(story, other)
    # The first has shown that the target reads this format and writes that one; here it is the other way round.
    _sent(replace(story, writes=other.name), story.contract.formats[story.writes])


def _sent(story: Story, other: Format) -> None:
    sent = {**story.new(label=story.writes), **dict(list(awkward(story).items())[1:2])}
    reply = story.write(Role.UPSERT, sent, headers=(("Accept", other.media_type),))
    how = f"a {story.one} sent in {story.writes} with Accept: {other.media_type}"
    if not reply.accepted:
        raise Broken("refused", f"{how} is refused: {reply.outcome}")
    shown = shown_format(reply.response.body)
    if shown != other.name:
        raise Broken("other-format", f"{how} was answered in {shown}, not in {other.name}")
    if reply.only is None:
        raise CouldNotRun(f"the answer to {how} holds no {story.one}: {reply.outcome}")
    shown_record = story.canonical(reply.only)
    if not story.recognised(sent, shown_record):
        raise CouldNotRun(f"the answer to {how} shows another {story.one}: {reply.outcome}")
    for name, value in sent.items():
        if shown_record.get(name) != value:
            raise Broken("changed", f"{how} came back with another {name}", sent, reply.only)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that know one format a request."""
    types = [each.media_type for each in contract.formats.values()]

    def mixed(request: Request) -> bool:
        return bool(request.body) and request.headers.first("Accept") != request.headers.first("Content-Type")

    def as_the_body(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            accept = request.headers.first("Content-Type" if mixed(request) else "Accept")
            return stages.around(replace(request, headers=request.headers.with_field("Accept", accept)), answer)

        return replace(stages, around=around)

    def as_asked(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            accept = request.headers.first("Accept")
            kind = accept if mixed(request) and accept in types else request.headers.first("Content-Type")
            return stages.around(replace(request, headers=request.headers.with_field("Content-Type", kind)), answer)

        return replace(stages, around=around)

    yield fault(clause, "as-the-body", "other-format", "an answer is in the format of the body", as_the_body)
    yield fault(clause, "as-asked", "refused", "a body is read in the format of the answer", as_asked)


RULE = Rule(name="mixed-formats", checks=checks, faults=faults)
