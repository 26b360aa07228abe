"""A list of identifiers selects the records that have them; clauses say in ``spelt`` how they are written.

========  ==============================================================
spelt     what is asked for
========  ==============================================================
plain     two identifiers
bare      the same without dashes
renamed   the same, with the parameter's name in small letters
stranger  one identifier, and one that nobody has
filtered  two identifiers, and a filter that is true of one of them and of others
========  ==============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract, Role
from conformance.contract.values import guid
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.filtering import SCENE, Cast
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.stages import Asked, Declined, Stages
from conformance.rules.story import Story
from conformance.rules.talk import Pairs
from conformance.rules.where import company
from conformance.wire.scalar import guid as normal

_WANTED = "bd"


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check."""
    needs = frozenset({"list", "ids", *(("where",) if clause.text("spelt") == "filtered" else ())})
    yield Check(clause=clause, parameter="", tell=partial(_selects, clause=clause), needs=needs, scene=SCENE)


def _spelt(story: Story, made: Cast, spelt: str) -> tuple[str, str, str]:
    """The name of the parameter, its value, and the letters that must be found."""
    name = story.contract.operations[Role.LIST].narrowing["ids"]
    known = [str(made.records[each][story.identity]) for each in _WANTED]
    known = [story.spelling.get(each, each) for each in known]
    if spelt == "bare":
        return name, ",".join(each.replace("-", "") for each in known), _WANTED
    if spelt == "stranger":
        return name, f"{guid(story.seed, 'nobody')},{known[1]}", _WANTED[1]
    return name.lower() if spelt == "renamed" else name, ",".join(known), _WANTED


def _selects(story: Story, clause: Clause) -> None:
    made = company(story, clause)
    name, value, letters = _spelt(story, made, clause.text("spelt"))
    filters = _filters(story, made, clause) if clause.text("spelt") == "filtered" else ()
    letters = letters[:1] if filters else letters
    reply = story.browse((name, value), *filters)
    seen = made.among(story.identity, reply.records) if reply.accepted else ""
    if reply.accepted and sorted(seen) == sorted(letters):
        return
    plain = _spelt(story, made, "plain")
    if filters and reply.accepted:
        raise Broken("not-both", f"shows other {story.one}s than those that both the identifiers and the filter select")
    if clause.text("spelt") != "plain":
        control = story.browse(plain[:2])
        if sorted(made.among(story.identity, control.records)) != sorted(_WANTED):
            raise CouldNotRun(f"the list does not select by identifiers at all: {control.outcome}")
    if not reply.accepted:
        raise Broken("refused", f"the list asked for by {name}={value} was refused: {reply.outcome}")
    code = "missing" if set(letters) - set(seen) else "extra"
    wrong = "leaves out one of them" if code == "missing" else f"shows another {story.one} too, or one of them twice"
    raise Broken(code, f"the list asked for by {name}={value} {wrong}")


def _filters(story: Story, made: Cast, clause: Clause) -> Pairs:
    """A filter that is true of the first of the two that are wanted, and of all that are not."""
    where, field = story.contract.operations[Role.LIST].narrowing["where"], clause.texts("texts")[0]
    expression = f'{clause.text("scope")}=="{{a.{clause.text("scope")}}}" AND {field}!="{{{_WANTED[1]}.{field}}}"'
    return ((where, made.fill(expression)),)


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """Keep the records that have one of the identifiers."""
    identity = contract.resource.identity

    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        found, given = stages.sift(records, asked), asked.narrowing.get("ids", "")
        wanted = {normal(each.strip()) for each in given.split(",")}
        return [each for each in found if each[identity] in wanted] if given else found

    return stages if clause.text("spelt") != "plain" else replace(stages, sift=sift)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not look at the identifiers, or only at some of them."""
    spelt = clause.text("spelt")
    if spelt == "stranger":
        strict = partial(_strict, identity=contract.resource.identity)
        yield fault(clause, "refuses", "refused", "an identifier that nobody has is an error", strict)
    elif spelt == "filtered":
        yield from _either(clause)
    else:
        yield from _misspelt(clause, spelt)


def _misspelt(clause: Clause, spelt: str) -> Iterator[Fault]:
    """Servers that do not look at identifiers that are spelt so."""
    mine: dict[str, Callable[[str], bool]] = {
        "plain": lambda given: given.count(",") == 1 and "-" in given,
        "bare": lambda given: bool(given) and "-" not in given,
        "renamed": lambda given: given.count(",") == 1 and "-" in given,
    }

    def cut(stages: Stages, keep: Callable[[Sequence[Record]], Sequence[Record]], *, before: bool) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            named = [name for name, _ in asked.request.query]
            if not mine[spelt](asked.narrowing.get("ids", "")) or (
                spelt == "renamed" and not any(map(str.islower, named))
            ):
                return stages.sift(records, asked)
            return keep(records if before else stages.sift(records, asked))

        return replace(stages, sift=sift)

    all_, none = partial(cut, keep=lambda records: records, before=True), partial(cut, keep=lambda _: (), before=True)
    yield fault(clause, "ignored", "extra", f"identifiers are not looked at ({spelt})", all_)
    yield fault(clause, "blind", "missing", f"identifiers find nothing ({spelt})", none)
    if spelt == "plain":
        first = partial(cut, keep=lambda records: records[:1], before=False)
        yield fault(clause, "first-only", "missing", "only the first identifier is looked for", first)


def _either(clause: Clause) -> Iterator[Fault]:
    """Servers that look at one of the two alone, or take no filter beside identifiers."""

    def without(stages: Stages, ignored: str) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            ways = asked.narrowing
            kept = {name: value for name, value in ways.items() if name != ignored or not {"ids", "where"} <= set(ways)}
            return stages.sift(records, replace(asked, narrowing=kept))

        return replace(stages, sift=sift)

    def refusing(stages: Stages) -> Stages:
        def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
            if {"ids", "where"} <= set(asked.narrowing):
                raise Declined("bad-filter")
            return stages.sift(records, asked)

        return replace(stages, sift=sift)

    for name in ("ids", "where"):
        sentence = f"{name} is not looked at where both narrow a list"
        yield fault(clause, f"no-{name}", "not-both", sentence, partial(without, ignored=name))
    yield fault(clause, "refuses", "refused", "identifiers and a filter together are refused", refusing)


def _strict(stages: Stages, identity: str) -> Stages:
    def sift(records: Sequence[Record], asked: Asked) -> Sequence[Record]:
        wanted = {normal(each.strip()) for each in asked.narrowing.get("ids", "").split(",") if each}
        if not wanted <= {str(each[identity]) for each in records}:
            raise Declined("not-found")
        return stages.sift(records, asked)

    return replace(stages, sift=sift)


RULE = Rule(
    name="by-ids",
    takes={"spelt": "text", "texts": "fields", "scope": "field", "sparse": "field"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
