"""A list of one kind of records. Clauses name the parameter's values: ``all``, and those that ``narrow``.

A record that nothing was ever bought from or sold to is of all kinds together, and of neither kind alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, mine, own, way
from conformance.rules.mischief import Alter
from conformance.rules.stages import Asked, Declined, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of all of the values together."""
    tell = partial(_all, clause=clause) if clause.text("all") else partial(_narrows, clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}), scene=OWN)


def _all(story: Story, clause: Clause) -> None:
    known = own(story)
    reply = story.browse(way(story, "kind", clause.text("all")))
    if not reply.accepted:
        raise Broken("refused", f"a list of {clause.text('all')} {story.one}s was not answered: {reply.outcome}")
    if set(mine(reply, known.identities)) != set(known.identities):
        raise Broken("left-out", f"a list of {clause.text('all')} {story.one}s leaves out new ones")


def _narrows(story: Story, clause: Clause) -> None:
    known = own(story)
    replies = [story.browse(way(story, "kind", each)) for each in clause.texts("narrow")]
    refused = next((each for each in replies if not each.accepted), None)
    if refused is not None:
        raise Broken("refused", f"a list of one kind of {story.one}s was not answered: {refused.outcome}")
    shown = [
        value for value, reply in zip(clause.texts("narrow"), replies, strict=True) if mine(reply, known.identities)
    ]
    if clause.grade.binding and len(shown) == len(replies):
        kinds = " and of ".join(shown)
        raise Broken("not-narrowed", f"a {story.one} without any document is in the lists of {kinds}")
    if not clause.grade.binding and shown:
        raise Broken("listed", f"lists new ones among {' and '.join(shown)}")


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Nothing is ever bought or sold here, so no record is of a kind."""

    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        wanted = asked.narrowing.get("kind", "").lower() in clause.texts("narrow")
        return () if wanted else stages.sift(records, asked)

    return replace(stages, sift=sift)


def _for(values: Sequence[str]) -> Alter:
    """The parameter is ignored, where it has one of these values."""

    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            ignored = asked.narrowing.get("kind") in values
            kept = {name: value for name, value in asked.narrowing.items() if not ignored or name != "kind"}
            return stages.sift(records, replace(asked, narrowing=kept))

        return replace(stages, sift=sift)

    return alter


def _instead(value: str, *, refused: bool) -> Alter:
    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            if asked.narrowing.get("kind") != value:
                return stages.sift(records, asked)
            if refused:
                raise Declined("validation")
            return ()

        return replace(stages, sift=sift)

    return alter


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that ignore the parameter, or do not know its values."""
    every = clause.text("all")
    if every:
        yield fault(clause, "empties", "left-out", "a list of all is empty", _instead(every, refused=False))
        yield fault(clause, "refuses", "refused", "a list of all is refused", _instead(every, refused=True))
        return
    narrow = clause.texts("narrow")
    if clause.grade.binding:
        yield fault(clause, "ignores", "not-narrowed", "the parameter is ignored", _for(narrow))
        yield fault(clause, "refuses", "refused", "a kind is refused", _instead(narrow[-1], refused=True))
        return
    yield fault(clause, "counts", "listed", f"a new record counts among {narrow[0]}", _for(narrow[:1]))


RULE = Rule(name="listed-kind", takes={"all": "text", "narrow": "texts"}, checks=checks, enforce=enforce, faults=faults)
