"""A parameter narrows a list to what has changed after a moment. Clauses name the ``part``.

======  ==========================================================================
part    promise
======  ==========================================================================
past    what has changed after a moment long ago is listed
future  what has not changed after a moment that is still to come is not
time    the time of day counts, and not the date alone
======  ==========================================================================

Moments are spelt by ``pattern``, as strftime has it. No record shows when it was changed, so the first two parts use
moments that nobody's clock comes near; the third goes by the moment that stands in the target's own answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, mine, own, way
from conformance.rules.mischief import Alter
from conformance.rules.reply import Reply
from conformance.rules.stages import CHANGED, Asked, Declined, Stages
from conformance.rules.story import Story
from conformance.wire import dates

_LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
_FAR_OFF = datetime(2098, 7, 6, 5, 4, 3, tzinfo=UTC)
_WHILE = timedelta(minutes=10)


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part."""
    tell = partial(_PARTS[clause.text("part")], clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}), scene=OWN)


def _after(story: Story, clause: Clause, moment: datetime) -> Reply:
    return story.browse(way(story, "after", moment.strftime(clause.text("pattern"))))


def _past(story: Story, clause: Clause) -> None:
    identities, reply = own(story).identities, _after(story, clause, _LONG_AGO)
    if not reply.accepted:
        raise Broken(
            "refused", f"a list of what has changed after {_LONG_AGO:%Y-%m-%d} was not answered: {reply.outcome}"
        )
    if set(mine(reply, identities)) != set(identities):
        raise Broken("left-out", f"a list of what has changed after {_LONG_AGO:%Y-%m-%d} leaves out a new {story.one}")


def _future(story: Story, clause: Clause) -> None:
    identities, reply = own(story).identities, _after(story, clause, _FAR_OFF)
    if not reply.accepted:
        raise CouldNotRun(f"a list of what has changed after {_FAR_OFF:%Y-%m-%d} was not answered: {reply.outcome}")
    if mine(reply, identities):
        raise Broken("shown", f"a list of what has changed after {_FAR_OFF:%Y-%m-%d} shows a new {story.one}")


def _time(story: Story, clause: Clause) -> None:
    identities, reply = own(story).identities, _after(story, clause, _LONG_AGO)
    text = reply.answer.envelope.get(story.contract.envelope.moment) if reply.answer is not None else None
    now = text if isinstance(text, datetime) else dates.read(text.strip()) if isinstance(text, str) else None
    if now is None:
        raise CouldNotRun("no answer says what time it is")
    later = _after(story, clause, now + _WHILE)
    if not later.accepted:
        raise CouldNotRun(f"a list of what has changed after a moment was not answered: {later.outcome}")
    if (now + _WHILE).date() == now.date() and mine(later, identities):
        raise Broken("by-date", "takes the date alone")


_PARTS: dict[str, Callable[..., None]] = {"past": _past, "future": _future, "time": _time}

Keep = Callable[[datetime, datetime], bool]
"""Whether a record that was changed at the first moment is listed as changed after the second."""


def _sifting(keep: Keep) -> Alter:
    def alter(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            text = asked.narrowing.get("after", "")
            moment = dates.read(text) if text else None
            plain = {name: value for name, value in asked.narrowing.items() if name != "after"}
            found = stages.sift(records, replace(asked, narrowing=plain))
            return found if moment is None else [each for each in found if keep(_changed(each), moment)]

        return replace(stages, sift=sift)

    return alter


def _changed(record: Record) -> datetime:
    found = record.get(CHANGED)
    return found if isinstance(found, datetime) else _LONG_AGO


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """What has changed after the moment is listed, and nothing that has changed in it."""
    return _sifting(lambda changed, moment: changed > moment)(stages) if clause.text("part") == "past" else stages


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that ignore the moment, do not take it, or look at the date alone."""

    def refuses(_changed_at: datetime, _moment: datetime) -> bool:
        raise Declined("validation")

    def by_date(changed: datetime, moment: datetime) -> bool:
        return changed.date() >= moment.date()

    part = clause.text("part")
    if part == "past":
        inverted = _sifting(lambda changed, moment: changed < moment)
        yield fault(clause, "inverts", "left-out", "what has changed before the moment is listed", inverted)
        yield fault(clause, "refuses", "refused", "the parameter is refused", _sifting(refuses))
    elif part == "future":
        yield fault(clause, "ignores", "shown", "the parameter is ignored", _sifting(lambda _changed, _moment: True))
    else:
        yield fault(clause, "by-date", "by-date", "only the date part counts", _sifting(by_date))


RULE = Rule(
    name="updated-after", takes={"part": "text", "pattern": "text"}, checks=checks, enforce=enforce, faults=faults
)
