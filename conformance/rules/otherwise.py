"""Servers that answer a bad request in other words than the error catalogue's, one part of the answer at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from conformance.contract import values
from conformance.contract.model import Clause, Contract, Refusal
from conformance.document import Record
from conformance.exchange import Request, Response
from conformance.rules import provoke
from conformance.rules.garble import answering
from conformance.rules.kind import Fault, chosen, fault, without
from conformance.rules.stages import Said, Stages
from conformance.wire import xml
from conformance.wire.spelling import shown_format

_ERRORS = 400

Other = Callable[[Record, tuple[str, ...]], tuple[Record, tuple[str, ...]]]
"""What a broken server says instead, of one record."""

_CHANGES: dict[str, tuple[str, Callable[[Refusal], Refusal]]] = {
    "status": ("other-status", lambda refusal: replace(refusal, status=409)),
    "number": ("other-number", lambda refusal: replace(refusal, number=99)),
    "type": ("other-type", lambda refusal: replace(refusal, type="OtherException")),
    "message": ("other-message", lambda refusal: replace(refusal, message="Something else")),
    "opening": ("other-message", lambda refusal: replace(refusal, message="Something else")),
    "text": ("other-text", lambda refusal: replace(refusal, message="Something else")),
    "element": ("no-element", lambda refusal: replace(refusal, echoes=False)),
    "named": ("other-named", lambda refusal: refusal),
    "echoed": ("other-echoed", lambda refusal: refusal),
    "identity": ("other-identity", lambda refusal: refusal),
    "flag": ("other-flag", lambda refusal: refusal),
    "unsaved": ("other-unsaved", lambda refusal: refusal),
    "form": ("formless", lambda refusal: replace(refusal, shape="text")),
    "media": ("other-media type", lambda refusal: replace(refusal, answer_type="unknown/unknown")),
}


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that answer one kind of mistake in other words than the catalogue's."""
    part = clause.text("part")
    if part == "root":
        for each in provoke.named(contract, clause):
            sentence = f"{each.what} is answered with a document of another name"
            seeded = fault(clause, f"other-for-{each.name}", "other-root", sentence, answering(_renamed))
            yield replace(seeded, parameter=each.name)
        return
    code, change = _CHANGES[part]
    identity, name = contract.resource.identity, contract.resource.name
    others: dict[str, Other] = {
        "text": lambda record, _said: (record, ("Not possible.",)),
        "named": lambda record, said: (without(record, name), said),
        "echoed": lambda record, said: (chosen(record, identity, name), said),
        "identity": lambda record, said: ({**record, identity: "none"}, said),
        "flag": lambda record, said: ({**record, clause.text("flag"): False}, said),
        "unsaved": lambda record, said: ({identity: values.guid(part), **record}, said),
    }
    other = others.get(part, lambda record, said: (record, said))
    for each in provoke.named(contract, clause):
        beginning = contract.messages[each.message].partition("{")[0] if each.message else ""
        yield Fault(
            name=f"{clause.id}.other-for-{each.name}",
            clause=clause.id,
            code=code,
            sentence=f"{each.what} is answered with another {part}",
            alter=partial(_phrasing, name=each.refusal, beginning=beginning, change=change, other=other),
            parameter=each.name,
        )


def _renamed(_request: Request, response: Response) -> Response:
    if response.status < _ERRORS or response.body[:1] != b"<" or shown_format(response.body) != "xml":
        return response
    return replace(response, body=xml.write(xml.read(response.body)._replace(name="Failure")))


def _phrasing(stages: Stages, name: str, beginning: str, change: Callable[[Refusal], Refusal], other: Other) -> Stages:
    def phrase(refusal: Refusal, said: Said) -> tuple[Refusal, Said]:
        refusal, said = stages.phrase(refusal, said)
        messages = [each for _, found in said for each in found]
        if refusal.name != name or not (not beginning or any(each.startswith(beginning) for each in messages)):
            return refusal, said
        return change(refusal), [other(record, found) for record, found in said]

    return replace(stages, phrase=phrase)
