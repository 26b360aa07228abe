"""What the server says about an error reaches the caller."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role
from conformance.contract.values import guid
from conformance.document import Value, empty
from conformance.errors import Unreadable
from conformance.rules.ending import CouldNotRun
from conformance.wire import envelope


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """A record that is refused, and a name that is taken."""
    yield Scenario(clause=clause, parameter="refused", tell=_refused, needs=("upsert",))
    if Role.CREATE in contract.operations:
        yield Scenario(clause=clause, parameter="taken", tell=_taken, needs=("create",))
    yield Scenario(clause=clause, parameter="not found", tell=_not_found, needs=("get",))
    yield Scenario(clause=clause, parameter="in a batch", tell=_in_a_batch, needs=("upsert",))


def _not_found(play: Play) -> None:
    _told(play, play.get(guid(play.seed, "nobody")))


def _in_a_batch(play: Play) -> None:
    records = [play.new(label=f"number {one}") for one in range(3)]
    del records[1][play.contract.resource.name]
    _told(play, play.upsert(*records))


def _refused(play: Play) -> None:
    resource = play.contract.resource
    # A record without a name is refused, and no client has reason to look for one before it sends.
    said = play.upsert({resource.number: play.new()[resource.number], **_some(play)})
    _told(play, said)


def _some(play: Play) -> dict[str, Value]:
    resource = play.contract.resource
    name = next(each for each in play.writable() if each not in (resource.name, resource.number))
    return {name: play.new(name)[name]}


def _taken(play: Play) -> None:
    resource = play.contract.resource
    [known] = play.given(play.new(label="known"))
    said = play.create({**play.new(label="again"), resource.name: known[resource.name]})
    _told(play, said)


def _told(play: Play, said: Saying) -> None:
    messages = _messages(play)
    errors = play.contract.errors.validation_errors
    shown = [str(each[errors]) for each in said.records if not empty(each.get(errors))]
    if said.error is None and not said.failed and not shown:
        raise play.broken("refusal-swallowed", f"the server refused it, and {said.outcome}")
    words = " ".join(
        [said.error.words if said.error else "", *(text for each in said.failed for text in each.messages), *shown]
    )
    if not any(each in words for each in messages):
        raise play.broken("message-lost", f"the server said {messages[0]!r}, and the caller was told {words[:200]!r}")


def _messages(play: Play) -> list[str]:
    """What the last answer says about single records, or else in general."""
    answered = play.heard[-1].exchange.response if play.heard else None
    if answered is None:
        raise CouldNotRun("the client sent nothing")
    try:
        answer = envelope.read_answer(play.contract, answered)
    except Unreadable:
        raise CouldNotRun(f"the server answered {answered.status}, and nothing that can be read") from None
    single = [text for fate in answer.fates for text in fate.messages]
    if single:
        return single
    error = answer.error
    if error is None:
        raise CouldNotRun(f"the server answered {answered.status}, and no error")
    return [text for each in error.elements for text in each.messages] or [error.message or error.text]


RULE = ClientRule(name="message-told", scenarios=scenarios)
