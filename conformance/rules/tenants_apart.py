"""What one tenant keeps, another does not see, does not reach, and does not get in the way of.

The first tenant looks just before the other does, since what is leaked may be an answer that is kept for a moment.
With ``writes`` it is about what another tenant's writes reach. The checks need the credentials of a second tenant,
which a run has when it is given two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from time import sleep

from conformance.compare import differences
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.glance import LIFE, need
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.posted import crowd
from conformance.rules.stages import Handler, Stages
from conformance.rules.story import Story
from conformance.rules.stranger import road_of
from conformance.wire.scalar import guid

SECOND_TENANT = "second-tenant"

_SCENE = "tenants"

_LOOKS, _PAUSE = 6, 0.1
"""How often the first tenant looks for its own record, and the seconds in between."""


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check for each way in which a record might leak, or be reached."""
    for way, look in _ways(contract, writes=bool(clause.arguments.get("writes"))).items():
        role = "list" if "list" in way else Role.CREATE.value if way == "conflict" else "read"
        needs = frozenset({SECOND_TENANT, "read", "upsert", role})
        # Whoever writes the same name elsewhere would stand in its own way.
        scene = f"{_SCENE}/{way}" if way == "update-by-name" else _SCENE
        tell = partial(_tell, look=look, scene=scene)
        look_first = partial(_apart, way=way)
        yield Check(clause=clause, parameter=way, tell=tell, needs=needs, scene=LIFE, glance=look_first)


def _ways(contract: Contract, *, writes: bool) -> dict[str, Callable[[Story, Record], None]]:
    ways = {way: look for way, look in _ALL.items() if way.startswith("update") is writes}
    if Role.CREATE not in contract.operations:
        ways.pop("conflict", None)
    if not {"ids", "where"} & set(contract.operations[Role.LIST].narrowing):
        ways.pop("narrowed-list", None)
    return ways


def _tell(story: Story, look: Callable[[Story, Record], None], scene: str) -> None:
    look(story, story.scene(scene, lambda own: own.given(own.new(own.witness()))))


def _apart(story: Story, way: str) -> None:
    """A record of the first tenant that the second neither sees nor meets nor reaches."""
    other, resource, one = story.elsewhere(), story.contract.resource, crowd(story)
    identity, number, name = one.identities[1], *(str(one.sent[1][each]) for each in (resource.number, resource.name))
    _warm(story, way, identity)
    if way == "read-by-id":
        need(other.read(identity).only is None, "it is seen")
    elif way == "read-by-number":
        need(other.read(number, resource.number).only is None, "it is seen")
    elif way == "list":
        need(not other.holding(resource.identity, identity), "it is seen")
    elif way == "narrowed-list":
        need(not other.browse(*other.narrowing(identity)).records, "it is seen")
    elif way == "conflict":
        need(other.create({**other.new(label="elsewhere"), resource.name: name}).accepted, "it is in the way")
    else:
        need(story.scene("reached", _reached), "it is reached")


def _warm(story: Story, way: str, identity: str) -> None:
    """The first tenant asks for what another is about to ask for."""
    if way == "read-by-id":
        story.read(identity)
    elif way.endswith("list"):
        story.browse(*(story.narrowing(identity) if way == "narrowed-list" else ()))


def _shown(story: Story, way: str, identity: str) -> None:
    """The first tenant asks until its own list has the record: what is kept of an older list would hide a leak."""
    for _ in range(_LOOKS):
        reply = story.browse(*(story.narrowing(identity) if way == "narrowed-list" else ()))
        if any(each.get(story.identity) == identity for each in reply.records):
            return
        sleep(_PAUSE)


def _reached(story: Story) -> bool:
    """Whether a record is as it was when another tenant has written, in every way, what would mean it."""
    resource, one, witness = story.contract.resource, crowd(story), story.witness()
    identity, before = one.identities[1], one.seen[one.identities[1]]
    keys = (resource.identity, resource.number, resource.name)
    other = story.elsewhere()
    meant = [{**other.new(label=each), each: before[each], witness: other.value(witness, 1)} for each in keys]
    # An identifier may make a server look elsewhere than it would for the rest.
    for part in (meant[:1], meant[1:]):
        other.upsert(*part)
    return not differences(before, story.fetch(identity, "after another tenant wrote"))


def _by_identity(story: Story, record: Record) -> None:
    _warm(story, "read-by-id", str(record[story.identity]))
    reply = story.elsewhere().read(str(record[story.identity]))
    if reply.only is not None:
        raise Broken("leaked", f"another tenant reads the {story.one} by its {story.identity}", record, reply.only)


def _by_number(story: Story, record: Record) -> None:
    by = story.contract.resource.number
    reply = story.elsewhere().read(str(record[by]), by)
    if reply.only is not None:
        raise Broken("leaked", f"another tenant reads the {story.one} by its {by}", record, reply.only)


