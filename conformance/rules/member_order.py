"""The order in which members stand. No document binds it, so a target's order is noted and never judged.

``what`` is ``envelope`` for the members around the records, ``record`` for those of a record, ``errors`` for the place
of errors before anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at, in_records, rewritten
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import at, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import json, xml
from conformance.wire.spelling import shown_format
from conformance.wire.xml import Element


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the members that are there stand in the order that was recorded."""
    what = clause.text("what")
    place = "unknown" if what == "errors" else "read"
    return at(contract, clause, partial(_look, what=what), (place,))


def _look(story: Story, reply: Reply, what: str) -> None:
    known = _recorded(story.contract, what)
    names = _within(story, reply) if what == "record" else _around(reply.response.body)
    found = [each for each in names if each in known]
    if found != sorted(found, key=known.index):
        raise Broken("other-order", "orders them in another way")
    story.chose("keeps the recorded order")


def _recorded(contract: Contract, what: str) -> Sequence[str]:
    names, resource = contract.envelope, contract.resource
    head = (names.identifier, names.status, names.provider, names.moment)
    if what == "record":
        return [each.name for each in resource.fields]
    return (contract.errors.errors, *head) if what == "errors" else (*head, resource.one, resource.many)


def _around(body: bytes) -> Sequence[str]:
    if shown_format(body) == "xml":
        return [each.name for each in xml.read(body).children]
    value = json.read(body)
    return list(value) if isinstance(value, dict) else []


def _within(story: Story, reply: Reply) -> Sequence[str]:
    resource, root = story.contract.resource, xml.read(reply.response.body)
    held = root.child(resource.many)
    alone = root.child(resource.one) if held is None else held.children[overheard(story).position(reply)]
    return [each.name for each in alone.children] if alone else []


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server with another order, which is as good."""
    what = clause.text("what")
    change = rewritten(_reversed, _turned)
    if what == "record":
        change = in_records(contract, _reversed, _turned)
    alter = answering_at(contract, "unknown" if what == "errors" else "read", change)
    yield fault(clause, "reversed", "other-order", f"the members stand in reverse order: {what}", alter)


def _reversed(value: Record) -> dict[str, Value]:
    return dict(reversed(list(value.items())))


def _turned(element: Element) -> Element:
    return element._replace(children=tuple(reversed(element.children)))


RULE = Rule(name="member-order", takes={"what": "text"}, checks=checks, faults=faults)
