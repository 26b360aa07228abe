"""What one tenant keeps, another does not see, and does not get in the way of.

The checks need the credentials of a second tenant, which a run has when it is given two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, named, need
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.posted import crowd
from conformance.rules.stages import Stages
from conformance.rules.story import Story

SECOND_TENANT = "second-tenant"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each way in which a record might leak."""
    ways: dict[str, Callable[[Story, Record], None]] = {
        "read by id": _by_identity,
        "read by number": _by_number,
        "list": _listed,
        "conflict": _conflict,
    }
    for way, look in ways.items():

        def tell(story: Story, look: Callable[[Story, Record], None] = look) -> None:
            look(story.elsewhere(), story.given(story.new()))

        needs = {SECOND_TENANT, "list" if way == "list" else "read", *([Role.CREATE] if way == "conflict" else [])}
        if Role.CREATE in contract.operations or way != "conflict":
            check = partial(Check, clause=clause, parameter=way.replace(" ", "-"), tell=tell, needs=frozenset(needs))
            yield check(scene=LIFE, glance=partial(_apart, way=way))


def _apart(story: Story, way: str) -> None:
    """A full record of the first tenant that the second neither sees nor meets."""
    other, resource, one = story.elsewhere(), story.contract.resource, crowd(story)
    identity, number, name = one.identities[0], *(str(one.sent[0][each]) for each in (resource.number, resource.name))
    if way == "read by id":
        need(other.read(identity).only is None, "it is seen")
    elif way == "read by number":
        need(other.read(number, resource.number).only is None, "it is seen")
    elif way == "list":
        need(not named(other, name), "it is seen")
    else:
        need(other.create({**other.new(label="elsewhere"), resource.name: name}).accepted, "it is in the way")


def _by_identity(other: Story, record: Record) -> None:
    reply = other.read(str(record[other.identity]))
    if reply.only is not None:
        raise Broken("leaked", f"another tenant reads the {other.one} by its {other.identity}", record, reply.only)


def _by_number(other: Story, record: Record) -> None:
    by = other.contract.resource.number
    reply = other.read(str(record[by]), by)
    if reply.only is not None:
        raise Broken("leaked", f"another tenant reads the {other.one} by its {by}", record, reply.only)


def _listed(other: Story, record: Record) -> None:
    found = other.holding(other.identity, record[other.identity])
    if found:
        raise Broken("leaked", f"another tenant finds the {other.one} in its list", record, found[0])


def _conflict(other: Story, record: Record) -> None:
    name = other.contract.resource.name
    reply = other.create({**other.new(label="elsewhere"), name: record[name]})
    if reply.accepted:
        return
    control = other.create(other.new(label="control"))
    if not control.accepted:
        raise CouldNotRun(f"the second tenant cannot create any {other.one}: {control.outcome}")
    raise Broken("in-the-way", f"a {other.one} of another tenant stands in the way of its {name}: {reply.outcome}")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that does not look at the tenant."""

    def one_for_all(stages: Stages) -> Stages:
        return replace(stages, tenant=lambda _tenant: "everybody")

    yield fault(clause, "one-for-all", "leaked", "all tenants share one store", one_for_all)
    yield fault(clause, "shared-names", "in-the-way", "names are unique across tenants", one_for_all)


RULE = Rule(name="tenants-apart", checks=checks, faults=faults)