def _listed(story: Story, record: Record) -> None:
    _shown(story, "list", str(record[story.identity]))
    found = story.elsewhere().holding(story.identity, record[story.identity])
    if found:
        raise Broken("leaked", f"another tenant finds the {story.one} in its list", record, found[0])


def _narrowed(story: Story, record: Record) -> None:
    identity = str(record[story.identity])
    _shown(story, "narrowed-list", identity)
    reply = story.elsewhere().browse(*story.narrowing(identity))
    found = [each for each in reply.records if each.get(story.identity) == identity]
    if found:
        raise Broken("leaked", f"another tenant finds the {story.one} when it narrows its list", record, found[0])


def _conflict(story: Story, record: Record) -> None:
    other, name = story.elsewhere(), story.contract.resource.name
    reply = other.create({**other.new(label="elsewhere"), name: record[name]})
    if reply.accepted:
        return
    control = other.create(other.new(label="control"))
    if not control.accepted:
        raise CouldNotRun(f"the second tenant cannot create any {other.one}: {control.outcome}")
    raise Broken("in-the-way", f"a {other.one} of another tenant stands in the way of its {name}: {reply.outcome}")


def _reach(story: Story, record: Record, by: str) -> None:
    """Another tenant writes what would mean the record if it were its own."""
    other, witness = story.elsewhere(), story.witness()
    meant = {**other.new(label=f"by {by}"), by: record[by], witness: other.value(witness, 1)}
    other.upsert(meant)
    after = story.fetch(str(record[story.identity]), "after another tenant wrote")
    wrong = differences(record, after)
    if wrong:
        raise Broken("reached", f"another tenant changes the {story.one} by its {by}: {wrong[0]}", record, after)


_ALL: dict[str, Callable[[Story, Record], None]] = {
    "read-by-id": _by_identity,
    "read-by-number": _by_number,
    "list": _listed,
    "narrowed-list": _narrowed,
    "conflict": _conflict,
    "update-by-id": lambda story, record: _reach(story, record, story.identity),
    "update-by-number": lambda story, record: _reach(story, record, story.contract.resource.number),
    "update-by-name": lambda story, record: _reach(story, record, story.contract.resource.name),
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that do not look at the tenant, everywhere or on one road."""

    def one_for_all(stages: Stages) -> Stages:
        return replace(stages, tenant=lambda _tenant: "everybody")

    writes = bool(clause.arguments.get("writes"))
    yield fault(clause, "one-for-all", "reached" if writes else "leaked", "all tenants share one store", one_for_all)
    for way in _ways(contract, writes=writes):
        apart = partial(_on_one_road, contract, partial(_mine, contract, way))
        alter = one_for_all if way == "conflict" else apart
        code = "in-the-way" if way == "conflict" else "reached" if way.startswith("update") else "leaked"
        seeded = fault(clause, f"shared-{way}", code, f"tenants are not kept apart on one road: {way}", alter)
        yield replace(seeded, parameter=way)
        if way in _KEPT:
            sentence = f"an answer is kept for a moment, and given to whoever asks the same: {way}"
            kept = fault(clause, f"kept-{way}", code, sentence, partial(_kept, partial(_mine, contract, way)))
            yield replace(kept, parameter=way)


_KEPT = ("read-by-id", "list", "narrowed-list")


def _kept(mine: Callable[[Request], bool], stages: Stages) -> Stages:
    """Stages that give one answer twice when the same question follows at once."""
    last: list[tuple[str, object, Response]] = []

    def around(request: Request, answer: Handler) -> Response:
        asked = (request.path, request.query) if mine(request) else None
        known = [said for path, query, said in last if (path, query) == asked]
        response = known[0] if known else stages.around(request, answer)
        last[:] = [(request.path, request.query, response)] if mine(request) else []
        return response

    return replace(stages, around=around)


def _mine(contract: Contract, way: str, request: Request) -> bool:
    road = road_of(contract, request)
    if way.startswith("read"):
        last = guid(request.path.rpartition("/")[2])
        return road == "read" and (way == "read-by-id") is (last.count("-") == 4)
    if way.startswith("update"):
        return road == "upsert" and (way == "update-by-id") is (contract.resource.identity.encode() in request.body)
    return road == "list" and (way == "narrowed-list") is bool(request.query)


def _on_one_road(contract: Contract, mine: Callable[[Request], bool], stages: Stages) -> Stages:
    """Stages that take every caller on one road for the first one that ever came."""
    name, first = contract.access.tenant_header, [""]

    def around(request: Request, answer: Handler) -> Response:
        first[0] = first[0] or request.headers.first(name)
        if mine(request):
            request = replace(request, headers=request.headers.with_field(name, first[0]))
        return stages.around(request, answer)

    return replace(stages, around=around)


RULE = Rule(name="tenants-apart", takes={"writes": "flag"}, checks=checks, faults=faults)
