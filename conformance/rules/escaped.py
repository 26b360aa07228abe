"""Texts come back letter by letter, whatever the format has to do to write them: markup, quotes, letters beyond ASCII.

A target may refuse a text for reasons of its own; what it takes, it must show as it took it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.exchange import Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, in_records
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import RECORDS, at, awkward, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.xml import Element


def _places(contract: Contract) -> tuple[str, ...]:
    shown = contract.operations[Role.UPSERT].shows
    return tuple(each for each in existing(contract, RECORDS) if each != "create" and (shown or each != "write"))


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place where the record of the scene is shown."""
    return at(contract, clause, _look, _places(contract))


def _look(story: Story, reply: Reply) -> None:
    heard = overheard(story)
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    shown = story.canonical(reply.records[heard.position(reply)])
    sent = story.canonical(heard.sent)
    if not story.recognised(heard.sent, shown):
        raise CouldNotRun(f"the answer shows another {story.one} than the one that was written: {reply.outcome}")
    for name in (story.contract.resource.name, *awkward(story)):
        if name in sent and shown.get(name) != sent[name]:
            line = f"{reply.request.method} {reply.request.path}"
            held = story.quote(say(shown.get(name)))
            raise Broken("other-text", f"{line} shows {name} as {held}; it was sent as {say(sent[name])}", sent, shown)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that write markup twice over, or lose letters, in one sort of answer."""
    for place in _places(contract):
        for slug, change in _CHANGES.items():
            alter = answering_at(contract, place, _texts(contract, change))
            sentence = f"texts are changed ({slug}) in one sort of answer: {place}"
            yield replace(fault(clause, f"{slug}-{place}", "other-text", sentence, alter), parameter=place)


def _texts(contract: Contract, change: Callable[[str], str]) -> Callable[[Response], Response]:
    def of_json(value: Record) -> dict[str, Value]:
        return {name: change(each) if isinstance(each, str) else each for name, each in value.items()}

    def of_xml(element: Element) -> Element:
        return element._replace(children=tuple(each._replace(text=change(each.text)) for each in element.children))

    return in_records(contract, of_json, of_xml)


_CHANGES: dict[str, Callable[[str], str]] = {
    "escaped-twice": lambda text: text.replace("&", "&amp;"),
    "question-marks": lambda text: text.encode("latin-1", "replace").decode("latin-1"),
}

RULE = Rule(name="escaped", checks=checks, faults=faults)
