"""A record says the same in every format: neither knows more of it than the other, nor anything else.

Nothing, false and absent are one here, because no source says which of them each format writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Field
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import showing
from conformance.rules.overheard import SCENE, overheard
from conformance.rules.stages import Looking
from conformance.rules.story import Story

_PLACES = ("read", "list")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a way of reading."""
    # Once is enough: what one format says is held against the other.
    formats = tuple(contract.formats)[1:]
    for place in _PLACES if formats else ():
        tell = partial(_tell, place=place)
        needs = frozenset({"upsert", place, *contract.formats})
        yield Check(clause=clause, parameter=place, tell=tell, needs=needs, formats=formats, scene=SCENE)


def _tell(story: Story, place: str) -> None:
    heard = overheard(story)
    usual = heard.of(place)
    if not usual.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {usual.outcome}")
    other = next(each for each in story.contract.formats.values() if each.name != story.reads)
    request = replace(usual.request, headers=usual.request.headers.with_field("Accept", other.media_type))
    reply = story.ask(request)
    mine = [each for each in reply.records if each.get(story.identity) == heard.identity]
    if not mine:
        raise CouldNotRun(f"the {story.one} cannot be read in {other.name}: {reply.outcome}")
    one, two = _plain(story, usual.records[heard.position(usual)]), _plain(story, mine[0])
    wrong = differences(one, two)
    if wrong:
        raise Broken("not-the-same", f"read in {other.name} instead of {story.reads}, {wrong[0]}", one, two)


def _plain(story: Story, record: Record) -> dict[str, Value]:
    both = {each.name for each in story.contract.resource.fields if not each.formats}
    return {name: each for name, each in story.canonical(record).items() if name in both and each is not False}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that leave a member out, or show another value, in one format."""
    first, *others = contract.formats
    lists = [each for each in contract.resource.fields if each.keyed_by][:2]
    for place in _PLACES if others else ():
        for each in lists:
            alter = showing(_without(each, first, place))
            sentence = f"{each.name} are left out in {first}: {place}"
            name = f"less-{place}-{each.name.lower()}"
            yield replace(fault(clause, name, "not-the-same", sentence, alter), parameter=place)


def _without(field: Field, format_name: str, place: str) -> Callable[[Record, Looking], Record]:
    def change(record: Record, looking: Looking) -> Record:
        if looking.format != format_name or looking.role != place:
            return record
        return {name: each for name, each in record.items() if name != field.name}

    return change


RULE = Rule(name="same-in-both", checks=checks, faults=faults)
