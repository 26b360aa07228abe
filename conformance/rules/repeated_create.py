"""A create repeated with its key is answered as the first was; with another key it is another create.

Clauses name the ``part`` of the conversation that they are about.

==========  ==========================================================================
part        what is looked at
==========  ==========================================================================
replayed    the repeated create is no conflict, and shows the same record
apart       with a key that differs in its last character it is one
longest     a key of the greatest length is taken
same        the second answer is the first, letter by letter
==========  ==========================================================================
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from threading import RLock
from time import monotonic

from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.mischief import Alter, accepting
from conformance.rules.repeating import IDEMPOTENCY, alike, header, key, keyed, recalling, rekeying
from conformance.rules.reply import Reply
from conformance.rules.stages import Around, Declined, Handler, Stages
from conformance.rules.story import Story

SCENE = "repeated create"
_REMEMBERED = 1000
_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """One create three times: with a key, with the same, and with another."""

    sent: Record
    first: Reply
    second: Reply
    third: Reply
    #: whether the keys had the greatest length; a target that refuses those gets short ones
    longest: bool
    seconds: float


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of one part."""
    tell = partial(_told, part=clause.text("part"))
    yield Check(clause=clause, parameter="", tell=tell, needs=frozenset({IDEMPOTENCY, Role.CREATE}), scene=SCENE)


def _told(story: Story, part: str) -> None:
    told = story.scene(SCENE, _act)
    if not told.first.accepted:
        raise CouldNotRun(f"a create with an idempotency key was not accepted: {told.first.outcome}")
    if told.seconds > _SECONDS:
        raise CouldNotRun(f"the target took {told.seconds:.0f} s for three requests, and keys are forgotten")
    _PARTS[part](story, told)


def _act(story: Story) -> Repeated:
    start = monotonic()
    limit = story.contract.operations[Role.CREATE].repeats.longest
    record = story.new(story.witness())
    first = keyed(story, Role.CREATE, record, key(story, "a", limit))
    longest = first.accepted
    keys = [key(story, each, limit if longest else 0) for each in ("a", "b")]
    first = first if longest else keyed(story, Role.CREATE, record, keys[0])
    second, third = (keyed(story, Role.CREATE, record, each) for each in keys)
    seconds = monotonic() - start
    return Repeated(sent=record, first=first, second=second, third=third, longest=longest, seconds=seconds)


def _replayed(story: Story, told: Repeated) -> None:
    if not told.second.accepted:
        reason = f"a create repeated with its idempotency key was not answered as the first was: {told.second.outcome}"
        raise Broken("refused", reason, told.sent)
    if told.second.identity != told.first.identity:
        reason = f"a create repeated with its idempotency key shows another {story.one} than the first time"
        raise Broken("another", reason, told.first.records, told.second.records)


def _apart(story: Story, told: Repeated) -> None:
    if not told.third.accepted:
        return
    control = story.create(told.sent)
    if control.accepted:
        raise CouldNotRun(f"the same create without any key is no conflict either: {control.outcome}")
    reason = f"a create of an existing {story.one} was accepted under a key that differs in its last character"
    raise Broken("confused", reason, told.sent, told.third.records)


def _longest(story: Story, told: Repeated) -> None:
    if not told.longest:
        limit = story.contract.operations[Role.CREATE].repeats.longest
        raise Broken("refused", f"a create with a key of {limit} characters was refused, and with a short one not")


def _same(story: Story, told: Repeated) -> None:
    first, second = told.first.response, told.second.response
    if (first.status, first.body) != (second.status, second.body):
        raise Broken("other-answer", "answers a repeated request anew")
    story.chose("answers a repeated request with the first answer, letter by letter")


_PARTS: dict[str, Callable[[Story, Repeated], None]] = {
    "replayed": _replayed,
    "apart": _apart,
    "longest": _longest,
    "same": _same,
}


def enforce(contract: Contract, clause: Clause, stages: Stages) -> Stages:
    """The first answer is kept under the key, and given again to the same request."""
    if clause.text("part") != "replayed":
        return stages
    name = header(contract)
    longest = {each.method: each.repeats.longest for each in contract.operations.values() if each.repeats.header}
    kept: OrderedDict[tuple[str, str], tuple[Request, Response]] = OrderedDict()
    lock = RLock()

    def around(request: Request, answer: Handler) -> Response:
        sent = request.headers.first(name)
        if not sent or request.method not in longest:
            return stages.around(request, answer)
        with lock:
            return keyed_once(request, answer, sent)

    def keyed_once(request: Request, answer: Handler, sent: str) -> Response:
        if len(sent) > longest[request.method]:
            raise Declined("bad-repeat")
        mark = (request.headers.first(contract.access.tenant_header), sent)
        if mark in kept:
            if not _alike(kept[mark][0], request):
                raise Declined("bad-repeat")
            return kept[mark][1]
        response = stages.around(request, answer)
        kept[mark] = (request, response)
        if len(kept) > _REMEMBERED:
            kept.popitem(last=False)
        return response

    return replace(stages, around=around)


def _alike(first: Request, second: Request) -> bool:
    told = [(each.method, each.path, each.query, each.body) for each in (first, second)]
    return told[0] == told[1]


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that know no keys, or do not tell them apart."""
    limit = contract.operations[Role.CREATE].repeats.longest
    ignoring = rekeying(contract, lambda _request, _key: "")
    doubling = accepting(lambda intake, _existing: intake.role is Role.CREATE)
    cut = rekeying(contract, lambda _request, sent: sent[: limit - 1])
    reworded = recalling(contract, alike(contract), _reworded)
    one = rekeying(contract, lambda request, _key: str(len(request.body)))
    ways: dict[str, tuple[tuple[str, str, str, Alter], ...]] = {
        "replayed": (
            ("ignores", "refused", "no key is known", ignoring),
            ("makes-two", "another", "a repeated create makes a second", lambda stages: doubling(ignoring(stages))),
        ),
        "apart": (
            ("cuts", "confused", f"only {limit - 1} characters of a key are looked at", cut),
            ("any", "confused", "any key means the same request", one),
        ),
        "longest": (("off-by-one", "refused", f"a key of {limit} characters is refused", _short(contract, limit)),),
        "same": (("anew", "other-answer", "a repeat is answered in other words", reworded),),
    }
    for slug, code, sentence, alter in ways[clause.text("part")]:
        yield fault(clause, slug, code, sentence, alter)


def _reworded(_around: Around, _request: Request, _answer: Handler, first: Response) -> Response:
    return replace(first, body=first.body + b"\n")


def _short(contract: Contract, limit: int) -> Alter:
    """Refuse keys of the greatest length."""

    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            if len(request.headers.first(header(contract))) >= limit:
                raise Declined("bad-repeat")
            return stages.around(request, answer)

        return replace(stages, around=around)

    return alter


RULE = Rule(name="repeated-create", takes={"part": "text"}, checks=checks, enforce=enforce, faults=faults)
