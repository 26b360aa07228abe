"""What a rule says of any member that an answer shows: looked at in one answer, and in whatever was overheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from conformance.contract.model import Clause, Field
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Finding
from conformance.rules.overheard import RECORDS, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire.spelling import Held, shown_format, spelt

Wrong: TypeAlias = Callable[[Clause, Held], tuple[str, str] | None]
"""What is wrong with a member: a code, and the rest of a sentence about it; None when nothing is."""


def look(story: Story, reply: Reply, clause: Clause, wrong: Wrong) -> None:
    """The members of the story's own record in an answer."""
    if not reply.records:
        raise CouldNotRun(f"the answer holds no {story.one}: {reply.outcome}")
    here = f"[{overheard(story).position(reply)}]."
    for held in spelt(story.contract, shown_format(reply.response.body), reply.response.body).members:
        found = wrong(clause, held) if held.path.startswith(here) else None
        if found:
            line = f"{reply.request.method} {reply.request.path}"
            said = story.quote(found[1])
            raise Broken(found[0], f"in the answer to {line} {held.path.partition('.')[2]} {said}")


def overhear(clause: Clause, heard: Heard, wrong: Wrong) -> Iterator[Finding]:
    """The members of any record of an answer."""
    for held in heard.members if heard.place in RECORDS else ():
        found = wrong(clause, held)
        if found:
            name = held.field.name if held.field else ""
            yield about(clause, found[0], f"{name} {found[1]}", heard.where(held.path))


def mine(field: Field, fields: list[Field]) -> bool:
    """Whether it is one of these fields, and not only like one of them."""
    return any(each is field for each in fields)
