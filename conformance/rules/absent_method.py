"""A method that a path does not have. Which answer it gets is noted; one that says so has the API's own error.

Clauses list the ``methods``, put to the address of a record of the check's own, and may name a ``part`` of the error
that must be that of the error catalogue where the status is that of the catalogue. The part ``record`` is that record
itself, which must be what it was; the part ``success`` is the status, which must not be one of success.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Refusal, Role
from conformance.document import Record
from conformance.exchange import Headers, Request, Response
from conformance.rules import provoke
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Said, Stages
from conformance.rules.story import Story

_RECORD = "record"
_SUCCESS = "success"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a method."""
    for each in clause.texts("methods"):
        tell = partial(_answered, method=each, clause=clause)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"upsert", "read"}), scene=provoke.SCENE)


def _answered(story: Story, method: str, clause: Clause) -> None:
    before, reply = story.scene(f"{method} of one record", partial(_act, method=method))
    if clause.text("part") == _RECORD:
        _kept(story, method, before, reply)
        return
    if clause.text("part") == _SUCCESS:
        if reply.accepted_status:
            raise Broken("success", f"{method} of one record is answered {reply.response.status}, as if it were done")
        return
    error = None if reply.answer is None else reply.answer.error
    number = "" if error is None or error.number is None else f" and error {error.number}"
    story.chose(f"answers {reply.response.status}{number}")
    expected = story.contract.refusals[clause.text("refusal")]
    if not clause.text("part") or reply.response.status != expected.status:
        return
    if error is None or not (error.number is not None or error.type or error.message):
        # A server that knows no such method at all may say 501 before the API has a say.
        return
    wanted, seen = getattr(expected, clause.text("part")), getattr(error, clause.text("part"))
    if str(wanted).rstrip(".") != str(seen).strip().rstrip("."):
        part = clause.text("part")
        raise Broken(f"other-{part}", f"{method} of one record answers with the {part} {seen!r}, not {wanted!r}")


def _kept(story: Story, method: str, before: Record, reply: Reply) -> None:
    after = story.read(str(before[story.identity]))
    said = f"after {method} of one record, answered {reply.response.status},"
    if after.only is None:
        raise Broken("gone", f"{said} the {story.one} is not there any more: {after.outcome}", before)
    wrong = differences(before, story.canonical(after.only))
    if wrong:
        raise Broken("changed", f"{said} the {story.one} is not what it was: {wrong[0]}", before, after.only)


def _act(story: Story, method: str) -> tuple[Record, Reply]:
    before = story.given(story.new())
    mine = str(before[story.identity])
    operation = story.contract.operations[Role.READ]
    headers = Headers((("Accept", story.contract.formats[story.reads].media_type),))
    request = Request(method=method, path=operation.address(story.spelling.get(mine, mine)), headers=headers)
    return before, story.hear(request)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer with another status, or in other words."""
    part, name = clause.text("part"), clause.text("refusal")
    if part == _RECORD:
        for each in clause.texts("methods"):
            deletes = fault(clause, f"{each}-deletes", "gone", f"{each} deletes", partial(_deleting, method=each))
            yield replace(deletes, parameter=each)
        return
    if part == _SUCCESS:
        for each in clause.texts("methods"):
            alter = partial(_answering, method=each, contract=contract, status=200)
            polite = fault(clause, f"{each}-succeeds", "success", f"{each} is answered 200, and does nothing", alter)
            yield replace(polite, parameter=each)
        return
    for each in clause.texts("methods"):
        alter = (
            partial(_phrasing, name=name, part=part) if part else partial(_answering, method=each, contract=contract)
        )
        yield Fault(
            name=f"{clause.id}.other-for-{each}",
            clause=clause.id,
            code=f"other-{part}" if part else "",
            sentence=f"{each} of one record is answered with {f'another {part}' if part else 'status 405'}",
            alter=alter,
            parameter=each,
        )


def _deleting(stages: Stages, method: str) -> Stages:
    gone: set[str] = set()

    def around(request: Request, answer: Handler) -> Response:
        if request.method == method:
            gone.add(request.path.lower())
            return Response(status=204)
        return Response(status=404) if request.path.lower() in gone else stages.around(request, answer)

    return replace(stages, around=around)


def _phrasing(stages: Stages, name: str, part: str) -> Stages:
    other: dict[str, Callable[[Refusal], Refusal]] = {
        "number": lambda refusal: replace(refusal, number=99),
        "type": lambda refusal: replace(refusal, type="OtherException"),
        "message": lambda refusal: replace(refusal, message="Something else"),
    }

    def phrase(refusal: Refusal, said: Said) -> tuple[Refusal, Said]:
        refusal, said = stages.phrase(refusal, said)
        return (other[part](refusal) if refusal.name == name else refusal), said

    return replace(stages, phrase=phrase)


def _answering(stages: Stages, method: str, contract: Contract, status: int = 405) -> Stages:
    known = {each.path.lower() for each in contract.operations.values() if each.method == method}

    def around(request: Request, answer: Handler) -> Response:
        absent = request.method == method and request.path.lower() not in known
        return Response(status=status) if absent else stages.around(request, answer)

    return replace(stages, around=around)


RULE = Rule(
    name="absent-method",
    takes={"methods": "text", "refusal": "refusal", "part": "text"},
    checks=checks,
    faults=faults,
)
