"""Answers as a server writes them: records in their envelope, and refusals in their shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import TypeAlias, TypedDict, Unpack

from conformance.contract.model import Contract, Format, Refusal
from conformance.document import Record, Value
from conformance.wire import dates, json, record, xml
from conformance.wire.bodies import Fate
from conformance.wire.scalar import ZERO_GUID
from conformance.wire.xml import Element

# The envelope's own moment names its zone in XML and no offset in JSON, however the records write theirs.
_STAMPED = {"xml": "iso-z", "json": "ms-plain"}

Refused: TypeAlias = Sequence[tuple[Record, Sequence[str]]]
"""Refused records as they were sent, each with what is said about it."""


class Stamp(TypedDict):
    """What stands in every envelope: the answer's identifier, its moment, and who is asking."""

    identifier: str
    moment: datetime
    provider: str


class Layout(TypedDict, total=False):
    """How records stand in an answer.

    ``single`` without a list around it, ``fates`` with what became of each, ``paging`` with which part of a list it is.
    """

    single: bool
    fates: Sequence[Fate]
    paging: Mapping[str, int]


class _Whole(Layout, Stamp):
    """All that an answer is made of besides its records."""


def write_answer(
    contract: Contract,
    format_name: str,
    records: Sequence[Record],
    **whole: Unpack[_Whole],
) -> bytes:
    """The answer that shows these records; ``single`` puts one without a list around it.

    ``fates`` holds what became of each of them, or nothing where that is not said; ``paging`` which part of a list
    they are, by what each number says.
    """
    resource, facts = contract.resource, contract.formats[format_name]
    head = _head(contract, format_name, contract.envelope.ok, whole)
    single, fates, part = whole.get("single", False), whole.get("fates", ()), _part(contract, whole.get("paging", {}))
    if format_name == "xml":
        shown = [record.to_xml(resource.one, resource.fields, each, facts, answer=True) for each in records]
        shown = [_fated_xml(contract, each, fate) for each, fate in zip(shown, fates, strict=True)] if fates else shown
        body = tuple(shown) if single else (Element(resource.many, "", tuple(shown)),)
        pages = tuple([Element(name, "", _elements(held)) for name, held in part.items()])
        return xml.write(Element(contract.envelope.root, "", (*_elements(head), *pages, *body)))
    objects = tuple([record.to_json(resource.fields, each, facts, answer=True) for each in records])
    if fates:
        objects = tuple([_fated_json(contract, each, fate) for each, fate in zip(objects, fates, strict=True)])
    held: dict[str, Value] = {resource.one: objects[0]} if single else {resource.many: objects}
    return json.write({**head, **part, **held})


def _part(contract: Contract, paging: Mapping[str, int]) -> dict[str, dict[str, Value]]:
    """The member that says which part of a list an answer is; none where it is no part."""
    names = contract.paging
    held: dict[str, Value] = {getattr(names, what): Decimal(number) for what, number in paging.items()}
    return {names.member: held} if held and names.member else {}


def _fated_xml(contract: Contract, element: Element, fate: Fate) -> Element:
    status = ((contract.statuses.attributes[0], fate.status),) if fate.status else ()
    errors = (_errors_xml(contract, fate.messages),) if fate.messages else ()
    return element._replace(children=(*errors, *element.children), attributes=(*element.attributes, *status))


def _fated_json(contract: Contract, held: dict[str, Value], fate: Fate) -> dict[str, Value]:
    status = {contract.statuses.member: fate.status} if fate.status else {}
    errors = {contract.errors.validation_errors: _errors_json(contract, fate.messages)} if fate.messages else {}
    return {**held, **status, **errors}


def _head(contract: Contract, format_name: str, status: str, stamp: Stamp) -> dict[str, str]:
    names = contract.envelope
    return {
        names.identifier: stamp["identifier"],
        names.status: status,
        names.provider: stamp["provider"],
        names.moment: dates.write(stamp["moment"], _STAMPED[format_name]),
    }


def _elements(members: Mapping[str, object]) -> tuple[Element, ...]:
    return tuple([Element(name, str(value)) for name, value in members.items()])


