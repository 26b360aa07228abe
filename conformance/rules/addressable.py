"""A record is found by an identifier however it has to be written: the texts stand in ``texts``, a check each.

A text stands at the end of a number that is nobody else's; where it is made of ``0`` and ``#``, the number has nothing
but digits, one for each ``#``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.contract.values import token
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import digits
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.stages import Shelf, Stages
from conformance.rules.story import Story

_SCENE = "addressable"


def _texts(clause: Clause) -> Mapping[str, str]:
    return {str(slug): str(text) for slug, text in clause.arguments["texts"].items()}


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a text."""
    for slug in _texts(clause):
        tell = partial(_found, clause=clause, slug=slug)
        yield Check(clause=clause, parameter=slug, tell=tell, needs=frozenset({"read-by-number"}), scene=_scene(clause))


def _scene(clause: Clause) -> str:
    return f"{_SCENE} {clause.id}"


def _made(story: Story, clause: Clause) -> dict[str, Record]:
    """A record for each text, made in one request; or one by one, without those that are refused."""
    number = story.contract.resource.number
    records: dict[str, Record] = {
        slug: {**story.new(label=slug), number: _number(story, text)} for slug, text in _texts(clause).items()
    }
    if story.upsert(*records.values()).accepted:
        return records
    return {slug: each for slug, each in records.items() if story.upsert(each).accepted}


def _number(story: Story, text: str) -> str:
    if not text.strip("0#"):
        return text.replace("#" * text.count("#"), digits(story.seed, "addressable")[: text.count("#")])
    mark = token(story.seed, "addressable")
    return f"{mark} {text}" if " " in text else f"{mark}{text}"


def _found(story: Story, clause: Clause, slug: str) -> None:
    resource = story.contract.resource
    record = story.scene(_scene(clause), lambda own: _made(own, clause)).get(slug)
    if record is None:
        raise CouldNotRun(f"a {story.one} with such a {resource.number} was not accepted")
    number = str(record[resource.number])
    reply = story.read(number, resource.number)
    if reply.only is None:
        reason = f"an existing {story.one} is not found by its {resource.number} {number!r}: {reply.outcome}"
        raise Broken("not-found", reason)
    if reply.only.get(resource.name) != record[resource.name]:
        _finds_at_all(story)
        raise Broken("another", f"another {story.one} is found by the {resource.number} {number!r}", record, reply.only)


def _finds_at_all(story: Story) -> None:
    """Raises CouldNotRun when a plain number leads to another record, too."""
    plain, by = story.new(label="plain"), story.contract.resource.number
    written, found = story.upsert(plain), story.read(str(plain[by]), by).only or {}
    if not story.recognised(plain, story.canonical(found)):
        raise CouldNotRun(f"another {story.one} is found by a plain {by}, too: {written.outcome}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not find a record by such an identifier."""
    for slug, text in _texts(clause).items():
        yield Fault(
            name=f"{clause.id}.blind-{slug}",
            clause=clause.id,
            code="not-found",
            sentence=f"no record is found by a {contract.resource.number} that is written {slug}: {text!r}",
            alter=partial(_blind, by=contract.resource.number, text=text),
            parameter=slug,
        )


def _blind(stages: Stages, by: str, text: str) -> Stages:
    def look(shelf: Shelf, field: str, value: str) -> Record | None:
        digits_alone = not text.strip("0#") and value.isdigit() and len(value) == len(text)
        return None if field == by and (digits_alone or text in value) else stages.look(shelf, field, value)

    return replace(stages, look=look)


RULE = Rule(name="addressable", takes={"texts": "table"}, checks=checks, faults=faults)
