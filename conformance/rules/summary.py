"""A list that leaves out what is costly to work out. Clauses name the ``part`` and, in ``leaves``, what is left out.

==========  ==========================================================================
part        promise
==========  ==========================================================================
left-out    none of those members is there
kept        all others are
off         asked for with false, it is as if it had not been asked for
paged       such a list comes in pages, whether or not a page is asked for
filtered    a filter on what is left out is refused
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import differences, say
from conformance.contract import values
from conformance.contract.model import Clause, Contract, Kind, Shown
from conformance.document import Record
from conformance.rules.ending import Broken
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.listing import way
from conformance.rules.looks import SCENE, found, looks, same
from conformance.rules.pages import held
from conformance.rules.stages import Asked, Declined, Looking, Stages
from conformance.rules.story import Story

_ON = "true"
_ASKED = (("page", "1"), ("summary", _ON))


def _kept(contract: Contract, clause: Clause) -> list[str]:
    """The other members that a client sets and every list shows; whether a summary is in full form is not said."""
    leaves = clause.texts("leaves")
    return [
        each.name
        for each in contract.resource.fields
        if each.writable and each.name not in leaves and each.shown is Shown.ALWAYS
    ]


def _parameters(contract: Contract, clause: Clause) -> list[str]:
    known = {"left-out": list(clause.texts("leaves")), "kept": _kept(contract, clause)}
    return known.get(clause.text("part"), [""])


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a member."""
    needs = frozenset({"list", "read"})
    for each in _parameters(contract, clause):
        tell = partial(_PARTS[clause.text("part")], field=each or _flag(contract, clause))
        yield Check(clause=clause, parameter=each, tell=tell, needs=needs, scene=SCENE)


def _left_out(story: Story, field: str) -> None:
    seen = looks(story).shown("summary")
    if field in seen:
        raise Broken("shown", f"a summary was asked for, and {field} is shown in it as {say(seen[field])}", None, seen)


def _stays(story: Story, field: str) -> None:
    page = looks(story).shown("page")
    if field in page:
        same("summary", field, page, looks(story).shown("summary"))


def _flag(contract: Contract, clause: Clause) -> str:
    """A left out member that a filter can name."""
    flags = [each.name for each in contract.resource.fields if each.kind is Kind.BOOLEAN]
    return next((each for each in clause.texts("leaves") if each in flags), "")


def _off(story: Story, field: str) -> None:
    page, seen = looks(story).shown("page"), looks(story).shown("no-summary")
    wrong = differences(page, seen)
    if wrong:
        lost = f", {field} too" if field in page and field not in seen else ""
        raise Broken("otherwise", f"no summary was asked for, and the record is another: {wrong[0]}{lost}", page, seen)


def _paged(story: Story, field: str) -> None:
    identity = looks(story).identity
    ids = way(story, "ids", story.spelling.get(identity, identity))
    paged = story.browse(ids, *(way(story, *each) for each in _ASKED))
    plain = story.browse(ids, way(story, "summary", _ON))
    if held(story.contract, paged)[0] and not held(story.contract, plain)[0]:
        raise Broken("not-paged", "a summary for which no page was asked does not say which page it is")
    seen = found(story, plain, identity)
    if seen is not None and field in seen:
        raise Broken("shown", f"a summary was asked for, without a page, and {field} is shown in it", None, seen)


def _filtered(story: Story, field: str) -> None:
    reply = story.browse(way(story, "summary", _ON), way(story, "page", "1"), way(story, "where", f"{field}==false"))
    if not reply.refused:
        raise Broken("taken", "takes such a filter")


_PARTS: dict[str, Callable[..., None]] = {
    "left-out": _left_out,
    "kept": _stays,
    "off": _off,
    "paged": _paged,
    "filtered": _filtered,
}


