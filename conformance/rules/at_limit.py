"""A text as long as its limit is stored whole. Clauses name texts in ``only``, or leave some out in ``but``.

All of them are sent in one record; one by one only where a target does not take that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract
from conformance.rules import provoke
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule
from conformance.rules.lengths import Filled, Limited, about, at_limit, cutting, filled, longer, texts
from conformance.rules.mischief import Alter, refusing
from conformance.rules.story import Story


def _mine(contract: Contract, clause: Clause) -> list[Limited]:
    return about(contract, clause.texts("only"), clause.texts("but"))


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a text."""
    for each in _mine(contract, clause):
        tell = partial(_whole, each=each, clause=clause)
        yield Check(
            clause=clause, parameter=each.name, tell=tell, needs=frozenset({"upsert", "read"}), scene=provoke.SCENE
        )


def _whole(story: Story, each: Limited, clause: Clause) -> None:
    found = story.scene(f"texts of {clause.id}", partial(_all, clause=clause))
    if not found.reply.accepted:
        found = filled(story, [each], at_limit)
    if not found.reply.accepted:
        provoke.wellformed(story)
        reason = f"{each.name} with {each.limit} characters, as many as it may have, was refused: {found.reply.outcome}"
        raise Broken("refused", reason, found.sent)
    seen = texts(found.after, each)
    for key, sent in texts(found.sent, each).items():
        if seen.get(key) != sent:
            where = f" ({key})" if key else ""
            kept = seen.get(key)
            what = f"has {len(kept)} when it is read" if isinstance(kept, str) else f"is read as {say(kept)}"
            reason = f"{each.name}{where} was sent with {each.limit} characters, as many as it may have, and {what}"
            raise Broken("cut", reason, sent, kept)


def _all(story: Story, clause: Clause) -> Filled:
    return filled(story, _mine(story.contract, clause), at_limit)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose limit is one character too low."""
    for each in _mine(contract, clause):
        short = f"{each.name} is stored with one character less than it may have"
        yield _fault(clause, each, ("cuts", "cut"), short, cutting(each, each.limit - 1))
        refused = f"{each.name} is refused with as many characters as it may have"
        yield _fault(clause, each, ("refuses", "refused"), refused, refusing(longer(each, each.limit - 1)))


def _fault(clause: Clause, each: Limited, what: tuple[str, str], sentence: str, alter: Alter) -> Fault:
    slug, code = what
    name = f"{clause.id}.{slug}-{each.name}"
    return Fault(name=name, clause=clause.id, code=code, sentence=sentence, alter=alter, parameter=each.name)


RULE = Rule(name="at-limit", takes={"only": "text", "but": "text"}, checks=checks, faults=faults)
