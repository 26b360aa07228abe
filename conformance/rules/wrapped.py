"""The records of an answer stand in the envelope, in a list under the resource's name: also a single one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.recordings.recording import STATUS
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at, rewritten
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import SUCCESSES, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import json, xml
from conformance.wire.spelling import shown_format
from conformance.wire.xml import Element


def _places(contract: Contract) -> tuple[str, ...]:
    shown = contract.operations[Role.UPSERT].shows
    return tuple(each for each in existing(contract, SUCCESSES) if shown or each != "write")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    for place in _places(contract):
        alone = place == "read" and contract.operations[Role.READ].alone
        yield from at(contract, clause, partial(_look, alone=alone, empty=place == "empty"), (place,))


def _look(story: Story, reply: Reply, alone: bool, empty: bool) -> None:
    contract, body = story.contract, reply.response.body
    if shown_format(body) == "xml":
        problem = _xml(contract, xml.read(body), alone, empty)
    else:
        problem = _json(contract, json.read(body), empty)
    if problem:
        line = f"the answer to {reply.request.method} {reply.request.path}"
        raise Broken("not-wrapped", f"{line} {story.quote(problem)}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Records that stand elsewhere, and a success that holds none at all."""
    contract = heard.contract
    said = heard.answer.error if heard.answer else None
    taken = STATUS not in heard.lacks and heard.response.status < 300
    told = heard.success or (taken and said is not None and said.number is None and not said.type)
    hides = heard.role is not None and not contract.operations[heard.role].shows
    if heard.answer is None or not told or hides:
        return
    alone, empty = heard.place == "read" and contract.operations[Role.READ].alone, heard.place == "empty"
    problem = "is neither XML nor JSON"
    if heard.format == "json":
        problem = _json(contract, heard.value, empty)
    elif heard.root is not None:
        problem = _xml(contract, heard.root, alone, empty)
    if problem:
        yield about(clause, "not-wrapped", f"the body {problem}")


def _xml(contract: Contract, root: Element, alone: bool, empty: bool) -> str:
    resource = contract.resource
    if root.name != contract.envelope.root:
        return f"has the root {root.name}; {contract.envelope.root} is the envelope of every answer"
    if alone:
        return "" if root.child(resource.one) else f"has no {resource.one} right in its envelope"
    held = root.child(resource.many)
    if held is None:
        return "" if empty else f"has no {resource.many} in its envelope"
    others = [each.name for each in held.children if each.name != resource.one]
    return f"has {others[0]} in its list of {resource.one} elements" if others else ""


def _json(contract: Contract, value: Value, empty: bool) -> str:
    many = contract.resource.many
    if not isinstance(value, dict) or (many not in value and not empty):
        return f"has no member {many}"
    if isinstance(value.get(many, ()), tuple):
        return ""
    return f"has {many} that is no list"


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that leave a layer out in one sort of answer."""
    for place in _places(contract):
        change = rewritten(partial(_unlisted, contract), partial(_stripped, contract))
        sentence = f"the records stand without their list in one sort of answer: {place}"
        seeded = fault(clause, f"bare-{place}", "not-wrapped", sentence, answering_at(contract, place, change))
        yield replace(seeded, parameter=place)
    bare = rewritten(partial(_first, contract), lambda root: root.children[-1])
    yield fault(
        clause, "no-envelope", "not-wrapped", "a single record has no envelope", answering_at(contract, "read", bare)
    )


def _unlisted(contract: Contract, value: Record) -> dict[str, Value]:
    held = value.get(contract.resource.many)
    return {**value, contract.resource.many: held[0] if isinstance(held, tuple) and held else None}


def _first(contract: Contract, value: Record) -> dict[str, Value]:
    held = value.get(contract.resource.many)
    return dict(held[0]) if isinstance(held, tuple) and held and isinstance(held[0], dict) else dict(value)


def _stripped(contract: Contract, root: Element) -> Element:
    """The document with the records elsewhere: out of their list, or in one where there should be none."""
    held = root.child(contract.resource.many)
    others = tuple(each for each in root.children if each.name not in (contract.resource.many, contract.resource.one))
    if held is None:
        return root._replace(children=(*others, Element(f"{contract.resource.many}List", "", root.children[-1:])))
    if not held.children:
        return root._replace(children=(*others, held._replace(children=(Element("None"),))))
    return root._replace(children=(*others, *held.children))


RULE = Rule(name="wrapped", checks=checks, faults=faults, overhear=overhear)
