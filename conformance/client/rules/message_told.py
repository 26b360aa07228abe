"""What the server says about an error reaches the caller."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role
from conformance.document import Value
from conformance.errors import Unreadable
from conformance.rules.ending import CouldNotRun
from conformance.wire import envelope


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """A record that is refused, and a name that is taken."""
    yield Scenario(clause=clause, parameter="refused", tell=_refused, needs=("upsert",))
    if Role.CREATE in contract.operations:
        yield Scenario(clause=clause, parameter="taken", tell=_taken, needs=("create",))


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
    if said.error is None and not said.failed:
        raise play.broken("refusal-swallowed", f"the server refused it, and {said.outcome}")
    words = " ".join(
        [said.error.words if said.error else "", *(text for each in said.failed for text in each.messages)]
    )
    if not any(each in words for each in messages):
        raise play.broken("message-lost", f"the server said {messages[0]!r}, and the caller was told {words[:200]!r}")


def _messages(play: Play) -> list[str]:
    """What the last answer says about single records, or else in general."""
    answered = play.heard[-1].exchange.response if play.heard else None
    if answered is None:
        raise CouldNotRun("the client sent nothing")
    try:
        error = envelope.read_answer(play.contract, answered).error
    except Unreadable:
        error = None
    if error is None:
        raise CouldNotRun(f"the server answered {answered.status}, and no error")
    return [text for each in error.elements for text in each.messages] or [error.message or error.text]


RULE = ClientRule(name="message-told", scenarios=scenarios)
