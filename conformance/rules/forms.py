"""How much of a record each look shows. Clauses name the ``view`` and the ``part`` of the record.

========  ==========================================================================
part      promise
========  ==========================================================================
always    the members that every answer shows are there, with the values that other looks show
full      so are the members that only the full form has
short     the members that only the full form has are not there
fresh     what the last of several updates stored is there
========  ==========================================================================

``id`` and ``number`` are readings of the one record; ``list`` is a list without pages, and ``page`` a page of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Field, Role, Shown
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, chosen, fault, without
from conformance.rules.looks import SCENE, how, looks, same, updated
from conformance.rules.mischief import showing
from conformance.rules.stages import Looking, Stages
from conformance.rules.story import Story


def _always(contract: Contract) -> list[str]:
    resource = contract.resource
    mine = [each for each in resource.fields if each.shown is Shown.ALWAYS and each.writable]
    return [*(each.name for each in mine), *([resource.modified] if resource.modified else [])]


def _full(contract: Contract) -> list[Field]:
    return [each for each in contract.resource.fields if each.shown is Shown.FULL]


def _sent(contract: Contract) -> list[str]:
    """The members of the full form that a client can set."""
    return [each.name for each in _full(contract) if each.writable]


def _parameters(contract: Contract, part: str) -> list[str]:
    return {"always": _always(contract), "full": _sent(contract), "short": _sent(contract) or [""], "fresh": [""]}[part]


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a member."""
    part, view = clause.text("part"), clause.text("view")
    needs = frozenset({"list", "read", *(["read-by-number"] if view == "number" else [])})
    for each in _parameters(contract, part):
        tell = partial(_PARTS[part], view=view, field=each)
        yield Check(clause=clause, parameter=each, tell=tell, needs=needs, scene=SCENE)


def _shows(story: Story, view: str, field: str) -> None:
    known = looks(story)
    seen, other = known.shown(view), known.elsewhere(view, field)
    if field not in seen and other is None:
        raise CouldNotRun(f"no way of reading the record shows {field}")
    if other is not None and (field not in known.sent or seen.get(field) != known.sent[field]):
        same(view, field, other, seen)


def _short(story: Story, view: str, field: str) -> None:
    known = looks(story)
    seen = known.shown(view)
    fields = [field] if field else [each.name for each in _full(story.contract)]
    for each in fields:
        if each in seen:
            reason = f"{each} belongs to the full form alone, and is {say(seen[each])} {how(view)}"
            raise Broken("shown", reason, None, seen)
        if field and known.elsewhere(view, field) is None:
            raise CouldNotRun(f"no way of reading the record shows {field}")


def _fresh(story: Story, view: str, field: str) -> None:
    known, witness = updated(story), field or story.witness()
    seen = known.shown(view)
    held = [each.get(witness) for each in known.seen.values() if each is not None]
    if known.sent[witness] not in held:
        raise CouldNotRun(f"no way of reading the record shows what the last update stored in {witness}")
    if seen.get(witness) != known.sent[witness]:
        reason = f"{witness} was last set to {say(known.sent[witness])}, and is {say(seen.get(witness))} {how(view)}"
        raise Broken("stale", reason, known.sent, seen)


_PARTS: dict[str, Callable[..., None]] = {
    "always": _shows,
    "full": _shows,
    "short": _short,
    "fresh": _fresh,
}


def view_of(looking: Looking, contract: Contract) -> str:
    """The view that a record is shown in; empty for the answer to a write."""
    if looking.role is Role.READ:
        return "number" if looking.by == contract.resource.number else "id"
    if looking.asked is None:
        return ""
    return "page" if looking.asked.narrowing.get("page", "").isdigit() else "list"


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A list without pages shows the short form."""
    hidden = [each.name for each in _full(contract)]

    def show(record: Record, looking: Looking) -> Record:
        shown = stages.show(record, looking)
        return without(shown, *hidden) if view_of(looking, contract) == clause.text("view") else shown

    return replace(stages, show=show) if clause.text("part") == "short" else stages


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that leave out a member in one view, that show too much in it, or that show what was."""
    part, view = clause.text("part"), clause.text("view")
    if part in ("always", "full"):
        for each in _parameters(contract, part):
            yield _seeded(contract, clause, each, "drops")
    if part == "always":
        yield _seeded(contract, clause, contract.resource.name, "bends")
        mail = next((each.name for each in contract.resource.fields if each.format == "email" and each.writable), "")
        if mail in _parameters(contract, part):
            yield _seeded(contract, clause, mail, "lowers")
    elif part == "short":
        for each in _parameters(contract, part):
            yield _shown_too(contract, clause, each)
    elif part == "fresh":
        stale = partial(_stale, contract=contract, view=view)
        yield fault(clause, "stale", "stale", f"a record is shown as it was before, {how(view)}", stale)


_DONE = {"drops": "left out", "bends": "cut short", "lowers": "in small letters"}


def _seeded(contract: Contract, clause: Clause, field: str, what: str) -> Fault:
    view = clause.text("view")

    def change(record: Record, looking: Looking) -> Record:
        if view_of(looking, contract) != view or field not in record:
            return record
        bent = str(record[field]).lower() if what == "lowers" else f"{record[field]} "[:4]
        return without(record, field) if what == "drops" else {**record, field: bent}

    code = "absent" if what == "drops" else "differs"
    sentence = f"{field} is {_DONE[what]} {how(view)}"
    return replace(fault(clause, f"{what}-{field}", code, sentence, showing(change)), parameter=field)


def _shown_too(contract: Contract, clause: Clause, field: str) -> Fault:
    view, made_up = clause.text("view"), {each.name: ({"Name": "Made up"},) for each in _full(contract)}

    def alter(stages: Stages) -> Stages:
        def show(record: Record, looking: Looking) -> Record:
            shown = stages.show(record, looking)
            more = chosen(record, field) if field else made_up
            return {**shown, **more} if view_of(looking, contract) == view else shown

        return replace(stages, show=show)

    sentence = f"{field or 'what only the full form has'} is shown {how(view)}"
    return replace(fault(clause, f"shows-{field or 'more'}", "shown", sentence, alter), parameter=field)


def _stale(stages: Stages, contract: Contract, view: str) -> Stages:
    """This view shows a record as it was when it was first looked at: a cache that nobody empties."""
    identity = contract.resource.identity
    kept: dict[str, Record] = {}

    def show(record: Record, looking: Looking) -> Record:
        shown = stages.show(record, looking)
        if view_of(looking, contract) != view:
            return shown
        return kept.setdefault(str(record[identity]), shown)

    return replace(stages, show=show)


RULE = Rule(name="forms", takes={"part": "text", "view": "text"}, checks=checks, enforce=enforce, faults=faults)
