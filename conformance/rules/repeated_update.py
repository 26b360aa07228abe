"""A write repeated with its key is not done again, even when the record has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.repeating import IDEMPOTENCY, header, key, keyed, recalling, rekeying, with_key
from conformance.rules.reply import Reply
from conformance.rules.stages import Around, Handler
from conformance.rules.story import Story

SCENE = "repeated update"
_SECONDS = 300.0
_ROLES = (Role.UPSERT, Role.UPDATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What each write sent and was answered, how the last of them meant the record, and what it is in the end."""

    sent: Mapping[Role, Record]
    first: Mapping[Role, Reply]
    last: Record
    after: Record
    seconds: float


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check an operation."""
    for role in [each for each in _ROLES if each in contract.operations]:
        needs = frozenset({IDEMPOTENCY, *_ROLES, "read"})
        yield Check(clause=clause, parameter=role, tell=partial(_once, role=role), needs=needs, scene=SCENE)


def _fields(story: Story) -> dict[Role, str]:
    """The member that each operation changes."""
    first = story.witness()
    return {Role.UPSERT: first, Role.UPDATE: story.witness(first)}


def _once(story: Story, role: Role) -> None:
    told, field = story.scene(SCENE, _act), _fields(story)[role]
    if told.seconds > _SECONDS:
        raise CouldNotRun(f"the target took {told.seconds:.0f} s for six requests, and keys are forgotten")
    if told.after.get(field) == told.last[field]:
        return
    if told.after.get(field) != told.sent[role][field]:
        raise CouldNotRun(f"the update of {field} between the first request and its repetition came to nothing")
    reason = f"a write that was repeated with its idempotency key was done again: {field}, which was changed since, is"
    raise Broken("done-again", f"{reason} back at {told.sent[role][field]!r}", told.last, told.after)


def _act(story: Story) -> Told:
    start, fields = monotonic(), _fields(story)
    keys = {role: key(story, role) for role in _ROLES}
    record = story.new(fields[Role.UPSERT])
    first = {Role.UPSERT: keyed(story, Role.UPSERT, record, keys[Role.UPSERT])}
    identity = story.identified(first[Role.UPSERT], record)
    if not identity:
        outcome = first[Role.UPSERT].outcome
        raise CouldNotRun(f"the {story.one} this check needs could not be created with a key: {outcome}")
    sent = {Role.UPSERT: record, Role.UPDATE: {fields[Role.UPDATE]: story.value(fields[Role.UPDATE])}}
    first[Role.UPDATE] = keyed(story, Role.UPDATE, sent[Role.UPDATE], keys[Role.UPDATE], identity)
    last = {story.identity: identity, **{each: story.value(each, 2) for each in fields.values()}}
    between = story.upsert(last)
    if not between.accepted or not first[Role.UPDATE].accepted:
        raise CouldNotRun(f"an update was not accepted: {between.outcome}; {first[Role.UPDATE].outcome}")
    for role in _ROLES:
        keyed(story, role, sent[role], keys[role], identity if role is Role.UPDATE else "")
    after = story.fetch(identity, "after both requests were repeated")
    return Told(sent=sent, first=first, last=last, after=after, seconds=monotonic() - start)


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do a write again, whether or not they say so."""
    upsert = contract.operations[Role.UPSERT].path

    def keyless(role: Role) -> partial[str]:
        return partial(_keyless, path=upsert, role=role)

    def again(around: Around, request: Request, answer: Handler, first: Response) -> Response:
        around(with_key(request, header(contract), ""), answer)
        return first

    for role in [each for each in _ROLES if each in contract.operations]:
        alter = rekeying(contract, keyless(role))
        seeded = fault(clause, f"ignores-on-{role}", "done-again", f"keys of an {role} are not looked at", alter)
        yield replace(seeded, parameter=role)
    silent = recalling(contract, lambda _request, sent: sent, again)
    yield fault(clause, "silently", "done-again", "a repeated write is done again behind the first answer", silent)


def _keyless(request: Request, sent: str, path: str, role: Role) -> str:
    """The key, but none for requests of this role."""
    listed = request.path.rstrip("/").lower() == path.lower()
    return "" if listed is (role is Role.UPSERT) else sent


RULE = Rule(name="repeated-update", checks=checks, faults=faults)
