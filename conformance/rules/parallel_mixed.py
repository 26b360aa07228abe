"""Unlike requests at the same moment. Clauses name the ``part`` that they are about, and never send more than five.

========  ===============================================================================
part      what is sent at once
========  ===============================================================================
lists     updates of a record, and lists that show it and another one, both made before
batches   lists of new records, of which none is lost
tenants   new records of two tenants, each of which comes to its own
========  ===============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.batches import stored
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.parallel import Meeting, unguarded
from conformance.rules.reply import Reply
from conformance.rules.stages import Intake, Stages
from conformance.rules.story import Story
from conformance.rules.tenants_apart import SECOND_TENANT

_TIMES = 2
_LISTS = 3


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of the part."""
    part = clause.text("part")
    needs = frozenset({Role.UPSERT, "read", "list", *((SECOND_TENANT,) if part == "tenants" else ())})
    yield Check(clause=clause, parameter="", tell=_PARTS[part], needs=needs)


def _lists(story: Story) -> None:
    witness, number = story.witness(), story.contract.resource.number
    made = [story.given(story.new(witness, label=each)) for each in ("changed", "quiet")]
    changed = {**story.carried(made[0]), story.identity: made[0][story.identity]}
    updates = [story.draft(Role.UPSERT, {**changed, witness: story.value(witness, 1 + turn)}) for turn in range(_TIMES)]
    lists = [story.search(), story.search(*story.narrowing(str(made[1][story.identity])))]
    replies = story.together([updates[0], lists[0], updates[1], lists[1]])
    _all_accepted(replies)
    for reply, wanted in ((replies[1], made), (replies[3], made[1:])):
        for record in wanted:
            if _shows(story, reply, record):
                continue
            control = story.ask(reply.request)
            if not _shows(story, control, record):
                raise CouldNotRun(f"the list does not show a {story.one} that exists at rest either: {control.outcome}")
            reason = f"a list read while a {story.one} was updated lacks one that was made before, and shows it at rest"
            raise Broken("missing", f"{reason}: {number} {record.get(number)!r}", record, None)


def _shows(story: Story, reply: Reply, record: Record) -> bool:
    return any(each.get(story.identity) == record[story.identity] for each in reply.records)


def _all_accepted(replies: Iterable[Reply]) -> None:
    for reply in replies:
        if not reply.accepted:
            raise CouldNotRun(f"one of some requests at the same moment was not accepted: {reply.outcome}")


def _batches(story: Story) -> None:
    number = story.contract.resource.number
    sent = [_batch(story, f"batch {turn}") for turn in range(_LISTS)]
    _all_accepted(story.together([story.draft(Role.UPSERT, *each) for each in sent]))
    made = {str(record[number]): record for batch in sent for record in batch}
    there = stored(story, made)
    lost = [each for each in made if each not in there]
    if not lost:
        return
    control = _batch(story, "control")
    story.upsert(*control)
    if len({str(each[number]) for each in control} & set(stored(story, [str(each[number]) for each in control]))) < 2:
        raise CouldNotRun(f"a list of {story.one}s sent alone does not make all of them either")
    reason = f"a {story.one} in one of {_LISTS} lists of {_TIMES} sent at the same moment was accepted and is not there"
    raise Broken("lost", reason, made[lost[0]])


def _batch(story: Story, label: str) -> list[Record]:
    return [story.new(story.witness(), label=f"{label} {place}") for place in range(_TIMES)]


def _tenants(story: Story) -> None:
    other, number = story.elsewhere(), story.contract.resource.number
    mine, theirs = (_batch(story, each) for each in ("mine", "theirs"))
    foreign = [other.draft(Role.UPSERT, each) for each in theirs]

    def send(request: Request) -> Response:
        return other.send(request) if request in foreign else story.send(request)

    both = replace(story, send=send)
    own = [story.draft(Role.UPSERT, each) for each in mine]
    _all_accepted(both.together([each for pair in zip(own, foreign, strict=True) for each in pair]))
    numbers = [{str(each[number]) for each in records} for records in (mine, theirs)]
    found = [set(stored(teller, wanted)) for teller, wanted in zip((story, other), numbers, strict=True)]
    strays = (numbers[1] & found[0]) | (numbers[0] & found[1])
    if strays:
        reason = f"a {story.one} that one tenant sent at the same moment as another did is there for the other one"
        raise Broken("astray", f"{reason}: {number} {min(strays)!r}")
    if not numbers[0] <= found[0] or not numbers[1] <= found[1]:
        raise CouldNotRun(f"a {story.one} that was accepted is not there for either tenant")


_PARTS: dict[str, Callable[[Story], None]] = {"lists": _lists, "batches": _batches, "tenants": _tenants}


def faults(_contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that stumble over what another request is doing."""
    slug, code, sentence, change = {
        "lists": ("drops", "missing", "a list lacks the newest record while a write is done", _dropping),
        "batches": ("forgets", "lost", "of two lists at the same moment the later records are lost", _losing),
        "tenants": ("mixes", "astray", "the tenant is kept in a place that all requests share", _mixing),
    }[clause.text("part")]
    yield fault(clause, slug, code, sentence, unguarded(change))


def _dropping(stages: Stages, meeting: Meeting) -> Stages:
    def gather(records: Iterable[Record]) -> Iterable[Record]:
        found = list(stages.gather(records))
        return found[:-1] if meeting.wait() else found

    return replace(stages, gather=gather)


def _losing(stages: Stages, meeting: Meeting) -> Stages:
    def keep(intake: Intake, existing: Record | None) -> bool:
        met = intake.position > 0 and meeting.wait() > 0
        return stages.keep(intake, existing) and not met

    return replace(stages, keep=keep)


def _mixing(stages: Stages, meeting: Meeting) -> Stages:
    last = [""]

    def tenant(named: str) -> str:
        last[0] = named
        meeting.wait()
        return stages.tenant(last[0])

    return replace(stages, tenant=tenant)


RULE = Rule(name="parallel-mixed", takes={"part": "text"}, checks=checks, faults=faults)
