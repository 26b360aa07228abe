"""A request of which nobody knows whether it is a mistake: which way the target goes is noted, nothing is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Provocation, Role
from conformance.document import Record, Value
from conformance.exchange import Request, Response
from conformance.rules import provoke
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.reply import Reply
from conformance.rules.stages import Handler, Intake, Shelf, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import road_of


def checks(contract: Contract, clause: Clause) -> list[Check]:
    """One check a provocation."""
    return provoke.asking(contract, clause, _noted)


def _noted(story: Story, it: Provocation) -> None:
    found = provoke.provoked(story, it)
    if found.reply.accepted:
        return story.chose(f"takes it{_kept(it, found)}")
    answer = found.reply.answer
    number = answer.error.number if answer is not None and answer.error is not None else None
    coded = "" if number is None else f" and error {number}"
    if found.reply.refused:
        return story.chose(f"refuses it with status {found.reply.response.status}{coded}")
    return story.chose(f"answers {found.reply.response.status}{coded}")


def _kept(it: Provocation, found: provoke.Provoked) -> str:
    """What became of the value, as far as the answer shows."""
    if it.sends != "value" or found.reply.only is None:
        return "" if _shown(found.reply) else ", and nothing comes of it"
    sent = _at(found.sent, it.path)
    seen = _at(found.reply.only, it.path)
    if seen == sent:
        return ", as it is"
    return ", and leaves it out" if seen in (None, (), "") else f", and makes {say(seen)[:60]} of it"


def _shown(reply: Reply) -> bool:
    return bool(reply.records)


def _at(record: Value, path: tuple[str, ...]) -> Value:
    """What stands at a path: of a list, in its first item."""
    held = record[0] if isinstance(record, tuple) and record else record
    if not path:
        return record
    return _at(held.get(path[0]), path[1:]) if isinstance(held, Mapping) else None


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take what the reference server refuses, refuse what it takes, or answer with another status."""
    for each in provoke.named(contract, clause):
        record = each.sends in ("value", "without")
        yield Fault(
            name=f"{clause.id}.otherwise-for-{each.name}",
            clause=clause.id,
            code="",
            sentence=f"{each.what} is {'judged the other way' if record else 'answered with status 409'}",
            alter=partial(_turning, it=each) if record else partial(_answering, contract=contract, it=each),
            parameter=each.name,
        )


def _turning(stages: Stages, it: Provocation) -> Stages:
    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        said = stages.object(shelf, intake, existing)
        if not _makes(intake, it):
            return said
        return () if said else ("Not possible",)

    return replace(stages, object=object_)


def _makes(intake: Intake, it: Provocation) -> bool:
    """Whether a record makes the mistake; of an element that is there twice only the last one is left by now."""
    if it.sends == "without":
        return it.field not in intake.asked
    last = it.value[-1] if isinstance(it.value, tuple) else it.value
    return str(_at(intake.asked, it.path)) in (str(it.value), str(last))


def _answering(stages: Stages, contract: Contract, it: Provocation) -> Stages:
    reading = contract.operations[Role.READ]
    place = reading.identifiers.get(it.field, "") if it.sends == "look" else ""

    def around(request: Request, answer: Handler) -> Response:
        found = stages.around(request, answer)
        written = request.method != reading.method and provoke.is_body(contract, it, request.body)
        looked = place and any(name == place for name, _ in request.query) and found.status >= 400
        return replace(found, status=409) if written or looked or _missed(contract, it, request, found) else found

    return replace(stages, around=around)


def _missed(contract: Contract, it: Provocation, request: Request, found: Response) -> bool:
    """Whether it was sent to the address of a record that is not there."""
    sent = it.sends == "addressed" and road_of(contract, request) == it.role
    return sent and found.status == contract.refusals[it.refusal].status


RULE = Rule(name="open-mistake", takes=provoke.TAKES, checks=checks, faults=faults)
