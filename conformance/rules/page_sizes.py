"""How large a page may be. Clauses name ``least`` and ``most``, or the ``usual`` size when none is asked for.

What size the target took shows in what it says of its pages, where it says so, and in how many records it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from conformance.contract.model import Clause, Contract
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.listing import OWN, made, mine, narrowed, own, way
from conformance.rules.mischief import Alter
from conformance.rules.pages import said
from conformance.rules.reply import Reply
from conformance.rules.stages import Asked, Declined, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a size: the least, the most, one more than that, and far more; or one of the usual size."""
    needs = frozenset({"list"})
    if "usual" in clause.arguments:
        tell = partial(_usual, usual=int(clause.arguments["usual"]))
        yield Check(clause=clause, parameter="", tell=tell, needs=needs, scene=OWN)
        return
    for name, size, taken in _sizes(clause):
        tell = partial(_clamped, size=size, taken=taken)
        yield Check(clause=clause, parameter=name, tell=tell, needs=needs, scene=OWN)


def _sizes(clause: Clause) -> tuple[tuple[str, int, int], ...]:
    """Name, the size asked for, and the size that it comes to."""
    least, most = int(clause.arguments["least"]), int(clause.arguments["most"])
    return (("least", least, least), ("most", most, most), ("over", most + 1, most), ("far-over", most * 5, most))


def _clamped(story: Story, size: int, taken: int) -> None:
    identities = own(story).identities
    asked = (way(story, "page", "1"), way(story, "size", str(size)))
    reply = story.browse(*narrowed(story, identities), *asked)
    if not reply.accepted:
        raise Broken("refused", f"a page of {size} {story.one}s was not answered: {reply.outcome}")
    shown, wanted = len(mine(reply, identities)), min(taken, len(identities))
    if shown != wanted:
        reason = f"a page of {size} out of {len(identities)} {story.one}s shows {shown}, not {wanted}"
        raise Broken("other-number", reason)
    _says(story, reply, taken, f"{size} were asked for")


def _says(story: Story, reply: Reply, taken: int, asked: str) -> bool:
    """Whether the answer says how large a page is. Raises Broken when it says another size."""
    size = said(story.contract, reply).get("size")
    if size is not None and size != taken:
        raise Broken("other-size", f"the answer says that a page holds {size} {story.one}s, not {taken}; {asked}")
    return size is not None


def _usual(story: Story, usual: int) -> None:
    for turn in range(2):
        first = story.browse(way(story, "page", "1"))
        if not first.accepted:
            raise CouldNotRun(f"a page without a size was not answered: {first.outcome}")
        told = _says(story, first, usual, "no size was asked for")
        if len(first.records) > usual:
            raise Broken("other-number", f"a page without a size holds {len(first.records)} {story.one}s, not {usual}")
        if told or len(first.records) == usual:
            return
        second = story.browse(way(story, "page", "2"))
        if len(mine(second, [str(each.get(story.identity)) for each in first.records])) < len(second.records):
            # Others may have written in the meantime.
            again = len(story.browse(way(story, "page", "1")).records)
            if again < usual:
                reason = f"a page without a size holds {again} {story.one}s, not {usual}, and there is a second one"
                raise Broken("other-number", reason)
        if turn == 0:
            _fill(story, usual + 1 - len(first.records))
    raise CouldNotRun(f"the list never filled a page of {usual}, so that nobody can say how large one is")


def _fill(story: Story, count: int) -> None:
    for start in range(0, count, 50):
        made(story, *(story.new(label=f"{place}") for place in range(start, min(start + 50, count))))


def enforce(_contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """A size outside the limits is moved to the nearer one; without any, the usual one is taken."""

    def understand(asked: Asked) -> Asked:
        taken = stages.understand(asked)
        size = taken.narrowing.get("size", "")
        if "usual" in clause.arguments:
            return taken if size else _sized(taken, int(clause.arguments["usual"]))
        least, most = int(clause.arguments["least"]), int(clause.arguments["most"])
        return _sized(taken, min(max(int(size), least), most)) if size.isdigit() else taken

    return replace(stages, understand=understand)


def _sized(asked: Asked, size: int) -> Asked:
    return replace(asked, narrowing={**asked.narrowing, "size": str(size)})


def _taking(asked_for: int, taken: int) -> Alter:
    """One size is taken for another."""

    def alter(stages: Stages) -> Stages:
        def understand(asked: Asked) -> Asked:
            mine_ = asked.narrowing.get("size", "") == str(asked_for)
            return _sized(stages.understand(asked), taken) if mine_ else stages.understand(asked)

        return replace(stages, understand=understand)

    return alter


def _usually(taken: int) -> Alter:
    def alter(stages: Stages) -> Stages:
        def understand(asked: Asked) -> Asked:
            return stages.understand(asked) if "size" in asked.narrowing else _sized(stages.understand(asked), taken)

        return replace(stages, understand=understand)

    return alter


def _unlimited(stages: Stages) -> Stages:
    def understand(asked: Asked) -> Asked:
        size = asked.narrowing.get("size", "")
        return _sized(stages.understand(asked), int(size)) if size.isdigit() else stages.understand(asked)

    return replace(stages, understand=understand)


def _refusing(most: int) -> Alter:
    def alter(stages: Stages) -> Stages:
        def understand(asked: Asked) -> Asked:
            if asked.narrowing.get("size", "").isdigit() and int(asked.narrowing["size"]) > most:
                raise Declined("bad-filter")
            return stages.understand(asked)

        return replace(stages, understand=understand)

    return alter


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers with other limits."""
    if "usual" in clause.arguments:
        usual = int(clause.arguments["usual"])
        for wrong in (usual - 1, usual + 1, usual // 2):
            yield fault(clause, f"{wrong}", "other-size", f"a page usually holds {wrong}", _usually(wrong))
        return
    least, most = int(clause.arguments["least"]), int(clause.arguments["most"])
    unlimited = fault(clause, "unlimited", "other-size", "a page may have any size", _unlimited)
    yield replace(unlimited, parameter="over")
    refuses = fault(clause, "refuses", "refused", "too large a page is refused", _refusing(most))
    yield replace(refuses, parameter="far-over")
    for name, size, wrong in (("most", most, most - 1), ("over", most + 1, most + 1), ("far-over", most * 5, 100)):
        seeded = fault(clause, f"{size}-is-{wrong}", "other-size", f"{size} is taken for {wrong}", _taking(size, wrong))
        yield replace(seeded, parameter=name)
    doubled = fault(clause, "least-is-two", "other-number", "one is taken for two", _taking(least, least + 1))
    yield replace(doubled, parameter="least")


RULE = Rule(
    name="page-size",
    takes={"least": "number", "most": "number", "usual": "number"},
    checks=checks,
    enforce=enforce,
    faults=faults,
)
