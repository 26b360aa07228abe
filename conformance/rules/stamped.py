"""The moment in the envelope is now, in UTC, as far as the moments of the records beside it show.

The suite's own clock is no witness: a record just written was last changed when its answer was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from conformance.contract.model import Clause, Contract
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, members
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import at, existing, overheard
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import dates

_WRITES = ("write", "create")
_APART = timedelta(minutes=10)
"""Less than any two time zones are apart, and more than any answer takes."""


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a write."""
    return at(contract, clause, _look, _WRITES) if contract.resource.modified else iter(())


def _look(story: Story, reply: Reply) -> None:
    names, modified = story.contract.envelope, story.contract.resource.modified
    stamp = dates.read(str(reply.answer.envelope.get(names.moment) or "")) if reply.answer else None
    changed = reply.only.get(modified) if reply.only else None
    if stamp is None or not isinstance(changed, datetime):
        raise CouldNotRun(f"the answer shows no {names.moment} beside {modified}: {reply.outcome}")
    if abs(stamp - changed) > _APART:
        made = [each.identity for place, each in overheard(story).replies.items() if place in _WRITES]
        if len(set(made)) < len(made):
            raise CouldNotRun(f"two new {story.one}s were answered with one {story.identity}: {reply.outcome}")
        line = f"{reply.request.method} {reply.request.path}"
        reason = f"{line} answered at {stamp:%H:%M:%S} by {names.moment}, and had just changed the {story.one}"
        raise Broken("apart", f"{reason} at {changed:%H:%M:%S} by {modified}: one of them is not in UTC")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that stamp answers with the time of their town."""
    for place in existing(contract, _WRITES) if contract.resource.modified else ():
        change = members(_in_town(contract))
        alter = answering_at(contract, place, change)
        sentence = f"{contract.envelope.moment} is the local time of New Zealand in the answer to a {place}"
        yield replace(fault(clause, f"local-{place}", "apart", sentence, alter), parameter=place)


def _in_town(contract: Contract) -> Callable[[str, str], str]:
    def change(name: str, text: str) -> str:
        moment = dates.read(text) if name == contract.envelope.moment else None
        if moment is None:
            return text
        return dates.write(moment + timedelta(hours=13), "ms-plain" if dates.notation(text) == "ms" else "iso-z")

    return change


RULE = Rule(name="stamped", checks=checks, faults=faults)
