"""A filter selects the records that its expression is true of.

Clauses hold in ``ask`` one expression a check, with the letters of the records that it must find; see `filtering`.
In ``misread`` they hold ways to read all expressions wrongly: a pattern, what is read instead of what fits it, the code
of the violation, and the check that must notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import LETTERS, SCENE, Cast, asking, cast
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Declined, Sift, Stages
from conformance.rules.story import Story
from conformance.wire.filter import BadExpression
from conformance.wire.filtered import selecting

_GAP = re.compile(r"\\\{[^}]*\\\}")


def _asked(clause: Clause) -> dict[str, tuple[str, str]]:
    return {slug: (str(row[0]), str(row[1])) for slug, row in clause.arguments["ask"].items()}


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check an expression."""
    for slug, (expression, letters) in _asked(clause).items():
        tell = partial(_selects, clause=clause, expression=expression, letters=letters)
        yield Check(clause=clause, parameter=slug, tell=tell, needs=frozenset({"list", "where"}), scene=SCENE)


def _selects(story: Story, clause: Clause, expression: str, letters: str) -> None:
    made = company(story, clause)
    text = made.fill(expression)
    reply = asking(story, where=text)
    seen = made.among(story.identity, reply.records) if reply.accepted else ""
    if reply.accepted and sorted(seen) == sorted(letters):
        return
    _filters_at_all(story, clause, made, text)
    if not reply.accepted:
        raise Broken("refused", f"the filter {text} was not taken: {reply.outcome}")
    missing, extra = [_named(made, story, each) for each in (set(letters) - set(seen), set(seen) - set(letters))]
    if missing:
        raise Broken("missing", f"the filter {text} is true of {missing}, which the list leaves out")
    if extra:
        raise Broken("extra", f"the filter {text} is not true of {extra}, which the list shows")
    raise Broken("doubled", f"the list filtered by {text} shows a {story.one} twice")


def _named(made: Cast, story: Story, letters: set[str]) -> str:
    name = story.contract.resource.name
    return ", ".join(repr(made.records[each][name]) for each in sorted(letters))


def company(story: Story, clause: Clause) -> Cast:
    """The records that a clause's expressions speak of."""
    return cast(story, clause.texts("texts"), clause.text("scope"), clause.text("sparse"))


def _filters_at_all(story: Story, clause: Clause, made: Cast, text: str) -> None:
    """Raises CouldNotRun when the plainest filter of all, by the value that the five share, does not find them."""
    plain = made.fill(f'{clause.text("scope")}=="{{a.{clause.text("scope")}}}"')
    if plain == text:
        return
    reply: Reply = asking(story, where=plain)
    if sorted(made.among(story.identity, reply.records)) != sorted(LETTERS):
        raise CouldNotRun(f"the plain filter {plain} does not find the {story.one}s this check made: {reply.outcome}")


def enforce(contract: Contract, _clause: Clause, stages: Stages) -> Stages:
    """Keep the records of which the expression is true; the first clause to say so does it for all."""
    if isinstance(stages.sift, _Filtering):
        return stages
    return replace(stages, sift=_Filtering(contract, stages.sift))


class _Filtering:
    """The step that filters."""

    def __init__(self, contract: Contract, before: Sift) -> None:
        self.contract, self.before = contract, before

    def __call__(self, records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, text = self.before(records, asked), asked.narrowing.get("where", "").strip()
        if not text:
            return found
        resource = self.contract.resource
        try:
            selected = selecting(resource.one, resource.fields, text)
        except BadExpression as error:
            raise Declined("bad-filter", str(error)) from error
        return [each for each in found if selected(each)]


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that find nothing, or everything, or refuse, where they are asked by one expression."""
    for slug, (expression, letters) in _asked(clause).items():
        mine = re.compile(_GAP.sub(".*", re.escape(expression)), re.DOTALL)
        rows: list[tuple[str, str, str, Any]] = [("refuses", "refused", "is refused", None)]
        if letters:
            rows.append(("misses", "missing", "finds nothing", lambda _records: ()))
        if len(letters) < len(LETTERS):
            rows.append(("ignores", "extra", "is not looked at", lambda records: records))
        for name, code, sentence, answer in rows:
            yield Fault(
                name=f"{clause.id}.{name}-{slug}",
                clause=clause.id,
                code=code,
                sentence=f"the filter {expression} {sentence}",
                alter=partial(_otherwise, mine=mine, answer=answer),
                parameter=slug,
            )
    for slug, row in clause.arguments.get("misread", {}).items():
        pattern, instead, code, parameter = (str(each) for each in row)
        alter = partial(_misreading, pattern=re.compile(pattern), instead=instead)
        seeded = fault(clause, f"misreads-{slug}", code, f"filters are misread: {slug.replace('-', ' ')}", alter)
        yield replace(seeded, parameter=parameter)


def _misreading(stages: Stages, pattern: re.Pattern[str], instead: str) -> Stages:
    def understand(asked: Asked) -> Asked:
        text = asked.narrowing.get("where")
        if text is None:
            return stages.understand(asked)
        read = {**asked.narrowing, "where": pattern.sub(instead, text)}
        return stages.understand(replace(asked, narrowing=read))

    return replace(stages, understand=understand)


def _otherwise(stages: Stages, mine: re.Pattern[str], answer: Any) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        if not mine.fullmatch(asked.narrowing.get("where", "")):
            return stages.sift(records, asked)
        if answer is None:
            raise Declined("bad-filter")
        return list(answer(records))

    return replace(stages, sift=sift)


RULE = Rule(
    name="where",
    takes={"ask": "table", "misread": "table", "texts": "fields", "scope": "field", "sparse": "field"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
