"""What becomes of idempotency keys beside plain repetition, most of it unknown. Clauses say what they are ``about``.

===========  =========================================================================
about        what is tried
===========  =========================================================================
too-long     a key with one character more than the greatest length
read         a key with two readings of a record that changes between them
tenants      one key with the same create of two tenants
leak         the same: whether the second tenant is given the answer of the first
together     a create and its repetition at the same moment
refusal      a create that was refused, repeated when nothing stands in its way any more
unchanged    the same, repeated while what stands in its way is still there
===========  =========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Condition

from conformance.contract.model import Clause, Contract, Role
from conformance.exchange import Request, Response
from conformance.rules import refused_again
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.kind import Check, Fault, Rule, beyond, fault
from conformance.rules.mischief import Alter
from conformance.rules.repeating import IDEMPOTENCY, alike, header, key, keyed, recalling, rekeying
from conformance.rules.reply import Reply
from conformance.rules.stages import Around, Declined, Handler, Stages
from conformance.rules.story import Story
from conformance.rules.tenants_apart import SECOND_TENANT

_TENANTS = "keys of two tenants"
_SCENES = {"tenants": _TENANTS, "leak": _TENANTS, "refusal": refused_again.SCENE, "unchanged": refused_again.SCENE}
_LONG = 0.1
"""The seconds that a request takes for which others do not wait."""


def checks(_contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check of what the clause is about."""
    about = clause.text("about")
    two = about in {"tenants", "leak"}
    needs = frozenset({IDEMPOTENCY, Role.CREATE, *((SECOND_TENANT,) if two else ())})
    yield Check(clause=clause, parameter="", tell=_ABOUT[about], needs=needs, scene=_SCENES.get(about, ""))


def _became(story: Story, reply: Reply, first: Reply, expected: str) -> None:
    """Which way it went: refused, done as if it were new, or answered with the first answer."""
    way = "other"
    if reply.accepted and reply.identity:
        way = "replays" if reply.identity == first.identity else "does"
    elif reply.refused:
        way = "refuses"
    said = {
        "refuses": f"refuses it with {reply.response.status}",
        "does": "does it as if it were new",
        "replays": "answers it with the first answer",
        "other": f"answers it with {reply.response.status}",
    }[way]
    if way != expected:
        raise Broken("other-way", said)
    story.chose(said)


def _created(story: Story, label: str, sent: str) -> Reply:
    reply = keyed(story, Role.CREATE, story.new(label=label), sent)
    if not reply.accepted:
        raise CouldNotRun(f"a create with an idempotency key was not accepted: {reply.outcome}")
    return reply


def _too_long(story: Story) -> None:
    limit = story.contract.operations[Role.CREATE].repeats.longest
    first = _created(story, "first", key(story, "long"))
    _became(story, keyed(story, Role.CREATE, story.new(label="long"), key(story, "x", limit + 1)), first, "refuses")


def _read(story: Story) -> None:
    witness, name = story.witness(), header(story.contract)
    before = story.given(story.new(witness))
    identity, sent = str(before[story.identity]), ((name, key(story, "read")),)
    first = story.read(identity, headers=sent)
    reply = story.upsert({story.identity: identity, witness: story.value(witness, 1)})
    second = story.read(identity, headers=sent)
    if not reply.accepted or first.only is None or second.only is None:
        raise CouldNotRun(f"a {story.one} could not be read twice with a key: {reply.outcome}; {second.outcome}")
    if second.only.get(witness) != story.value(witness, 1):
        raise Broken("other-way", "answers a reading with the first answer of its key")
    story.chose("does not look at the key of a reading")


def _tenants(story: Story) -> None:
    first, reply = story.scene(_TENANTS, _two_tenants)
    _became(story, reply, first, "does")


def _leak(story: Story) -> None:
    first, reply = story.scene(_TENANTS, _two_tenants)
    if reply.identity and reply.identity == first.identity:
        reason = (
            f"a tenant that sends the create and the idempotency key of another one is shown that one's {story.one}"
        )
        raise Broken("leaked", reason, first.records, reply.records)


def _two_tenants(story: Story) -> tuple[Reply, Reply]:
    sent, other = key(story, "tenants"), story.elsewhere()
    first = _created(story, "first", sent)
    return first, keyed(other, Role.CREATE, other.new(label="first"), sent)


