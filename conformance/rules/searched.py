"""A search looks for a text in each of the fields that the clause names, whatever its case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import SCENE, Cast, asking
from conformance.rules.kind import Check, Fault, Rule, beyond
from conformance.rules.stages import Asked, Sift, Stages
from conformance.rules.story import Story
from conformance.rules.where import company

_WORD = "word-inside"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a field, and one of a word inside a name."""
    for each in clause.texts("fields"):
        tell = partial(_found, clause=clause, field=each)
        yield Check(clause=clause, parameter=each, tell=tell, needs=frozenset({"list", "search"}), scene=SCENE)
    if contract.resource.name in clause.texts("fields"):
        tell = partial(_found, clause=clause, field=contract.resource.name, inside=True)
        yield Check(clause=clause, parameter=_WORD, tell=tell, needs=frozenset({"list", "search"}), scene=SCENE)


def _found(story: Story, clause: Clause, field: str, *, inside: bool = False) -> None:
    made = company(story, clause)
    text = str(made.records["a"][field])
    term = _inside(story, made, field) if inside else text.swapcase()
    reply = asking(story, search=term)
    seen = made.among(story.identity, reply.records)
    if not reply.accepted:
        raise Broken("refused", f"a search for {term!r} was refused: {reply.outcome}")
    if "a" not in seen:
        control = asking(story)
        if "a" not in made.among(story.identity, control.records):
            raise CouldNotRun(f"the list does not show the {story.one} this check made: {control.outcome}")
        reason = f"a search for {term!r} does not find the {story.one} with the {field} {text!r}"
        raise Broken("missing", reason)
    holding = {letter for letter, each in made.records.items() if each.get(field) == text}
    if set(seen) == set(made.records) != holding:
        raise Broken("extra", f"a search for {term!r} also finds {story.one}s that do not hold it")


def _inside(story: Story, made: Cast, field: str) -> str:
    """A word of the text that it does not begin with, and that stands nowhere else. Raises CouldNotRun without one."""
    texts = ((letter, name, each) for letter, record in made.records.items() for name, each in record.items())
    others = " ".join(str(each) for letter, name, each in texts if (letter, name) != ("a", field))
    found = [each for each in str(made.records["a"][field]).split()[1:] if each not in others]
    if not found:
        raise CouldNotRun(f"the {field} of the {story.one} this check made has no word of its own inside")
    return found[-1]


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Keep the records that hold the text in one of the fields; a clause of this kind after another adds its own."""
    before, fields = stages.sift, clause.texts("fields")
    if isinstance(before, _Searching):
        return replace(stages, sift=_Searching((*before.fields, *fields), before.before))
    return replace(stages, sift=_Searching(fields, before))


class _Searching:
    """The step that searches."""

    def __init__(self, fields: tuple[str, ...], before: Sift) -> None:
        self.fields, self.before = fields, before

    def __call__(self, records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, term = self.before(records, asked), asked.narrowing.get("search", "").casefold()
        return [each for each in found if any(term in str(each.get(name, "")).casefold() for name in self.fields)]


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not look into one field, or only for the same case."""
    for each in clause.texts("fields"):
        sentence = f"a search does not look at {each}"
        alter = partial(_blind, field=each)
        name = f"{clause.id}.blind-{each}"
        yield Fault(name=name, clause=clause.id, code="missing", sentence=sentence, alter=alter, parameter=each)
    first = clause.texts("fields")[0]
    sentence = "a search is not looked at"
    name = f"{clause.id}.ignored"
    deaf = Fault(name=name, clause=clause.id, code="extra", sentence=sentence, alter=_ignored, parameter=first)
    yield beyond(deaf)
    if contract.resource.name in clause.texts("fields"):
        sentence = "a search looks at the beginnings of members alone"
        name, alter = f"{clause.id}.beginnings", partial(_beginnings, fields=clause.texts("fields"))
        yield Fault(name=name, clause=clause.id, code="missing", sentence=sentence, alter=alter, parameter=_WORD)


def _blind(stages: Stages, field: str) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        term = asked.narrowing.get("search", "").casefold()
        found = stages.sift(records, asked)
        return [each for each in found if not term or str(each.get(field, "")).casefold() != term]

    return replace(stages, sift=sift)


def _beginnings(stages: Stages, fields: tuple[str, ...]) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        term, found = asked.narrowing.get("search", "").casefold(), stages.sift(records, asked)
        return [each for each in found if any(str(each.get(name, "")).casefold().startswith(term) for name in fields)]

    return replace(stages, sift=sift)


def _ignored(stages: Stages) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        return records if asked.narrowing.get("search") else stages.sift(records, asked)

    return replace(stages, sift=sift)


RULE = Rule(
    name="searched",
    takes={"fields": "fields", "texts": "fields", "scope": "field", "sparse": "field"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
