"""A refused request changes nothing, creates nothing, and does not stand in the way of the next one.

Clauses list the mistakes in ``provoke``: all are made in a new record, and those in a value in an update too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Provocation, Role
from conformance.document import Record
from conformance.exchange import Headers, Request, Response
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen, without
from conformance.rules.mischief import Alter
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Intake, Shelf, Stages
from conformance.rules.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A record before and after an update that should fail, its answer, and that of a good update behind it."""

    before: Record
    failed: Reply
    after: Record
    good: Reply


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """What an update changes, what follows it, and what a create leaves behind: for each mistake."""
    for each in provoke.named(contract, clause):
        ways = {"creates": _nothing_created}
        ways |= {} if each.sends == "without" else {"changes": _unchanged, "next": _next}
        for way, tell in ways.items():
            yield Check(
                clause=clause,
                parameter=f"{each.name}-{way}",
                tell=partial(tell, it=each),
                needs=provoke.needs(each),
                formats=each.formats,
                scene=provoke.SCENE,
            )


def _told(story: Story, it: Provocation) -> _Told:
    return story.scene(f"an update with {it.name}", partial(_act, it=it))


def _act(story: Story, it: Provocation) -> _Told:
    witness = story.witness(it.path[0])
    before = story.given(story.new(witness))
    update = {**story.carried(before), story.identity: before[story.identity], witness: story.value(witness, 1)}
    failed = story.upsert({**update, it.path[0]: it.value})
    after = story.fetch(str(before[story.identity]), "after the refused update")
    return _Told(
        before=before, failed=failed, after=after, good=story.upsert({**update, witness: story.value(witness, 2)})
    )


def _unchanged(story: Story, it: Provocation) -> None:
    found = _told(story, it)
    _refused(found.failed, it)
    moved = story.contract.resource.modified
    wrong = differences(without(found.before, moved), without(found.after, moved))
    if wrong:
        reason = f"an update with {it.what} was refused, and changed {wrong[0]} all the same"
        raise Broken("changed", reason, found.before, found.after)


def _refused(reply: Reply, it: Provocation) -> None:
    if not reply.refused:
        raise CouldNotRun(f"an update with {it.what} was not refused: {reply.outcome}")


def _next(story: Story, it: Provocation) -> None:
    found = _told(story, it)
    _refused(found.failed, it)
    if not found.good.accepted:
        provoke.wellformed(story)
        raise Broken("stuck", f"after {it.what} was refused, a good update was refused too: {found.good.outcome}")


def _nothing_created(story: Story, it: Provocation) -> None:
    found, number = provoke.provoked(story, it), story.contract.resource.number
    if not found.reply.refused:
        raise CouldNotRun(f"{it.what} was not refused: {found.reply.outcome}")
    provoke.wellformed(story)
    seen = story.read(str(found.sent[number]), number).only
    if seen is not None and seen.get(number) == found.sent[number]:
        raise Broken("created", f"{it.what} was refused, and a {story.one} was created all the same", found.sent, seen)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that store what they refuse, or stumble over the next request."""
    for each in provoke.named(contract, clause):
        sentence = f"{each.what} is refused and stored"
        yield _fault(clause, f"{each.name}-creates", "created", sentence, partial(_stores, contract=contract))
        if each.sends == "without":
            continue
        sentence = f"an update with {each.what} is refused and stored"
        yield _fault(clause, f"{each.name}-changes", "changed", sentence, partial(_stores, contract=contract))
        sentence = f"the request after {each.what} is refused too"
        yield _fault(clause, f"{each.name}-next", "stuck", sentence, partial(_sulks, contract=contract))


def _fault(clause: Clause, parameter: str, code: str, sentence: str, alter: Alter) -> Fault:
    name = f"{clause.id}.{parameter}"
    return Fault(name=name, clause=clause.id, code=code, sentence=sentence, alter=alter, parameter=parameter)


def _stores(stages: Stages, contract: Contract) -> Stages:
    identity = contract.resource.identity

    def linger(shelf: Shelf, intake: Intake) -> Record | None:
        existing = stages.match(shelf, intake)
        if not stages.object(shelf, intake, existing):
            return stages.linger(shelf, intake)
        kept = chosen(existing or {}, identity)
        return {**stages.merge(existing or {}, intake), **kept}

    return replace(stages, linger=linger)


def _sulks(stages: Stages, contract: Contract) -> Stages:
    read, refused = contract.operations[Role.READ].method, list[Request]()

    def around(request: Request, answer: Handler) -> Response:
        if request.method != read and refused:
            refused.clear()
            return Response(status=400, headers=Headers((("Content-Type", "unknown/unknown"),)), body=b"busy")
        found = stages.around(request, answer)
        refused.extend([request] if found.status == 400 and request.method != read else [])
        return found

    return replace(stages, around=around)


RULE = Rule(name="error-harmless", takes=provoke.TAKES, checks=checks, faults=faults)
