"""Writes of one new name that come at the same moment make one record. Clauses say which write with ``role``.

A round is a ``crowd`` of such writes, and there are ``rounds`` of them. Whatever the answers are, the list decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.parallel import matching_late, objecting_late
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: some rounds, and one look at what came of them."""
    tell = partial(_one_each, clause=clause, role=Role(clause.text("role")))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({Role(clause.text("role")), "list"}))


def _one_each(story: Story, clause: Clause, role: Role) -> None:
    crowd, resource = int(clause.arguments["crowd"]), story.contract.resource
    accepted: dict[str, int] = {}
    for turn in range(int(clause.arguments["rounds"])):
        records = _records(story, role, turn, crowd)
        replies = story.together([story.draft(role, each) for each in records])
        if not any(each.accepted for each in replies):
            raise CouldNotRun(
                f"none of {crowd} writes of one name at the same moment was accepted: {replies[0].outcome}"
            )
        accepted[str(records[0][resource.name])] = sum(each.accepted for each in replies)
    listed = story.browse()
    if not listed.accepted:
        raise CouldNotRun(f"the list of {resource.many} could not be read: {listed.outcome}")
    for name, count in accepted.items():
        made = [each for each in listed.records if each.get(resource.name) == name]
        what = f"{crowd} writes ({role}) of the new {resource.name} {name!r} at the same moment"
        if len(made) > 1:
            raise Broken("two", f"{what} made {len(made)} {story.one}s", before=None, after=tuple(made))
        if role is Role.CREATE and count > 1:
            raise Broken("two", f"{count} of {what} were accepted, and a create refuses what exists", after=tuple(made))


def _records(story: Story, role: Role, turn: int, crowd: int) -> list[Record]:
    """Records of one name; upserts have one number too, creates have each their own."""
    resource, witness = story.contract.resource, story.witness()
    one = story.new(label=f"round {turn}")
    shared = (resource.name, resource.number) if role is Role.UPSERT else (resource.name,)
    made = (story.new(witness, label=f"round {turn} {place}") for place in range(crowd))
    return [{**each, **{name: one[name] for name in shared}} for each in made]


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that looks whether a name is taken, and writes it down later."""
    role = Role(clause.text("role"))

    def new(intake: Intake, existing: Record | None) -> bool:
        return intake.role is role and existing is None

    late = matching_late(new) if role is Role.UPSERT else objecting_late(new)
    yield fault(clause, "looks-too-early", "two", "two records of one name pass at the same moment", late)


RULE = Rule(
    name="parallel-names",
    takes={"role": "text", "rounds": "number", "crowd": "number"},
    checks=checks,
    faults=faults,
)
