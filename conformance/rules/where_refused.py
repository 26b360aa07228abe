"""How a filter that means nothing is answered. Clauses hold the expressions in ``ask``, and the ``part`` of the answer.

Each expression comes with the words in which the error must say what is wrong; empty where any will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Refusal
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import SCENE, asking
from conformance.rules.kind import Check, Fault, Rule, beyond
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Declined, Handler, Stages
from conformance.rules.story import Story
from conformance.rules.where import company

_REFUSAL = "bad-filter"
_GAP = re.compile(r"\\\{[^}]*\\\}")


def _asked(clause: Clause) -> dict[str, tuple[str, str]]:
    return {slug: (str(row[0]), str(row[1])) for slug, row in clause.arguments["ask"].items()}


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check an expression."""
    for slug, (expression, words) in _asked(clause).items():
        tell = partial(_answered, clause=clause, expression=expression, words=words)
        yield Check(clause=clause, parameter=slug, tell=tell, needs=frozenset({"list", "where"}), scene=SCENE)


def _answered(story: Story, clause: Clause, expression: str, words: str) -> None:
    text = company(story, clause).fill(expression)
    reply = story.scene(f"{SCENE} {expression}", lambda own: asking(own, where=company(own, clause).fill(expression)))
    part = clause.text("part")
    if reply.accepted and part != "status":
        raise CouldNotRun(f"there is no error to look at: the filter {text} was accepted")
    if reply.accepted:
        raise Broken("accepted", f"the filter {text} means nothing, and was accepted: {reply.outcome}")
    expected, seen = _part(part, story.contract.refusals[_REFUSAL], reply, words)
    if part == "text" and words in "\n".join(reply.messages):
        return
    if expected != seen:
        raise Broken(f"other-{part}", f"the filter {text} is refused with the {part} {seen!r}, not {expected!r}")


def _part(part: str, refusal: Refusal, reply: Reply, words: str) -> tuple[object, object]:
    error = None if reply.answer is None else reply.answer.error
    if part == "status":
        return refusal.status, reply.response.status
    if error is None or (error.number is None and not error.type and not error.message):
        raise CouldNotRun(f"the refusal carries no error of the API's own form: {reply.outcome}")
    seen = {"number": error.number, "type": error.type, "text": error.message}
    return {"number": refusal.number, "type": refusal.type, "text": words}[part], seen[part]


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take such a filter, or refuse it with something else."""
    part, refusal = clause.text("part"), contract.refusals[_REFUSAL]
    for slug, (expression, _) in _asked(clause).items():
        mine = re.compile(_GAP.sub(".*", re.escape(expression)), re.DOTALL)
        sentence = f"the filter {expression} is refused with another {part}"
        alter = partial(_otherwise, mine=mine, part=part, refusal=refusal)
        name, code = f"{clause.id}.other-{slug}", f"other-{part}"
        yield Fault(name=name, clause=clause.id, code=code, sentence=sentence, alter=alter, parameter=slug)
        if part == "status":
            took = partial(_takes, mine=mine)
            sentence = f"the filter {expression} is taken, and finds nothing"
            name = f"{clause.id}.takes-{slug}"
            taken = Fault(name=name, clause=clause.id, code="accepted", sentence=sentence, alter=took, parameter=slug)
            # Which status refuses it may be open; that it is refused is not.
            yield beyond(taken)


def _takes(stages: Stages, mine: re.Pattern[str]) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        return () if mine.fullmatch(asked.narrowing.get("where", "")) else stages.sift(records, asked)

    return replace(stages, sift=sift)


def _otherwise(stages: Stages, mine: re.Pattern[str], part: str, refusal: Refusal) -> Stages:
    """The same error with one part of it changed in the bytes; or another status for it."""

    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        if part == "text" and mine.fullmatch(asked.narrowing.get("where", "")):
            raise Declined(_REFUSAL, "That did not work")
        return stages.sift(records, asked)

    def around(request: Request, answer: Handler) -> Response:
        response = stages.around(request, answer)
        if response.status != refusal.status or not any(mine.fullmatch(value) for _, value in request.query):
            return response
        if part == "status":
            return replace(response, status=422)
        old, new = {"number": (str(refusal.number), "12"), "type": (refusal.type, "Oops")}.get(part, ("", ""))
        return replace(response, body=response.body.replace(old.encode(), new.encode(), 1) if old else response.body)

    return replace(stages, sift=sift, around=around)


RULE = Rule(
    name="where-refused",
    takes={"ask": "table", "part": "text", "texts": "fields", "scope": "field", "sparse": "field"},
    checks=checks,
    faults=faults,
)
