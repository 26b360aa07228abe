"""What a key stands for, and for how long: the same request is answered as before, and another one is refused.

One conversation shows it: a create and an upsert, each with a key; updates under other keys, and a moment that passes;
the create again, more than once; and other requests under the first two keys. Clauses name the ``part`` that they are
about.

==========  =============================================================================================
part        what is looked at
==========  =============================================================================================
later       the create is known again: after other keys, after more than a second, and more than once
answer      its repetition has the status of the first answer and says of the record what that one said
other       another request with a known key is answered with ``refusal`` and not done
==========  =============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from time import monotonic

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Rule, chosen
from conformance.rules.misremembered import faults
from conformance.rules.repeating import IDEMPOTENCY, key, keyed
from conformance.rules.reply import Reply
from conformance.rules.story import Story

SCENE = "remembered keys"
_PAUSE = 1.1
_OTHERS = 4
_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The conversation: what was sent under two keys, the first answers, and what came later."""

    created: Record
    upserted: Record
    first: Reply
    posted: Reply
    repeats: tuple[Reply, ...]
    #: another request with a known key, by what is other about it
    others: dict[str, Reply]
    #: what the second record would have become, and what it is
    alike: Record
    after: Record
    seconds: float


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of a part; of other requests one each."""
    part = clause.text("part")
    needs = frozenset({IDEMPOTENCY, Role.CREATE, Role.UPSERT, "read"})
    for way in ("another", "alike", "operation") if part == "other" else ("",):
        tell = partial(_told, clause=clause, way=way)
        yield Check(clause=clause, parameter=way, tell=tell, needs=needs, scene=SCENE)


def _told(story: Story, clause: Clause, way: str) -> None:
    kept = story.scene(SCENE, _act)
    if kept.seconds > _SECONDS:
        raise CouldNotRun(f"the target took {kept.seconds:.0f} s for some requests, and keys are forgotten")
    if kept.first.identity == kept.posted.identity:
        raise CouldNotRun(f"two writes with two idempotency keys were answered with one {story.identity}")
    if way:
        _other(story, kept, way, story.contract.refusals[clause.text("refusal")].status)
    elif clause.text("part") == "later":
        _later(kept)
    else:
        _answer(story, kept)


def _act(story: Story) -> Kept:
    paused = any(each[-1] == SCENE for each in story.scenes.played)
    start, witness = monotonic(), story.witness()
    one, two = key(story, "one"), key(story, "two")
    created, upserted = (story.new(witness, label=each) for each in ("one", "two"))
    first, posted = keyed(story, Role.CREATE, created, one), keyed(story, Role.UPSERT, upserted, two)
    if not first.identity or not posted.identity:
        raise CouldNotRun(f"a write with an idempotency key was not accepted: {first.outcome}; {posted.outcome}")
    _change(story, first.identity, witness)
    # One moment of waiting is enough for a run, whatever the formats are.
    story.pause(0 if paused else max(0.0, start + _PAUSE - monotonic()))
    repeats = [keyed(story, Role.CREATE, created, one) for _ in range(2)]
    alike = {**upserted, witness: _close(upserted[witness])}
    others = {
        "another": keyed(story, Role.CREATE, story.new(label="another"), one),
        "alike": keyed(story, Role.UPSERT, alike, two),
        "operation": keyed(story, Role.CREATE, upserted, two),
    }
    return Kept(
        created=created,
        upserted=upserted,
        first=first,
        posted=posted,
        repeats=tuple(repeats),
        others=others,
        alike=alike,
        after=story.fetch(posted.identity, "after another request came with its key"),
        seconds=monotonic() - start,
    )


def _change(story: Story, identity: str, witness: str) -> None:
    """Some updates of a record, each with a key of its own."""
    for turn in range(1, _OTHERS + 1):
        change = {story.identity: identity, witness: story.value(witness, turn)}
        keyed(story, Role.UPSERT, change, key(story, f"between {turn}"))


def _close(value: Value) -> str:
    """A text of the same length that differs in its last character."""
    text = str(value)
    return text[:-1] + ("y" if text[-1] != "y" else "z")


def _later(kept: Kept) -> None:
    for turn, reply in enumerate(kept.repeats, 1):
        if reply.accepted and reply.identity == kept.first.identity:
            continue
        if not reply.accepted and not reply.refused:
            raise CouldNotRun(f"a repeated create could not be looked at: {reply.outcome}")
        when = f"{_OTHERS + 1} requests with other keys and little more than a second"
        what = "shows another record" if reply.accepted else "was not answered as the first was"
        reason = f"repetition {turn} of a create with its idempotency key, after {when}, {what}: {reply.outcome}"
        raise Broken("forgotten", reason, kept.created)


def _answer(story: Story, kept: Kept) -> None:
    for reply in kept.repeats:
        if not reply.accepted or reply.only is None or kept.first.only is None:
            raise CouldNotRun(f"a repeated create was not accepted: {reply.outcome}")
        first, second = kept.first.response.status, reply.response.status
        if first != second:
            raise Broken("other-status", f"a create was answered with {first}, and its repetition with {second}")
        sent = (story.identity, *kept.created)
        before, after = (chosen(story.canonical(each), *sent) for each in (kept.first.only, reply.only))
        wrong = differences(before, after)
        if wrong:
            reason = f"the repetition of a create says something else of the {story.one} than the first answer did"
            raise Broken("other-record", f"{reason}: {wrong[0]}", before, after)


def _other(story: Story, kept: Kept, way: str, expected: int) -> None:
    reply, witness = kept.others[way], story.witness()
    said = {
        "another": "another create with the idempotency key of a create",
        "alike": f"an upsert with the idempotency key of one that differs from it in {witness} only",
        "operation": "a create with the idempotency key and the body of an upsert",
    }[way]
    known = {kept.first.identity, kept.posted.identity}
    if way == "alike" and kept.after.get(witness) == kept.alike[witness] != kept.upserted[witness]:
        raise Broken("done", f"{said} was done: {reply.outcome}", kept.upserted, kept.after)
    if reply.accepted:
        replayed = not reply.identity or reply.identity in known
        what = "was answered as the other one was" if replayed else "was done"
        raise Broken("replayed" if replayed else "done", f"{said} {what}: {reply.outcome}", None, reply.records)
    if not reply.refused:
        raise CouldNotRun(f"{said} was neither done nor refused: {reply.outcome}")
    if reply.response.status != expected:
        raise Broken("other-status", f"{said} was not refused with {expected}: {reply.outcome}")


RULE = Rule(name="remembered", takes={"part": "text", "refusal": "refusal"}, checks=checks, faults=faults)
