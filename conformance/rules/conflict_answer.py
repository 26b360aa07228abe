"""How a refused create is answered. Clauses name the conflicting member in ``by`` and the ``part`` of the answer.

========  ==============================================================================
part      what is compared with the error catalogue
========  ==============================================================================
status    the HTTP status
number    the error number in the body; ``also`` lists numbers that were seen elsewhere
type      the error type in the body; absent is accepted where ``also`` lists a number
message   the general message
text      the message about the record, from the message catalogue
element   that the body repeats the refused record, with its name and a message of its own, which is not the message
          that ``unlike`` names: that one is about something else
========  ==============================================================================

``letters`` end the value that is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Refusal, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import Alter
from conformance.rules.refused import refused
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.wire.envelope import ErrorBody

_FAILURE = 500


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part of the answer."""
    tell, glance = partial(_answers, clause=clause), partial(_seen, clause=clause)
    # What the glance sees is about plain names.
    look = None if clause.text("letters") else glance
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({Role.CREATE}), scene=LIFE, glance=look)


def _seen(story: Story, clause: Clause) -> None:
    by, shared = clause.text("by"), refused(story)
    _judge(story, clause, shared.attempts[by], shared.replies[by])


def _answers(story: Story, clause: Clause) -> None:
    by, letters = clause.text("by"), clause.text("letters")
    first = story.new(label="first")
    existing = story.given({**first, by: f"{first[by]} {letters}"} if letters else first)
    attempt = {**story.new(label="second"), by: existing[by]}
    reply = story.create(attempt)
    switch = story.contract.operations[Role.CREATE].narrowing.get("summarize")
    if reply.refused and reply.accepted_status and switch:
        # Sources differ on what the switch is when it is not sent; with it, the answer is the one that they describe.
        reply = story.create(attempt, query=((switch, "true"),))
    _judge(story, clause, attempt, reply)


def _judge(story: Story, clause: Clause, attempt: Record, reply: Reply) -> None:
    if clause.text("part") == "status" and reply.response.status >= _FAILURE and not reply.refused:
        _failed(story, reply)
    if not reply.refused:
        raise CouldNotRun(f"there is no error to look at, the create was not refused: {reply.outcome}")
    refusal = story.contract.refusals["validation"]
    if clause.text("part") == "status":
        return _same("status", refusal.status, reply.response.status)
    error = None if reply.answer is None else reply.answer.error
    if error is None or not (error.message or error.elements):
        if clause.text("part") == "element":
            raise Broken("no-element", f"the refusal carries no error of the API's own form: {reply.outcome}")
        raise CouldNotRun(f"the refusal carries no error of the API's own form: {reply.outcome}")
    return _PARTS[clause.text("part")](story, clause, attempt, error)


def _failed(story: Story, reply: Reply) -> None:
    """Raises Broken when a create fails as if the server were broken, and only where it meets another."""
    control = story.create(story.new(label="control"))
    if control.accepted:
        _same("status", story.contract.refusals["validation"].status, reply.response.status)


def _same(part: str, expected: object, found: object) -> None:
    if expected != found:
        raise Broken(
            f"other-{part}", f"the {part} of the error is {found!r}, not {expected!r}", str(expected), str(found)
        )


def _number(story: Story, clause: Clause, _attempt: Record, error: ErrorBody) -> None:
    if error.number not in clause.arguments.get("also", ()):
        _same("number", story.contract.refusals["validation"].number, error.number)


def _type(story: Story, clause: Clause, _attempt: Record, error: ErrorBody) -> None:
    if error.type or not clause.arguments.get("also"):
        _same("type", story.contract.refusals["validation"].type, error.type)


def _message(story: Story, _clause: Clause, _attempt: Record, error: ErrorBody) -> None:
    _same("message", story.contract.refusals["validation"].message, error.message.strip().rstrip("."))


def _text(story: Story, clause: Clause, attempt: Record, error: ErrorBody) -> None:
    expected = story.contract.message(clause.text("message"), attempt)
    found = [message.strip() for each in error.elements for message in each.messages]
    taken = str(attempt.get(clause.text("by")))
    story.chose(f"says {found[0].replace(taken, '...')!r}" if found else "says nothing about the record")
    if not any(each.rstrip(".") == expected.rstrip(".") for each in found):
        _same("text", expected, found[0] if found else "")


