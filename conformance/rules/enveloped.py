"""The envelope around every answer has its members, each saying what it is there for.

``member`` names one of them by its part: ``identifier``, ``status``, ``provider`` or ``moment``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from conformance.compare import say
from conformance.contract.model import Clause, Contract, Envelope, Format
from conformance.document import Value
from conformance.recordings.recording import masked
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, members
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import SUCCESSES, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import dates, json, xml
from conformance.wire.scalar import guid
from conformance.wire.spelling import shown_format

_LONGEST = 200


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place: the member is there and can be used."""
    part = clause.text("member")
    return at(contract, clause, partial(_look, part=part), SUCCESSES)


def _look(story: Story, reply: Reply, part: str) -> None:
    if reply.answer is None:
        raise CouldNotRun(f"the answer cannot be read: {reply.trouble}")
    shown = shown_format(reply.response.body)
    wrong = _wrong(story.contract, shown, _around(reply.response.body), part)
    if wrong:
        line = f"{reply.request.method} {reply.request.path}"
        raise Broken(wrong[0], f"in the envelope of the answer to {line} {story.quote(wrong[1])}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """What is wrong with the member in any answer of success."""
    if heard.success and heard.answer is not None and heard.format in heard.contract.formats:
        part = clause.text("member")
        wrong = _wrong(heard.contract, heard.format, heard.around, part)
        held = heard.around.get(_NAMES[part](heard.contract.envelope))
        if wrong and not (isinstance(held, str) and masked(held)):
            yield about(clause, wrong[0], f"in the envelope {wrong[1]}", _NAMES[part](heard.contract.envelope))


def _wrong(contract: Contract, shown: str, around: Mapping[str, Value], part: str) -> tuple[str, str] | None:
    """A code and the rest of a sentence; None where the member is there and can be used."""
    names = contract.envelope
    name = _NAMES[part](names)
    if name not in around:
        near = [each for each in around if each.lower() == name.lower()]
        return "member-missing", f"there is no {name}{f', but {near[0]}' if near else ''}"
    if not _SAYS[part](names, contract.formats[shown], around[name]):
        return "member-wrong", f"{name} is {say(around[name])[:_LONGEST]}, {_INSTEAD[part](names)}"
    return None


def _around(body: bytes) -> Mapping[str, Value]:
    """The members of the root, or nothing where there is no envelope."""
    if shown_format(body) == "xml":
        return {each.name: each.text.strip() for each in xml.read(body).children}
    value = json.read(body)
    return value if isinstance(value, Mapping) else {}


def _moment(_names: Envelope, facts: Format, value: Value) -> bool:
    return isinstance(value, str) and dates.notation(value) == dates.notation_of(facts.moments)


def _identifier(_names: Envelope, _facts: Format, value: Value) -> bool:
    # A GUID in any spelling has a normal one of 36 characters.
    return isinstance(value, str) and len(guid(value)) == 36 and guid(value).count("-") == 4


_NAMES: dict[str, Callable[[Envelope], str]] = {
    "identifier": lambda names: names.identifier,
    "status": lambda names: names.status,
    "provider": lambda names: names.provider,
    "moment": lambda names: names.moment,
}
_SAYS: dict[str, Callable[[Envelope, Format, Value], bool]] = {
    "identifier": _identifier,
    "status": lambda names, _facts, value: value == names.ok,
    "provider": lambda _names, _facts, _value: True,
    "moment": _moment,
}
_INSTEAD: dict[str, Callable[[Envelope], str]] = {
    "identifier": lambda _names: "which is no GUID",
    "status": lambda names: f"and a success says {names.ok}",
    "provider": lambda _names: "which says nothing",
    "moment": lambda _names: "which is no moment as this format writes one",
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that leave the member out in one place, or say something else in it."""
    part = clause.text("member")
    mine = _NAMES[part](contract.envelope)
    for place in existing(contract, SUCCESSES):
        gone = members(lambda name, text: None if name == mine else text)
        alter = answering_at(contract, place, gone)
        sentence = f"{mine} is left out of one sort of answer: {place}"
        yield replace(fault(clause, f"missing-{place}", "member-missing", sentence, alter), parameter=place)
    for slug, text in _WRONG[part].items():
        alter = answering_at(contract, "read", members(partial(_instead, mine, text)))
        yield fault(clause, slug, "member-wrong", f"{mine} of a single record is {text!r}", alter)


def _instead(mine: str, text: str, name: str, held: str) -> str:
    return text if name == mine else held


_WRONG: dict[str, dict[str, str]] = {
    "identifier": {"counted": "17", "empty": ""},
    "status": {"small": "ok", "number": "200"},
    "provider": {},
    "moment": {"spoken": "Thu, 01 Jan 2026 00:00:00 GMT", "spaced": "2026-01-01 00:00:00"},
}

RULE = Rule(name="enveloped", takes={"member": "text"}, checks=checks, faults=faults, overhear=overhear)
