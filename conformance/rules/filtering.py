"""The records that checks of filters, orders and identifiers ask for, and how their expressions are filled in.

Five records share the value of one field, ``scope``, so that a filter can mean them alone; in each other field they
differ. In an expression of a clause ``{a.Field}`` stands for the value of that field in the record ``a``, and
``{a.Field|upper}`` for the same in capitals; `_SPELLINGS` lists the others. ``{day-2}`` is two days before the first
of them was changed, ``{day+2}`` two days after the last, and ``{date-2}`` and ``{date+2}`` the same with dashes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from conformance.contract.model import Contract, Role
from conformance.contract.values import token
from conformance.document import Record, Value
from conformance.rules.ending import CouldNotRun
from conformance.rules.reply import Reply
from conformance.rules.story import Story

LETTERS = "abcde"

SCENE = "filtered"

_WORDS = {"a": "Alpha", "b": 'Beta "quoted"', "c": "Gamma, half & 50%+1", "d": "Delta", "e": "Epsilon"}
_GAP = re.compile(r"\{([a-e])\.(\w+)(?:\|(\w+))?\}")

_DAY = re.compile(r"\{(day|date)([+-][0-9]+)\}")

_SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "upper": str.upper,
    "lower": str.lower,
    "doubled": lambda text: text.replace('"', '""'),
    "bare": lambda text: text.replace("-", ""),
    "unaccented": lambda text: text.replace("\u00c9", "E"),
    "half": lambda text: text[: len(text) // 2],
    "rest": lambda text: text[len(text) // 2 :],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The five records by letter, as they were sent and with the identifier that each was given."""

    records: Mapping[str, Record]
    #: when they were changed, as the answer to the write says, if it does
    moments: tuple[datetime, ...] = ()

    def fill(self, expression: str) -> str:
        """The expression with values in its gaps."""

        def value(found: re.Match[str]) -> str:
            return _SPELLINGS[found[3] or ""](str(self.records[found[1]][found[2]]))

        return _DAY.sub(self._day, _GAP.sub(value, expression))

    def _day(self, found: re.Match[str]) -> str:
        if not self.moments:
            raise CouldNotRun("the answer to the write that this check needs does not show when it was made")
        days = int(found[2])
        day = (min(self.moments) if days < 0 else max(self.moments)) + timedelta(days=days)
        return f"{day:%Y,%m,%d}" if found[1] == "day" else f"{day:%Y-%m-%d}"

    def among(self, identity: str, found: Iterable[Record]) -> str:
        """The letters of those of the five that an answer shows, in its order."""
        letters = {str(each[identity]): letter for letter, each in self.records.items()}
        return "".join(letters[str(each.get(identity))] for each in found if str(each.get(identity)) in letters)


def cast(story: Story, texts: tuple[str, ...], scope: str, sparse: str) -> Cast:
    """The five records, made once in a run; ``sparse`` is a field that the last two have no value in."""
    return story.scene(SCENE, lambda own: _made(own, texts, scope, sparse))


def _made(story: Story, texts: tuple[str, ...], scope: str, sparse: str) -> Cast:
    records = {letter: _record(story, letter, texts, scope, sparse) for letter in LETTERS}
    reply = story.upsert(*records.values())
    if not reply.accepted:
        replies = [story.upsert(each) for each in records.values()]
        refused = next((each for each in replies if not each.accepted), None)
        if refused is not None:
            raise CouldNotRun(f"the {story.one}s this check needs could not be created: {refused.outcome}")
    known = _identities(story, records, reply)
    held = (each.get(story.contract.resource.modified) for each in reply.records)
    return Cast(
        records={letter: {**each, story.identity: known[letter]} for letter, each in records.items()},
        moments=tuple(each for each in held if isinstance(each, datetime)),
    )


def _identities(story: Story, records: Mapping[str, Record], reply: Reply) -> dict[str, str]:
    """The identifiers from the answer, by name; or read one by one where it does not show them."""
    resource = story.contract.resource
    shown = {each.get(resource.name): str(each.get(story.identity) or "") for each in reply.records}
    found: dict[str, str] = {}
    for letter, each in records.items():
        number = str(each.get(resource.number, ""))
        identity = shown.get(each[resource.name]) or story.read(number, resource.number).identity
        if not identity:
            raise CouldNotRun(f"a {story.one} this check needs was created and cannot be found by its number")
        found[letter] = identity
    if len(set(found.values())) < len(found):
        raise CouldNotRun(f"the {story.one}s this check needs were answered with one {story.identity}")
    return found


def _record(story: Story, letter: str, texts: tuple[str, ...], scope: str, sparse: str) -> dict[str, Value]:
    resource = story.contract.resource
    record = story.new(label=f"{_WORDS[letter].partition(' ')[0].strip(',')} \u00c9lan")
    for each in texts:
        field, mark = resource.field(each), token(story.seed, "cast", letter, each)
        own = f"{letter}.{mark}@mail.example" if field.format == "email" else f"{_WORDS[letter]} {mark}"
        record[each] = own if field.max_length is None or len(own) <= field.max_length else f"{letter}{mark}"
    record[scope] = f"Scope {token(story.seed, 'cast')}"
    if letter in LETTERS[-2:]:
        record.pop(sparse, None)
    return record


def asking(story: Story, **narrow: str) -> Reply:
    """The list, narrowed by what the parameters do."""
    ways = story.contract.operations[Role.LIST].narrowing
    return story.browse(*((ways[what], value) for what, value in narrow.items()))


def knows(contract: Contract, *ways: str) -> bool:
    """Whether the list of a generation can be narrowed in these ways."""
    return set(ways) <= set(contract.operations[Role.LIST].narrowing)
