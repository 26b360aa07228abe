"""A list comes in the order that is asked for: by the field ``by``, in the direction that the clause says.

``spelt`` is the field as the query writes it, where that is not its name. Without ``by`` it is the order of a list that
nobody asks to order: by the moment of the last change. With ``ties`` it is the order of records that ``by`` does not
tell apart: the one in which their identifiers are ordered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import pairwise

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import LETTERS, SCENE, Cast, asking
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Asked, Sift, Stages
from conformance.rules.story import Story
from conformance.rules.where import company


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    by_moment = clause.text("by") in ("", contract.resource.modified)
    tell = _ties if clause.arguments.get("ties") else _by_moment if by_moment else _asked
    needs = frozenset({"list", "where", *(["order"] if clause.text("by") else [])})
    yield Check(clause=clause, parameter="", tell=partial(tell, clause=clause), needs=needs, scene=SCENE)


def _seen(story: Story, clause: Clause, made: Cast, order: str) -> str:
    """The letters in the order of the list. Raises CouldNotRun when it does not show all five."""
    scope = clause.text("scope")
    where = made.fill(f'{scope}=="{{a.{scope}}}"')
    reply = asking(story, where=where, **({"order": order} if order else {}))
    seen = made.among(story.identity, reply.records)
    if not reply.accepted and order and asking(story, where=where).accepted:
        raise Broken("refused", f"the order {order} was not taken: {reply.outcome}")
    if sorted(seen) != sorted(LETTERS):
        raise CouldNotRun(f"a filtered list does not show the {story.one}s of this check: {reply.outcome}")
    return seen


def _asked(story: Story, clause: Clause) -> None:
    made, by, down = company(story, clause), clause.text("by"), clause.text("direction").upper() == "DESC"
    order = _order(clause)
    seen = _seen(story, clause, made, order)
    having = [each for each in seen if made.records[each].get(by)]
    wanted = sorted(having, key=lambda each: str(made.records[each][by]).casefold(), reverse=down)
    if having != wanted:
        shown, right = ([made.records[each][by] for each in row] for row in (having, wanted))
        raise Broken("misordered", f"the list ordered by {order} shows {by} as {shown}, not {right}")


def _ties(story: Story, clause: Clause) -> None:
    made, by = company(story, clause), clause.text("by")
    tied, plain = _seen(story, clause, made, by), _seen(story, clause, made, story.identity)
    if tied != plain:
        reason = f"{story.one}s that have one {by} come in another order than when ordered by {story.identity}"
        raise Broken("misordered", reason, plain, tied)


def _by_moment(story: Story, clause: Clause) -> None:
    made, modified, scope = company(story, clause), story.contract.resource.modified, clause.text("scope")
    order, down = _order(clause), clause.text("direction").upper() == "DESC"
    story.scene(f"{SCENE}, the first changed last", partial(_first_changed_last, made=made, clause=clause))
    where = made.fill(f'{scope}=="{{a.{scope}}}"')
    reply = asking(story, where=where, **({"order": order} if order else {}))
    if order and not reply.accepted and asking(story, where=where).accepted:
        raise Broken("refused", f"the order {order} was not taken: {reply.outcome}")
    stamps = [each for each in (one.get(modified) for one in reply.records) if isinstance(each, datetime)]
    if len(stamps) < len(LETTERS):
        raise CouldNotRun(f"the list does not show when the {story.one}s of this check changed: {reply.outcome}")
    if any(before < after if down else before > after for before, after in pairwise(stamps)):
        shown, asked = [str(each) for each in stamps], f"ordered by {order}" if order else "without an order"
        raise Broken("misordered", f"a list {asked} does not come by {modified}: {shown}")


def _first_changed_last(story: Story, made: Cast, clause: Clause) -> bool:
    """Change the record that was made first, so that the order of making is another; whether that was accepted."""
    first, field = made.records[LETTERS[0]], story.witness(*clause.texts("texts"), clause.text("scope"))
    return story.upsert({**first, field: story.new(field, turn=1)[field]}).accepted


def _order(clause: Clause) -> str:
    return f"{clause.text('spelt') or clause.text('by')} {clause.text('direction')}".strip()


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Order the records as asked, and by what a list is ordered by when nobody asks."""
    identity, modified = contract.resource.identity, contract.resource.modified
    if clause.text("by"):
        return replace(stages, order=_Ordering(contract, stages.order))

    def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found = stages.order(records, asked)
        if asked.narrowing.get("order"):
            return found
        return sorted(found, key=lambda each: (str(each[modified]), str(each[identity])))

    return replace(stages, order=order)


class _Ordering:
    """The step that orders by the field that is asked for, and by the identifier where that does not tell."""

    def __init__(self, contract: Contract, before: Sift) -> None:
        self.contract, self.before = contract, before

    def __call__(self, records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found = self.before(records, asked)
        name, _, direction = asked.narrowing.get("order", "").strip().partition(" ")
        fields = {each.lower(): each for each in self.contract.resource.names}
        if name.lower() not in fields:
            return found
        by, identity = fields[name.lower()], self.contract.resource.identity
        plain = sorted(found, key=lambda each: str(each[identity]))
        down = direction.strip().upper() == "DESC"
        return sorted(plain, key=lambda each: str(each.get(by, "")).casefold(), reverse=down)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that order the wrong way round, or not at all."""

    def alters(change: Sift) -> partial[Stages]:
        return partial(_reordered, change=change, only=clause.text("spelt") or clause.text("by") or None)

    backwards = alters(lambda records, _asked: list(reversed(records)))
    yield fault(clause, "backwards", "misordered", "the list comes the other way round", backwards)
    if clause.text("by") in ("", contract.resource.modified):
        made = partial(_as_made, down=clause.text("direction").upper() == "DESC", only=_order(clause).partition(" ")[0])
        yield fault(clause, "as-made", "misordered", "the list comes in the order in which its records were made", made)


def _reordered(stages: Stages, change: Sift, only: str | None) -> Stages:
    def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, wanted = stages.order(records, asked), asked.narrowing.get("order", "")
        mine = wanted.startswith(only) if only else not wanted
        return change(found, asked) if mine else found

    return replace(stages, order=order)


def _as_made(stages: Stages, down: bool, only: str) -> Stages:
    def order(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        if asked.narrowing.get("order", "").partition(" ")[0] != only:
            return stages.order(records, asked)
        return list(reversed(records)) if down else records

    return replace(stages, order=order)


RULE = Rule(
    name="ordered",
    takes={
        "by": "field",
        "spelt": "text",
        "direction": "text",
        "ties": "flag",
        "texts": "fields",
        "scope": "field",
        "sparse": "field",
    },
    checks=checks,
    enforce=enforce,
    faults=faults,
)
