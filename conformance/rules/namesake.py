"""Which record an upsert by name means when an archived record and an active one share that name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Intake, Shelf, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: archive a record, create another of its name, and send the name again."""
    yield Check(clause=clause, parameter="", tell=_meant, needs=frozenset({Role.CREATE, "read"}))


def _meant(story: Story) -> None:
    resource, witness = story.contract.resource, story.witness()
    archived = _archived(story, witness)
    second = {**story.new(witness, label="second"), resource.name: archived[resource.name]}
    reply = story.create(second)
    active = story.identified(reply, second)
    if not reply.accepted or active in ("", archived[story.identity]):
        return story.chose("lets no two share it")
    text = story.value(witness, 1)
    reply = story.upsert({**story.carried(second), resource.name: archived[resource.name], witness: text})
    if not reply.accepted:
        return story.chose(f"refuses it with status {reply.response.status}")
    identities = {"active": active, "archived": str(archived[story.identity])}
    took = [each for each, identity in identities.items() if story.fetch(identity, each).get(witness) == text]
    return story.chose(f"updates {' and '.join(f'the {each} one' for each in took) or 'neither of the two'}")


def _archived(story: Story, witness: str) -> Record:
    """A record that is archived by now."""
    resource = story.contract.resource
    before = story.given(story.new(witness, label="first"))
    identity = str(before[story.identity])
    reply = story.upsert({**story.carried(before), story.identity: identity, resource.status: resource.archived})
    after = story.fetch(identity, "archived")
    if after.get(resource.status) != resource.archived:
        raise CouldNotRun(f"the {story.one} this check needs could not be archived: {reply.outcome}")
    return after


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that looks among the archived records first."""
    alter = partial(_archived_first, contract=contract)
    yield fault(clause, "archived-first", "", "an upsert by name goes to an archived record of that name", alter)


def _archived_first(stages: Stages, contract: Contract) -> Stages:
    resource = contract.resource

    def match(shelf: Shelf, intake: Intake) -> Record | None:
        found, name = stages.match(shelf, intake), str(intake.sent.get(resource.name, "")).casefold()
        if intake.role is not Role.UPSERT or found is None or {resource.identity, resource.number} & set(intake.sent):
            return found
        alike = (each for each in shelf.records() if str(each.get(resource.name, "")).casefold() == name)
        return next((each for each in alike if each.get(resource.status) == resource.archived), found)

    return replace(stages, match=match)


RULE = Rule(name="namesake", checks=checks, faults=faults)