def write_error(
    contract: Contract, format_name: str, refusal: Refusal, elements: Refused, **stamp: Unpack[Stamp]
) -> bytes:
    """The refusal in its own shape; where that repeats the refused records, ``elements`` are these."""
    return _SHAPES[refusal.shape](contract, format_name, refusal, elements, stamp)


def _text(_contract: Contract, _format: str, refusal: Refusal, _elements: Refused, _stamp: Stamp) -> bytes:
    return refusal.message.encode("utf-8", "replace")


def _problem(contract: Contract, _format: str, refusal: Refusal, _elements: Refused, _stamp: Stamp) -> bytes:
    names = contract.errors
    status = Decimal(refusal.status)
    return json.write({names.title: refusal.type, names.status: status, names.detail: refusal.message})


def _older(contract: Contract, format_name: str, refusal: Refusal, elements: Refused, stamp: Stamp) -> bytes:
    """The errors before the envelope; each record's message is an error of its own."""
    names = contract.errors
    messages = [message for _, said in elements for message in said] or [refusal.message]
    errors = tuple([_older_error(contract, refusal.type, each) for each in messages])
    # The status word of such an answer is the HTTP status in words, written together.
    head = _head(contract, format_name, HTTPStatus(refusal.status).phrase.replace(" ", ""), stamp)
    return xml.write(Element(contract.envelope.root, "", (Element(names.errors, "", errors), *_elements(head))))


def _older_error(contract: Contract, kind: str, message: str) -> Element:
    names = contract.errors
    exception = (Element(names.exception_type, kind), Element(names.message, message))
    return Element(names.error, "", (Element(names.description, message), Element(names.exception, "", exception)))


def _exception(contract: Contract, format_name: str, refusal: Refusal, elements: Refused, _stamp: Stamp) -> bytes:
    names, facts = contract.errors, contract.formats[format_name]
    number = None if refusal.number is None else Decimal(refusal.number)
    known = {names.number: number, names.type: refusal.type, names.message: refusal.message}
    head = {name: value for name, value in known.items() if value not in (None, "")}
    echoed = [(_unsaved(contract, sent), said) for sent, said in elements] if refusal.echoes else []
    if format_name == "xml":
        shown = tuple([_echo_xml(contract, facts, sent, said) for sent, said in echoed])
        tail = (Element(names.elements, "", shown),) if shown else ()
        return xml.write(Element(names.root, "", (*_elements(head), *tail)))
    objects = tuple([_echo_json(contract, facts, sent, said) for sent, said in echoed])
    return json.write({**head, names.elements: objects} if objects else head)


def _unsaved(contract: Contract, sent: Record) -> Record:
    """The record as it was sent; what was never saved has the identifier of nothing."""
    identity = contract.resource.identity
    kept = {name: value for name, value in sent.items() if name != contract.errors.validation_errors}
    return {**kept, identity: kept.get(identity) or ZERO_GUID}


def _echo_xml(contract: Contract, facts: Format, sent: Record, said: Sequence[str]) -> Element:
    resource, names = contract.resource, contract.errors
    echo = record.to_xml(names.element, resource.fields, sent, facts)
    children = (_errors_xml(contract, said), *echo.children)
    return Element(names.element, "", children, (("type", resource.one),))


def _echo_json(contract: Contract, facts: Format, sent: Record, said: Sequence[str]) -> dict[str, Value]:
    resource, names = contract.resource, contract.errors
    return {**record.to_json(resource.fields, sent, facts), names.validation_errors: _errors_json(contract, said)}


def _errors_xml(contract: Contract, said: Sequence[str]) -> Element:
    names = contract.errors
    errors = tuple([Element(names.validation_error, "", (Element(names.message, each),)) for each in said])
    return Element(names.validation_errors, "", errors)


def _errors_json(contract: Contract, said: Sequence[str]) -> Value:
    return tuple([{contract.errors.message: each} for each in said])


_SHAPES: dict[str, Callable[[Contract, str, Refusal, Refused, Stamp], bytes]] = {
    "exception": _exception,
    "errors": _older,
    "text": _text,
    "problem": _problem,
}
