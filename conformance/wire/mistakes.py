"""Errors as answers tell them, in the three shapes of the API and as a problem object."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from conformance.contract.model import Contract, ErrorNames
from conformance.document import Record, Value, objects
from conformance.wire import record
from conformance.wire.bodies import ErrorBody, ErrorElement
from conformance.wire.xml import Element

_INTEGER = re.compile(r"-?[0-9]{1,9}")


def of_records(records: Sequence[Record], said: Sequence[tuple[str, ...]]) -> ErrorBody | None:
    """The error that stands in the records of a success; None where nothing is said about any."""
    found = tuple(ErrorElement(record=each, messages=say) for each, say in zip(records, said, strict=True) if say)
    return ErrorBody(elements=found) if found else None


def from_xml(contract: Contract, root: Element) -> ErrorBody | None:
    """The error in a document; None where it holds none."""
    names = contract.errors
    older = root.child(names.errors)
    if older is not None and older.children:
        return _older([_older_said(names, each) for each in older.children])
    # In the oldest generation errors and successes have the same root, so the root alone decides nothing there.
    rooted = root.name == names.root != contract.envelope.root
    held = {each.name for each in root.children}
    if not rooted and not _says_error(contract, held):
        return None
    elements = root.child(names.elements)
    return ErrorBody(
        number=_number(_child_text(root, names.number)),
        type=_child_text(root, names.type),
        message=_child_text(root, names.message),
        elements=tuple([_element_xml(contract, each) for each in elements.children]) if elements else (),
    )


def _says_error(contract: Contract, held: Container[str]) -> bool:
    """Whether members of these names make an error: a message may also stand beside records."""
    names = contract.errors
    return names.number in held or (names.message in held and contract.resource.many not in held)


def _child_text(element: Element | None, name: str) -> str:
    child = None if element is None else element.child(name)
    return "" if child is None else child.text


def _older_said(names: ErrorNames, error: Element) -> tuple[str, str]:
    exception = error.child(names.exception)
    message = _child_text(exception, names.message) or _child_text(error, names.description)
    return _child_text(exception, names.exception_type), message


def _older(said: Sequence[tuple[str, str]]) -> ErrorBody:
    """The first error speaks for the answer; what others say is kept as said about records that are not named."""
    kind, message = said[0]
    others = tuple(ErrorElement(record={}, messages=(each,)) for _, each in said[1:])
    return ErrorBody(type=kind, message=message, elements=others)


def _element_xml(contract: Contract, element: Element) -> ErrorElement:
    names = contract.errors
    children = tuple([each for each in element.children if each.name != names.validation_errors])
    kept = record.from_xml(contract.resource.fields, Element(element.name, element.text, children))
    return ErrorElement(record=kept, messages=messages_xml(names, element))


def messages_xml(names: ErrorNames, element: Element) -> tuple[str, ...]:
    """What an element says is wrong with its record."""
    errors = element.child(names.validation_errors)
    if errors is None:
        return ()
    said = [_child_text(each, names.message) or _child_text(each, names.description) for each in errors.children]
    return tuple([each for each in said if each])


def from_json(contract: Contract, value: Record) -> ErrorBody | None:
    """The error in an object; None where it holds none."""
    names = contract.errors
    if _says_error(contract, value):
        elements = objects(value.get(names.elements))
        return ErrorBody(
            number=_number(value.get(names.number)),
            type=_string(value.get(names.type)),
            message=_string(value.get(names.message)),
            elements=tuple([_element_json(contract, each) for each in elements]),
        )
    return None if contract.resource.many in value else _problem(names, value)


def _problem(names: ErrorNames, value: Record) -> ErrorBody | None:
    """The error in a problem object, whose layers do not agree on upper and lower case."""
    members = {name.lower(): each for name, each in value.items()}
    title, detail = names.title.lower(), names.detail.lower()
    if title not in members and detail not in members:
        return None
    return ErrorBody(type=_string(members.get(title)), message=_string(members.get(detail)))


def _element_json(contract: Contract, value: Record) -> ErrorElement:
    names = contract.errors
    kept = {name: each for name, each in value.items() if name != names.validation_errors}
    found = record.from_json(contract.resource.fields, kept)
    return ErrorElement(record=found, messages=messages_json(names, value))


def messages_json(names: ErrorNames, value: Record) -> tuple[str, ...]:
    """What an object says is wrong with its record."""
    errors = value.get(names.validation_errors)
    said = [_said(names, each) for each in errors] if isinstance(errors, tuple) else []
    return tuple([each for each in said if each])


def _said(names: ErrorNames, value: Value) -> str:
    if isinstance(value, Mapping):
        return _string(value.get(names.message)) or _string(value.get(names.description))
    return _string(value)


def _string(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Value) -> int | None:
    """A whole number of reasonable size: as an integer, 1e999999999 would fill the memory."""
    text = str(value).strip()
    return int(text) if _INTEGER.fullmatch(text) else None
