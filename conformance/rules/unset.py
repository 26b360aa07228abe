"""Whether members that were never set are shown, empty, or left out: both were recorded, so it is noted alone.

``kind`` names the kind of the members: ``text`` or ``list``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.contract.model import Clause, Contract, Field, Kind
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, in_records
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import SCENE
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.xml import Element

_BARE = "bare-record"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a record with little in it is fetched."""
    needs = frozenset({"upsert", "read"})
    yield Check(clause=clause, parameter="", tell=partial(_tell, clause=clause), needs=needs, scene=SCENE)


def _tell(story: Story, clause: Clause) -> None:
    sent, replies = bare(story)
    shown = replies["read"].records[0]
    unset = [each.name for each in unset_fields(story.contract, clause) if each.name not in sent]
    empty = [each for each in unset if each in shown]
    if len(empty) == len(unset):
        raise Broken("shown", "shows all of them, empty")
    if empty:
        raise Broken("shown", f"shows {', '.join(empty)}, and no other")
    story.chose("leaves them out")


def bare(story: Story) -> tuple[Record, dict[str, Reply]]:
    """A record with little in it: as it was sent, and the answers to its write and its read."""
    return story.scene(_BARE, _act)


def _act(story: Story) -> tuple[Record, dict[str, Reply]]:
    sent = story.new()
    written = story.upsert(sent)
    identity = story.identified(written, sent)
    read = story.read(identity) if written.accepted and identity else written
    if not written.accepted or not identity or read.only is None:
        raise CouldNotRun(f"a {story.one} with little in it could not be created and read: {read.outcome}")
    return sent, {"write": written, "read": read}


def unset_fields(contract: Contract, clause: Clause) -> list[Field]:
    """The members of this kind that a client may set; not the status, which a new record has without being told."""
    kind, status = Kind(clause.text("kind")), contract.resource.status
    fields = [each for each in contract.resource.fields if each.name != status and not each.formats]
    return [each for each in fields if each.kind is kind and each.writable]


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that shows what was never set, which is as good."""
    names = [each.name for each in unset_fields(contract, clause)]
    empty: Value = () if clause.text("kind") == Kind.LIST else ""

    def of_json(value: Record) -> dict[str, Value]:
        return {**dict.fromkeys(names, empty), **value}

    def of_xml(element: Element) -> Element:
        here = {each.name for each in element.children}
        more = tuple(Element(each) for each in names if each not in here)
        return element._replace(children=(*element.children, *more))

    change = in_records(contract, of_json, of_xml)
    alter = answering_at(contract, "read", change)
    yield fault(clause, "shown", "shown", "a single record shows what was never set, empty", alter)


RULE = Rule(name="unset", takes={"kind": "text"}, checks=checks, faults=faults)
