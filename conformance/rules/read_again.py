"""Reading changes nothing: the same read says the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault, without
from conformance.rules.mischief import showing
from conformance.rules.overheard import SCENE, overheard
from conformance.rules.stages import Looking, Stages
from conformance.rules.story import Story


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: a record is fetched, other records are written, and it is fetched again."""
    yield Check(clause=clause, parameter="", tell=_tell, needs=frozenset({"upsert", "read"}), scene=SCENE)


def _tell(story: Story) -> None:
    heard = overheard(story)
    first, again = heard.of("read").only, heard.of("again").only
    if first is None or again is None:
        raise CouldNotRun(f"the {story.one} could not be read twice: {heard.of('again').outcome}")
    wrong = differences(story.canonical(first), story.canonical(again))
    if wrong:
        raise Broken("other", f"read a second time, {wrong[0]}, and nobody had changed the {story.one}", first, again)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers on which a read leaves its mark."""
    keyed = next(each.name for each in contract.resource.fields if each.keyed_by)
    sentence = f"{keyed} are shown to the first reader alone"
    yield fault(clause, "shown-once", "other", sentence, partial(_shown_once, contract, keyed))
    if contract.resource.modified:
        sentence = f"a read moves {contract.resource.modified}"
        yield fault(clause, "touched", "other", sentence, partial(_touched, contract))


def _shown_once(contract: Contract, keyed: str, stages: Stages) -> Stages:
    seen: Counter[str] = Counter()

    def once(record: Record, looking: Looking) -> Record:
        identity = str(record[contract.resource.identity])
        seen[identity] += bool(looking.by)
        return without(record, keyed) if looking.by and seen[identity] > 1 else record

    return showing(once)(stages)


def _touched(contract: Contract, stages: Stages) -> Stages:
    modified, seen = contract.resource.modified, Counter[str]()

    def touched(record: Record, looking: Looking) -> Record:
        identity, moment = str(record[contract.resource.identity]), record.get(modified)
        seen[identity] += bool(looking.by)
        return (
            {**record, modified: moment + timedelta(seconds=seen[identity])} if isinstance(moment, datetime) else record
        )

    return showing(touched)(stages)


RULE = Rule(name="read-again", checks=checks, faults=faults)
