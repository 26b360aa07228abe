"""How the behaviour that two contracts promise differs: clauses, refusals, messages, bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from conformance.contract.model import Clause, Contract, Grade, Level, Refusal
from conformance.diff.change import Change, Where, sentence
from conformance.diff.rulebook import rules
from conformance.diff.source import parted

_LEVELS = (Level.MAY, Level.SHOULD, Level.MUST)
_GRADES = (Grade.CONTRADICTED, Grade.ASSUMED, Grade.OBSERVED, Grade.DOCUMENTED)


def behaviour(old: Contract, new: Contract) -> Iterator[Change]:
    """Every change between two contracts that no schema can say."""
    sides = old.generation, new.generation
    before, after = ({each.id: each for each in contract.clauses} for contract in (old, new))
    names = parted(before, after)
    for name in names.gone:
        rule = "clause-removed" if before[name].grade.binding else "open-clause-removed"
        yield _change(sides, rule, name, before[name].sentence, None)
    for name in names.come:
        rule = "clause-added" if after[name].grade.binding else "open-clause-added"
        yield _change(sides, rule, name, None, after[name].sentence)
    for name in names.both:
        yield from (_change(sides, rule, name, was, now) for rule, was, now in _clauses(before[name], after[name]))
    yield from _catalogue(sides, old, new)
    yield from _wire(sides, old, new)


def _change(sides: tuple[str, str], rule: str, subject: str, before: Any, after: Any) -> Change:
    found = rules()[rule]
    return Change(
        rule=rule,
        senders=found.senders,
        readers=found.readers,
        subject=subject,
        sentence=sentence(found, subject, before, after),
        old=Where(file=sides[0], pointer=f"/{subject}" if before is not None else "", line=0),
        new=Where(file=sides[1], pointer=f"/{subject}" if after is not None else "", line=0),
        before=before,
        after=after,
    )


_Told = Iterator[tuple[str, Any, Any]]


def _clauses(old: Clause, new: Clause) -> _Told:
    if old.level is not new.level:
        lower = _LEVELS.index(new.level) < _LEVELS.index(old.level)
        yield ("clause-level-lowered" if lower else "clause-level-raised"), old.level.value, new.level.value
    if old.grade is not new.grade:
        less = _GRADES.index(new.grade) < _GRADES.index(old.grade)
        yield ("clause-less-known" if less else "clause-better-known"), old.grade.value, new.grade.value
    if dict(old.arguments) != dict(new.arguments):
        yield "clause-arguments-changed", _without(old.arguments, new.arguments), _without(new.arguments, old.arguments)
    elif old.sentence != new.sentence:
        yield "clause-sentence-changed", old.sentence, new.sentence


def _without(some: Mapping[str, Any], others: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments that the other has not, or has otherwise."""
    return {name: value for name, value in some.items() if name not in others or others[name] != value}


def _catalogue(sides: tuple[str, str], old: Contract, new: Contract) -> Iterator[Change]:
    refusals = _refusals(old), _refusals(new)
    told: tuple[tuple[str, Mapping[str, str], Mapping[str, str]], ...]
    told = (("refusal", *refusals), ("message", old.messages, new.messages))
    for noun, one, other in told:
        names = parted(one, other)
        yield from (_change(sides, f"{noun}-removed", each, one[each], None) for each in names.gone)
        yield from (_change(sides, f"{noun}-added", each, None, other[each]) for each in names.come)
        for each in names.both:
            if one[each] != other[each]:
                yield _change(sides, f"{noun}-changed", each, one[each], other[each])


def _refusals(contract: Contract) -> dict[str, str]:
    return {name: _refusal(each) for name, each in contract.refusals.items()}


def _refusal(refusal: Refusal) -> str:
    return " ".join(str(each) for each in (refusal.status, refusal.type, refusal.number or "") if each)


def _wire(sides: tuple[str, str], old: Contract, new: Contract) -> Iterator[Change]:
    before, after = _facts(old), _facts(new)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            rule = "wire-added" if name not in before else "wire-removed" if name not in after else "wire-changed"
            yield _change(sides, rule, name, before.get(name), after.get(name))


def _facts(contract: Contract) -> Mapping[str, Any]:
    """What the contract says of bytes, by name."""
    held = {
        "envelope": contract.envelope,
        "errors": contract.errors,
        "statuses": contract.statuses,
        "paging": contract.paging,
        "access": contract.access,
        **{f"format {name}": each for name, each in contract.formats.items()},
    }
    alone = {f"{role} answers with": "the record alone" for role, each in contract.operations.items() if each.alone}
    return alone | {
        f"{name} {each.name}": getattr(value, each.name)
        for name, value in held.items()
        if is_dataclass(value)
        for each in fields(value)
        if getattr(value, each.name) and each.name != "name"
    }
