"""Texts of a format, however unusual, are accepted and kept. Clauses name the ``field`` and list ``texts``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import identities, need, seen
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import merging, refusing
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a text."""
    for place, text in enumerate(clause.texts("texts"), start=1):
        tell, needs = partial(_kept, field=clause.text("field"), text=text), frozenset({"upsert", "read"})
        glance = partial(_seen, clause)
        yield Check(clause=clause, parameter=str(place), tell=tell, needs=needs, scene=clause.id, glance=glance)


def _seen(clause: Clause, story: Story) -> None:
    story.scene(clause.id, partial(_all, clause=clause))


def _all(story: Story, clause: Clause) -> None:
    field, texts = clause.text("field"), clause.texts("texts")
    records = [{**story.new(label=f"text {place}"), field: text} for place, text in enumerate(texts)]
    found = identities(story, story.upsert(*records), records)
    after = seen(story, *found)
    kept = [_alike(after.get(each, {}), field, text) for each, text in zip(found, texts, strict=True)]
    need(all(kept), f"a {field} is not what was sent")


def _alike(record: Record, field: str, text: str) -> bool:
    # Whether such a text keeps its capitals is another matter.
    return str(record.get(field)).casefold() == text.casefold()


def _kept(story: Story, field: str, text: str) -> None:
    sent = {**story.new(label="text"), field: text}
    reply = story.upsert(sent)
    if not reply.accepted:
        provoke.wellformed(story)
        control = story.upsert(story.new(field, label="control"))
        if not control.accepted:
            raise CouldNotRun(f"a {story.one} with another {field} is not accepted either: {control.outcome}")
        raise Broken("refused", f"the legal {field} {text!r} was refused: {reply.outcome}", sent)
    after = story.fetch(story.identified(reply, sent), "just created", sent)
    if not _alike(after, field, text):
        raise Broken("changed", f"the {field} {text!r} is stored as {after.get(field)!r}", sent, after)


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that refuse such a text, or cut it."""
    field = clause.text("field")
    for place, text in enumerate(clause.texts("texts"), start=1):
        refuses = refusing(partial(_holds, field=field, text=text))
        cuts = merging(partial(_cut, field=field, text=text))
        yield replace(fault(clause, f"refuses-{place}", "refused", f"{text} is refused", refuses), parameter=str(place))
        yield replace(fault(clause, f"cuts-{place}", "changed", f"{text} is cut", cuts), parameter=str(place))


def _holds(intake: Intake, _existing: Record | None, field: str, text: str) -> bool:
    return intake.sent.get(field) == text


def _cut(existing: Record, intake: Intake, merged: Record, field: str, text: str) -> Record:
    return {**merged, field: text[1:]} if _holds(intake, existing, field, text) else merged


RULE = Rule(name="well-formed", takes={"field": "field", "texts": "text"}, checks=checks, faults=faults)