def _together(story: Story) -> None:
    name, record = story.contract.operations[Role.CREATE].repeats.header, story.new(label="together")
    request = story.draft(Role.CREATE, record, headers=((name, key(story, "together")),))
    accepted = [each for each in story.together([request, request]) if each.accepted]
    if not accepted:
        raise CouldNotRun("a create with an idempotency key was accepted neither time when it was sent twice at once")
    if len(accepted) < 2:
        raise Broken("other-way", "refuses one of two requests with one key at the same moment")
    if accepted[0].identity != accepted[1].identity:
        raise Broken("other-way", "does both of two requests with one key at the same moment")
    story.chose("answers two requests with one key at the same moment alike")


_ABOUT: dict[str, Callable[[Story], None]] = {
    "too-long": _too_long,
    "read": _read,
    "tenants": _tenants,
    "leak": _leak,
    "together": _together,
    "refusal": refused_again.freed,
    "unchanged": refused_again.unchanged,
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """A server that goes another way."""
    sentence, alter = _ways(contract)[clause.text("about")]
    code = {"leak": "leaked", "unchanged": "another-status"}.get(clause.text("about"), "other-way")
    seeded = fault(clause, "otherwise", code, sentence, alter)
    if clause.text("about") != "together":
        yield seeded
        return
    # A server without keys breaks other clauses too, whatever it does at the same moment.
    yield beyond(seeded)
    status = int(clause.arguments["status"])
    sentence = "a request is refused while another with its key is being done"
    yield replace(fault(clause, "refuses", "other-way", sentence, _impatient(contract, status)), race=True)


def _ways(contract: Contract) -> dict[str, tuple[str, Alter]]:
    limit = contract.operations[Role.CREATE].repeats.longest

    def again(_around: Around, _request: Request, _answer: Handler, first: Response) -> Response:
        return first

    def refused_anew(_around: Around, request: Request, answer: Handler, first: Response) -> Response:
        return first if first.status < 400 else answer(request)

    def made_light_of(_around: Around, _request: Request, _answer: Handler, first: Response) -> Response:
        return first if first.status < 400 else replace(first, status=200)

    def reading(request: Request, sent: str) -> str:
        return sent if request.method == contract.operations[Role.READ].method else ""

    return {
        "too-long": ("a key that is too long is cut", rekeying(contract, lambda _request, sent: sent[:limit])),
        "read": ("a reading is answered as the first with its key was", recalling(contract, reading, again)),
        "tenants": ("a key of one tenant is refused to all others", _of_one_tenant(contract)),
        "leak": ("keys and their answers are shared by all tenants", recalling(contract, _own, again)),
        "together": ("a key is not looked at", rekeying(contract, lambda _request, _key: "")),
        "unchanged": ("a refusal is repeated as a success", recalling(contract, alike(contract), made_light_of)),
        "refusal": ("the key of a refused request is forgotten", recalling(contract, alike(contract), refused_anew)),
    }


def _impatient(contract: Contract, status: int) -> Alter:
    """Refuse what comes with a key that is in use; each request with a key takes long enough to be met by another."""

    def alter(stages: Stages) -> Stages:
        busy: set[str] = set()
        met = Condition()

        def around(request: Request, answer: Handler) -> Response:
            mark = alike(contract)(request, request.headers.first(header(contract)))
            if not mark or not request.headers.first(header(contract)):
                return stages.around(request, answer)
            with met:
                if mark in busy:
                    busy.discard(mark)
                    met.notify_all()
                    return Response(status=status)
                busy.add(mark)
                met.wait_for(lambda: mark not in busy, _LONG)
            try:
                return stages.around(request, answer)
            finally:
                busy.discard(mark)

        return replace(stages, around=around)

    return alter


def _own(_request: Request, sent: str) -> str:
    return sent


def _of_one_tenant(contract: Contract) -> Alter:
    """Refuse a key that another tenant has used."""
    name, access = header(contract), contract.access.tenant_header

    def alter(stages: Stages) -> Stages:
        holder: dict[str, str] = {}

        def around(request: Request, answer: Handler) -> Response:
            sent, tenant = request.headers.first(name), request.headers.first(access)
            if sent and holder.setdefault(sent, tenant) != tenant:
                raise Declined("bad-repeat")
            return stages.around(request, answer)

        return replace(stages, around=around)

    return alter


RULE = Rule(name="repeat-choices", takes={"about": "text", "status": "number"}, checks=checks, faults=faults)
