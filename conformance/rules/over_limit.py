"""What becomes of a text that is one character longer than its limit, or longer in bytes only, is noted, not judged.

Clauses say in ``bytes`` that it is the bytes that are too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules import provoke
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.lengths import (
    Filled,
    Limited,
    accented,
    filled,
    limited,
    longer,
    over_limit,
    texts,
    without_mail,
)
from conformance.rules.mischief import refusing
from conformance.rules.stages import Intake
from conformance.rules.story import Story


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a text; one for all where it is the bytes that are too many."""
    needs = frozenset({"upsert", "read"})
    if clause.arguments.get("bytes"):
        yield Check(clause=clause, parameter="", tell=_counted, needs=needs)
        return
    for each in limited(contract):
        tell = partial(_noted, each=each)
        yield Check(clause=clause, parameter=each.name, tell=tell, needs=needs, scene=provoke.SCENE)


def _noted(story: Story, each: Limited) -> None:
    found = story.scene("texts over their limits", _all)
    if not found.reply.accepted:
        found = filled(story, [each], over_limit)
    if not found.reply.accepted:
        return story.chose(f"refuses it with status {found.reply.response.status}")
    sent, seen = texts(found.sent, each), texts(found.after, each)
    if seen == sent:
        return story.chose("keeps it whole")
    lengths = sorted({len(one) if isinstance(one, str) else 0 for one in seen.values()})
    return story.chose(f"keeps {' or '.join(str(one) for one in lengths)} characters of {each.limit + 1}")


def _all(story: Story) -> Filled:
    return filled(story, limited(story.contract), over_limit)


def _counted(story: Story) -> None:
    mine = without_mail(limited(story.contract))
    found = filled(story, mine, accented)
    if not found.reply.accepted:
        return story.chose(f"refuses it with status {found.reply.response.status}")
    same = all(texts(found.sent, each) == texts(found.after, each) for each in mine)
    return story.chose("keeps it whole" if same else "does not keep all of it")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that refuse it."""
    if clause.arguments.get("bytes"):
        yield Fault(
            name=f"{clause.id}.counts-bytes",
            clause=clause.id,
            code="",
            sentence="a text is refused that has more bytes than it may have characters",
            alter=refusing(partial(_heavy, mine=without_mail(limited(contract)))),
        )
        return
    for each in limited(contract):
        yield Fault(
            name=f"{clause.id}.refuses-{each.name}",
            clause=clause.id,
            code="",
            sentence=f"{each.name} is refused with one character more than it may have",
            alter=refusing(longer(each, each.limit)),
            parameter=each.name,
        )


def _heavy(intake: Intake, existing: Record | None, mine: list[Limited]) -> bool:
    spread = {name: value.encode().decode("latin-1") for name, value in intake.sent.items() if isinstance(value, str)}
    return any(longer(each, each.limit)(replace(intake, sent=spread), existing) for each in mine)


RULE = Rule(name="over-limit", takes={"bytes": "text"}, checks=checks, faults=faults)