def _on(asked: Asked | None) -> bool:
    return asked is not None and asked.narrowing.get("summary", "").lower() == _ON


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A summary leaves out what it leaves out, comes in pages, and cannot be filtered by what is not in it."""
    part, leaves = clause.text("part"), clause.texts("leaves")

    def show(record: Record, looking: Looking) -> Record:
        shown = stages.show(record, looking)
        return without(shown, *leaves) if _on(looking.asked) else shown

    def understand(asked: Asked) -> Asked:
        if _on(asked) and part == "filtered" and any(each in asked.narrowing.get("where", "") for each in leaves):
            raise Declined("bad-filter")
        paged = {"page": "1", **asked.narrowing} if _on(asked) and part == "paged" else asked.narrowing
        return stages.understand(replace(asked, narrowing=paged))

    return replace(stages, understand=understand, show=show if part == "left-out" else stages.show)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose summaries are too long or too short."""
    part = clause.text("part")
    for each in _parameters(contract, clause) if part in ("left-out", "kept") else ():
        change = partial(_keeps if part == "left-out" else _loses, contract=contract, field=each)
        slug, code = ("keeps", "shown") if part == "left-out" else ("loses", "absent")
        seeded = fault(clause, f"{slug}-{each}", code, f"a summary {slug} {each}", partial(_showing, change=change))
        yield replace(seeded, parameter=each)
    if part == "off":
        yield fault(clause, "always", "otherwise", "the parameter alone asks for a summary", _eager(clause))
    elif part == "paged":
        yield fault(clause, "unpaged", "not-paged", "a summary is not paged by itself", _unpaged)
        yield fault(clause, "only-in-pages", "shown", "only a page is summed up", partial(_raw, clause=clause))
    elif part == "filtered":
        yield fault(clause, "takes", "taken", "such a filter is ignored", partial(_unfiltered, clause=clause))


Change = Callable[[Record, Record, Looking], Record]
"""What is shown instead: out of the record, and of what would be shown."""


def _showing(stages: Stages, change: Change) -> Stages:
    return replace(stages, show=lambda record, looking: change(record, stages.show(record, looking), looking))


def _keeps(record: Record, shown: Record, looking: Looking, contract: Contract, field: str) -> Record:
    known = contract.resource.field(field)
    value = record.get(field, False if known.kind is Kind.BOOLEAN else values.value(known, "made up"))
    return {**shown, field: value} if _on(looking.asked) else shown


def _loses(_record: Record, shown: Record, looking: Looking, contract: Contract, field: str) -> Record:
    asked = looking.asked
    if not _on(asked) or field not in contract.resource.names:
        return shown
    return without(shown, field)


def _eager(clause: Clause) -> Callable[[Stages], Stages]:
    def change(_record: Record, shown: Record, looking: Looking) -> Record:
        given = looking.asked is not None and "summary" in looking.asked.narrowing
        return without(shown, *clause.texts("leaves")) if given else shown

    return partial(_showing, change=change)


def _raw(stages: Stages, clause: Clause) -> Stages:
    def change(record: Record, shown: Record, looking: Looking) -> Record:
        asked = looking.asked
        if asked is None or not _on(asked) or any(name == "page" for name, _ in asked.request.query):
            return shown
        return {**shown, **chosen(record, *clause.texts("leaves"))}

    return _showing(stages, change)


def _unpaged(stages: Stages) -> Stages:
    def understand(asked: Asked) -> Asked:
        taken = stages.understand(asked)
        kept = {name: value for name, value in taken.narrowing.items() if name != "page" or "page" in asked.narrowing}
        return replace(taken, narrowing=kept)

    return replace(stages, understand=understand)


def _unfiltered(stages: Stages, clause: Clause) -> Stages:
    def understand(asked: Asked) -> Asked:
        if not _on(asked) or not any(each in asked.narrowing.get("where", "") for each in clause.texts("leaves")):
            return stages.understand(asked)
        kept = {name: value for name, value in asked.narrowing.items() if name != "where"}
        return stages.understand(replace(asked, narrowing=kept))

    return replace(stages, understand=understand)


RULE = Rule(
    name="summary",
    takes={"part": "text", "leaves": "fields"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