def _element(story: Story, clause: Clause, attempt: Record, error: ErrorBody) -> None:
    name = story.contract.resource.name
    if not error.elements:
        raise Broken("no-element", f"the error does not repeat the refused {story.one}")
    if not any(each.record.get(name, attempt[name]) == attempt[name] for each in error.elements):
        raise Broken("other-element", f"the error repeats another {name}", attempt, error.elements[0].record)
    if not any(each.messages for each in error.elements):
        raise Broken("no-message", f"the repeated {story.one} carries no message of its own")
    if not clause.text("unlike"):
        return
    untrue = story.contract.message(clause.text("unlike"), attempt).rstrip(".")
    if any(message.strip().rstrip(".") == untrue for each in error.elements for message in each.messages):
        raise Broken("untrue", f"the message says {untrue!r}, and nobody has that {name}")


_PARTS: dict[str, Callable[[Story, Clause, Record, ErrorBody], None]] = {
    "number": _number,
    "type": _type,
    "message": _message,
    "text": _text,
    "element": _element,
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer a conflict in other words."""
    part = clause.text("part")
    changes: dict[str, Callable[[Refusal], Refusal]] = {
        "status": lambda refusal: replace(refusal, status=409),
        "number": lambda refusal: replace(refusal, number=99),
        "type": lambda refusal: replace(refusal, type="ConflictException"),
        "message": lambda refusal: replace(refusal, message="Conflict"),
    }
    if part in changes:
        sentence = f"the {part} of the error is another"
        yield fault(clause, "other", f"other-{part}", sentence, _refusing(changes[part]))
        if part == "status":
            fails = _refusing(lambda refusal: replace(refusal, status=_FAILURE))
            yield fault(clause, "fails", "other-status", "a conflict is answered as a failure of the server", fails)
    elif part == "text":
        vague = "the message does not name the record"
        alter = partial(_wording, contract=contract, clause=clause)
        yield fault(clause, "other", "other-text", vague, alter)
        if clause.text("letters"):
            yield fault(clause, "plain", "other-text", "letters beyond ASCII are lost in the message", _plain)
            yield fault(clause, "escaped", "other-text", "the message is escaped twice", _escaped)
    else:
        plain = _refusing(lambda refusal: replace(refusal, echoes=False))
        yield fault(clause, "none", "no-element", "the error does not repeat the record", plain)
        if clause.text("unlike"):
            untrue = partial(_blaming, contract=contract, message=clause.text("unlike"))
            yield fault(clause, "untrue", "untrue", "the message blames what is free", untrue)


def _refusing(change: Callable[[Refusal], Refusal]) -> Alter:
    def alter(stages: Stages) -> Stages:
        def refuse(refusal: Refusal, intake: Intake) -> Refusal:
            return change(stages.refuse(refusal, intake)) if intake.role is Role.CREATE else refusal

        return replace(stages, refuse=refuse)

    return alter


def _blaming(stages: Stages, contract: Contract, message: str) -> Stages:
    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        return tuple(contract.message(message, intake.sent) for _ in stages.object(shelf, intake, existing))

    return replace(stages, object=object_)


def _saying(change: Callable[[str], str], stages: Stages) -> Stages:
    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        return tuple(change(each) for each in stages.object(shelf, intake, existing))

    return replace(stages, object=object_)


_plain = partial(_saying, lambda said: said.encode("ascii", "replace").decode())
_escaped = partial(_saying, lambda said: said.replace("&", "&amp;"))


def _wording(stages: Stages, contract: Contract, clause: Clause) -> Stages:
    by, message = clause.text("by"), clause.text("message")

    def vague(said: str, sent: Record) -> str:
        return "Already exists." if by in sent and said == contract.message(message, sent) else said

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        return tuple(vague(each, intake.sent) for each in stages.object(shelf, intake, existing))

    return replace(stages, object=object_)


RULE = Rule(
    name="conflict-answer",
    takes={
        "by": "field",
        "part": "text",
        "message": "message",
        "also": "number",
        "unlike": "message",
        "letters": "text",
    },
    checks=checks,
    faults=faults,
)
