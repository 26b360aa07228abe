"""A header narrows a list to what has changed since a moment, whichever way clients spell it.

Clauses spell moments by their ``pattern``, as strftime has it, with ``{ms}`` and ``{offset}`` beside, and by the
``hours`` that their zone lies from UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, mine, narrowed, own, unchanged
from conformance.rules.since import WHILE, Keep, changed, kind, like, local, sifting, since, spelt, stamps, whole
from conformance.rules.stages import Asked, Declined, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a moment before the records were made, and one after."""
    tell = partial(_narrows, clause=clause)
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({"list"}), scene=OWN)


def _narrows(story: Story, clause: Clause) -> None:
    identities, known = own(story).identities, stamps(story)
    before, after = whole(min(known)) - WHILE, whole(max(known)) + WHILE
    late = since(story, after, clause)
    if not late.accepted and not unchanged(late):
        reason = f"a list of what has changed since {spelt(after, clause)!r} was not answered: {late.outcome}"
        raise Broken("refused", reason)
    if mine(late, identities):
        reason = f"a {story.one} that was last changed at {_said(known)} is listed as changed since"
        raise Broken("shown", f"{reason} {spelt(after, clause)!r}")
    early = since(story, before, clause, narrowed(story, identities))
    if set(mine(early, identities)) != set(identities):
        reason = f"a {story.one} that was last changed at {_said(known)} is not listed as changed since"
        raise Broken("left-out", f"{reason} {spelt(before, clause)!r}: {early.outcome}")


def _said(known: list[datetime]) -> str:
    return f"{max(known):%Y-%m-%dT%H:%M:%SZ}"


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """What was changed before the moment is left out."""

    def keep(record: Record, moment: datetime | None) -> bool:
        return moment is None or changed(contract, record) >= whole(moment)

    return sifting(contract, keep, kind(clause))(stages)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not understand the moment, or take it for another."""
    hours = int(clause.arguments.get("hours", 0))
    ways: list[tuple[str, str, str, Keep]] = [
        ("ignores", "shown", "the header is ignored", lambda _record, _moment: True),
        ("refuses", "refused", "the header is refused", _refuses),
        ("empties", "left-out", "the header empties the list", lambda _record, _moment: False),
        ("inverts", "shown", "what has not changed is listed", partial(_inverted, contract)),
        ("by-date", "shown", "the time of day does not count", partial(_by_date, contract)),
        ("east", "left-out", "it is taken for local time, east of UTC", partial(_shifted, contract, _EAST)),
        ("west", "shown", "it is taken for local time, west of UTC", partial(_shifted, contract, _WEST)),
    ]
    for slug, code, sentence, keep in ways if clause.grade.binding else ways[:2]:
        yield fault(clause, slug, code, sentence, sifting(contract, keep, kind(clause)))
    if hours:
        alter = partial(_literal, contract=contract, clause=clause)
        yield fault(clause, "literal", "shown" if hours < 0 else "left-out", "the offset is ignored", alter)


_EAST, _WEST = timedelta(hours=12), timedelta(hours=-5)


def _refuses(_record: Record, _moment: datetime | None) -> bool:
    raise Declined("bad-filter")


def _inverted(contract: Contract, record: Record, moment: datetime | None) -> bool:
    return moment is None or changed(contract, record) < moment


def _by_date(contract: Contract, record: Record, moment: datetime | None) -> bool:
    return moment is None or changed(contract, record).date() >= moment.date()


def _shifted(contract: Contract, offset: timedelta, record: Record, moment: datetime | None) -> bool:
    """What stands in the header is taken as it is, though it is that much later or earlier than UTC."""
    return moment is None or changed(contract, record) >= whole(moment.astimezone(UTC)) + offset


def _literal(stages: Stages, contract: Contract, clause: Clause) -> Stages:
    header = contract.operations[Role.LIST].since

    def understand(asked: Asked) -> Asked:
        headers = asked.request.headers
        text = headers.first(header)
        if like(text) != kind(clause):
            return stages.understand(asked)
        return stages.understand(
            replace(asked, request=replace(asked.request, headers=headers.with_field(header, local(text))))
        )

    return replace(stages, understand=understand)


RULE = Rule(
    name="modified-since",
    takes={"pattern": "text", "hours": "number"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
