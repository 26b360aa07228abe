"""Moments in a header that narrows a list, in the spellings that clients send them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import CouldNotRun
from conformance.rules.listing import changed_since, own
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Stages
from conformance.rules.story import Story
from conformance.rules.talk import Pairs
from conformance.wire import dates

WHILE = timedelta(minutes=10)
"""How far a moment lies from the records: no zone is so near to UTC."""

_OFFSET = re.compile(r"(?<=\d)([+-])\d\d:\d\d$")


def spelt(moment: datetime, clause: Clause) -> str:
    """The moment as the clause spells it: its ``pattern``, in the zone that is ``hours`` from UTC."""
    local = moment.astimezone(timezone(timedelta(hours=int(clause.arguments.get("hours", 0)))))
    offset = local.strftime("%z")
    text = local.strftime(clause.text("pattern"))
    return text.replace("{ms}", f"{local.microsecond // 1000:03}").replace("{offset}", f"{offset[:3]}:{offset[3:]}")


def like(text: str) -> str:
    """The kind of spelling that a text has."""
    if text[:3].isalpha():
        return "http"
    found = _OFFSET.search(text)
    return found[1] if found else text[-1:] if text[-1:].isalpha() else ""


def local(text: str) -> str:
    """The text as somebody reads it who does not look at its offset."""
    return _OFFSET.sub("", text)


def kind(clause: Clause) -> str:
    """The kind of spelling that the clause is about."""
    return like(spelt(datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC), clause))


def read(text: str) -> datetime | None:
    """The moment in a header, in whichever spelling; None for what is no moment."""
    if like(text) != "http":
        return dates.read(text)
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def stamps(story: Story) -> list[datetime]:
    """When the target says that the story's own records were changed last."""
    return [stamp(story, each) for each in own(story).listed]


def stamp(story: Story, record: Record) -> datetime:
    """When the target says that a record was changed last. Raises CouldNotRun when it does not say."""
    name = story.contract.resource.modified
    found = record.get(name)
    if not isinstance(found, datetime):
        raise CouldNotRun(f"the {story.one} this check needs shows no {name}")
    return found


def whole(moment: datetime) -> datetime:
    """The moment without what is less than a second."""
    return moment.replace(microsecond=0)


def since(story: Story, moment: datetime, clause: Clause, query: Pairs = ()) -> Reply:
    """The list of what has changed since a moment."""
    return changed_since(story, spelt(moment, clause), query)


Keep = Callable[[Record, datetime | None], bool]
"""Whether a record is kept in a list of what has changed since a moment; None for one that could not be read."""


def sifting(contract: Contract, keep: Keep, spelling: str | None = None) -> Callable[[Stages], Stages]:
    """The change to a server that keeps records so where the header is there, in this kind of spelling if one is named.

    All that is kept or not are the records before the header has narrowed them.
    """
    header = contract.operations[Role.LIST].since

    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            text = asked.request.headers.first(header)
            if not text or spelling not in (None, like(text)):
                return stages.sift(records, asked)
            plain = replace(asked, request=replace(asked.request, headers=asked.request.headers.with_field(header, "")))
            return [each for each in stages.sift(records, plain) if keep(each, read(text))]

        return replace(stages, sift=sift)

    return alter


def changed(contract: Contract, record: Record) -> datetime:
    """When a stored record was changed last."""
    found = record.get(contract.resource.modified)
    return whole(found) if isinstance(found, datetime) else datetime.min.replace(tzinfo=UTC)
