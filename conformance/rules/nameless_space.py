"""The elements of an XML answer stand in no namespace: in one, they would have other names for every client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.exchange import Response
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at
from conformance.rules.kind import Check, Fault, Rule, fault
from conformance.rules.overheard import RECORDS, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import xml
from conformance.wire.spelling import shown_format

_PLACES = (*RECORDS, "empty", "refused")


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place."""
    for each in at(contract, clause, _look, _PLACES):
        yield replace(each, formats=("xml",))


def _look(_story: Story, reply: Reply) -> None:
    if shown_format(reply.response.body) != "xml":
        raise CouldNotRun(f"the answer is no XML: {reply.outcome}")
    spaces = xml.namespaces(reply.response.body)
    if spaces:
        line = f"{reply.request.method} {reply.request.path}"
        raise Broken("in-one", f"the elements of the answer to {line} stand in the namespace {spaces[0]!r}")


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers that put all elements of one sort of answer in a namespace."""
    for place in existing(contract, _PLACES):
        alter = answering_at(contract, place, _in_one)
        sentence = f"the elements stand in a namespace in one sort of answer: {place}"
        yield replace(fault(clause, f"in-one-{place}", "in-one", sentence, alter), parameter=place)


def _in_one(response: Response) -> Response:
    if response.body[:1] != b"<" or shown_format(response.body) != "xml":
        return response
    name = xml.read(response.body).name.encode()
    body = response.body.replace(b"<" + name, b"<" + name + b' xmlns="urn:contacts"', 1)
    return replace(response, body=body)


RULE = Rule(name="nameless-space", checks=checks, faults=faults)
