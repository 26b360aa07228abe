"""A filter is applied to the whole list, and only what it selects is cut in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import LETTERS, SCENE, asking
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story
from conformance.rules.where import company


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    needs = frozenset({"list", "where", "page"})
    yield Check(clause=clause, parameter="", tell=partial(_selects, clause=clause), needs=needs, scene=SCENE)


def _selects(story: Story, clause: Clause) -> None:
    """Two records cannot both be the first of all, so that at least one of them is not on its first page by chance."""
    made, name = company(story, clause), story.contract.resource.name
    for letter in (LETTERS[0], LETTERS[-1]):
        where = made.fill(f'{name}=="{{{letter}.{name}}}"')
        reply = asking(story, where=where, page="1", size="1")
        if reply.accepted and made.among(story.identity, reply.records) == letter:
            continue
        control = asking(story, where=where)
        if made.among(story.identity, control.records) != letter:
            raise CouldNotRun(f"the filter {where} does not find its {story.one} without a page either")
        if not reply.accepted:
            raise Broken("refused", f"the first page of a list filtered by {where} was refused: {reply.outcome}")
        raise Broken("missing", f"the one {story.one} that the filter {where} selects is not on its first page")


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that look on one page of everything."""
    yield fault(clause, "after-paging", "missing", "a filter is applied to one page of everything", _after_paging)


def _after_paging(stages: Stages) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        rest = {what: value for what, value in asked.narrowing.items() if what != "where"}
        return stages.sift(records, replace(asked, narrowing=rest) if "page" in asked.narrowing else asked)

    def page(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found = stages.page(records, asked)
        return stages.sift(found, asked) if {"where", "page"} <= set(asked.narrowing) else found

    return replace(stages, sift=sift, page=page)


RULE = Rule(
    name="where-paged",
    takes={"texts": "fields", "scope": "field", "sparse": "field"},
    checks=checks,
    faults=faults,
)
