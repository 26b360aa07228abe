"""A few elements suffice to create a record. Clauses list them in ``fields`` and the operation in ``role``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Finding, Rule, Sent, chosen, fault
from conformance.rules.mischief import When, refusing
from conformance.rules.posted import twice
from conformance.rules.refused import moved
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: exactly these elements, and a record comes of it."""
    role = Role(clause.text("role"))
    tell = partial(_suffices, role=role, fields=clause.texts("fields"))
    glance = partial(_seen, role=role, fields=clause.texts("fields"))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({role}), scene=LIFE, glance=glance)


def _seen(story: Story, role: Role, fields: tuple[str, ...]) -> None:
    least = twice(story).least if role is Role.UPSERT else moved(story).least
    need(set(least) <= set(fields), "more than the fewest members is sent")


def _suffices(story: Story, role: Role, fields: tuple[str, ...]) -> None:
    record = chosen(story.new(*fields), *fields)
    reply = story.write(role, record)
    listed = " and ".join(fields)
    if not reply.accepted:
        raise Broken("refused", f"a new {story.one} with {listed} alone was not created: {reply.outcome}", record)
    if not reply.identity:
        raise Broken("not-created", f"a new {story.one} with {listed} alone was accepted, but none came back", record)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A new record without one of these elements is refused."""
    name = contract.resource.name

    def object_(shelf: Shelf, intake: Intake, existing: Record | None) -> tuple[str, ...]:
        missing = existing is None and name in clause.texts("fields") and not intake.sent.get(name)
        message = (contract.message("name-missing", intake.sent),) if missing else ()
        return (*stages.object(shelf, intake, existing), *message)

    return replace(stages, object=object_) if Role(clause.text("role")) is Role.UPSERT else stages


def judge(_contract: Contract, clause: Clause, sent: Sent) -> Iterator[Finding]:
    """A create without one of these elements cannot succeed."""
    for number, each in enumerate(sent.records):
        if sent.role is not Role(clause.text("role")) or sent.role is not Role.CREATE:
            continue
        for field in clause.texts("fields"):
            if not each.get(field):
                yield Finding(clause=clause.id, sentence=f"a create lacks {field}", path=f"[{number}].{field}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that want more than they may ask for."""
    role = Role(clause.text("role"))
    more = [each.name for each in contract.resource.fields if each.writable and each.name not in clause.texts("fields")]

    def lacks(field: str) -> When:
        return lambda intake, existing: existing is None and intake.role is role and field not in intake.sent

    for each in more:
        sentence = f"a new record without {each} is refused"
        yield fault(clause, f"wants-{each}", "refused", sentence, refusing(lacks(each)))


RULE = Rule(
    name="minimum",
    takes={"fields": "fields", "role": "text"},
    checks=checks,
    enforce=enforce,
    judge=judge,
    faults=faults,
)
