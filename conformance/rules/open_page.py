"""Pages that no document speaks of: clauses say what is asked for in ``page`` and ``size``, and what is ``supposed``.

``first`` supposes the first page, ``least`` the smallest page there is, ``all`` a list without pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, mine, narrowed, own, way
from conformance.rules.mischief import Alter
from conformance.rules.stages import Asked, Declined, Stages
from conformance.rules.story import Story

_WAYS = ("page", "size")


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    yield Check(clause=clause, parameter="", tell=partial(_asks, clause=clause), needs=frozenset({"list"}), scene=OWN)


def _wanted(clause: Clause) -> dict[str, str]:
    return {what: clause.text(what) for what in _WAYS if clause.text(what)}


def _asks(story: Story, clause: Clause) -> None:
    identities, wanted = own(story).identities, _wanted(clause)
    reply = story.browse(*narrowed(story, identities), *(way(story, what, value) for what, value in wanted.items()))
    shown = len(mine(reply, identities))
    size = {"first": int(wanted.get("size", "0")), "least": 1, "all": len(identities)}[clause.text("supposed")]
    if not reply.accepted:
        raise Broken("otherwise", "refuses it")
    if shown != size:
        how = "all" if shown == len(identities) else f"a page of {shown}" if shown else "an empty page"
        raise Broken("otherwise", f"answers with {how}")


def _when(wanted: Mapping[str, str], change: Mapping[str, str]) -> Alter:
    """What is asked for, where it is just this, is taken for something else; for nothing it is refused."""

    def alter(stages: Stages) -> Stages:
        def understand(asked: Asked) -> Asked:
            if {what: asked.narrowing[what] for what in _WAYS if what in asked.narrowing} != wanted:
                return stages.understand(asked)
            if not change:
                raise Declined("bad-filter")
            return stages.understand(replace(asked, narrowing={**asked.narrowing, **change}))

        return replace(stages, understand=understand)

    return alter


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """What is asked for is taken as the clause supposes."""
    return _when(_wanted(clause), {"page": "1"})(stages) if clause.text("supposed") == "first" else stages


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that take it otherwise."""
    wanted = _wanted(clause)
    beyond_all = {"page": "1000", "size": "2"}
    yield fault(clause, "refuses", "otherwise", "such a page is refused", _when(wanted, {}))
    yield fault(clause, "empties", "otherwise", "such a page is empty", _when(wanted, beyond_all))


RULE = Rule(
    name="open-page",
    takes={"page": "text", "size": "text", "supposed": "text"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
