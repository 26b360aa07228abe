"""What a server answered, told from the bytes themselves: a body that is mislabelled is read all the same."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence

from conformance.contract.model import Contract
from conformance.document import Record, Value
from conformance.errors import Unreadable
from conformance.exchange import Response
from conformance.wire import json, mistakes, record, xml
from conformance.wire.bodies import Answer, ErrorBody, Fate
from conformance.wire.limits import check_size

LONGEST_TEXT = 2000
"""The most characters that are kept of a body that is neither XML nor JSON."""

_MARKUP = (b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# A page may begin like XML; possessive repeats keep a hostile one from being tried in every way.
_PAGE = re.compile(rb"\s*+(?:<\?[^>]*+>\s*+|<!--.*?-->\s*+)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


def read_answer(contract: Contract, response: Response) -> Answer:
    """The envelope, the records and the error in an answer. Raises Unreadable."""
    check_size(response.body)
    body = response.body.removeprefix(codecs.BOM_UTF8).lstrip()
    if body[:1] in (b"{", b"["):
        return _read_json(contract, response)
    if body.startswith(_MARKUP) and not _PAGE.match(body):
        return _read_markup(contract, response)
    if body[:1] != b"<" and response.media_type.endswith(("json", "xml")):
        raise Unreadable(f"the body is neither JSON nor XML, though it is called {response.media_type}")
    return Answer(envelope={}, error=ErrorBody(text=_text(response.body)))


def _read_markup(contract: Contract, response: Response) -> Answer:
    """XML, or the part of a page that some servers send as an error."""
    try:
        return _read_xml(contract, response)
    except Unreadable:
        if not response.media_type.endswith("html"):
            raise
        return Answer(envelope={}, error=ErrorBody(text=_text(response.body)))


def _text(body: bytes) -> str:
    # Four bytes are the longest character: no more of a long body needs decoding.
    return body[: 4 * LONGEST_TEXT].decode("utf-8-sig", "replace")[:LONGEST_TEXT]


def _stranger(response: Response, envelope: Mapping[str, Value]) -> Answer:
    """An answer without records in a shape that nobody knows: with an error status it is an error."""
    error = ErrorBody(text=_text(response.body)) if response.status >= 400 else None
    return Answer(envelope=envelope, error=error)


def _read_xml(contract: Contract, response: Response) -> Answer:
    root = xml.read(response.body)
    error = mistakes.from_xml(contract, root)
    resource = contract.resource
    if root.name == resource.one:
        return _records_xml(contract, {}, (root,), error)
    if root.name == resource.many:
        return _records_xml(contract, {}, root.children, error)
    known = (resource.one, resource.many, contract.errors.errors)
    envelope = {each.name: record.plain(each) for each in root.children if each.name not in known}
    if error is not None:
        return Answer(envelope=envelope if root.name == contract.envelope.root else {}, error=error)
    wrapper = root.child(resource.many)
    if wrapper is None and root.name != contract.envelope.root and root.child(resource.one) is None:
        return _stranger(response, envelope)
    # Servers leave an empty list out: an envelope without any is one.
    return _records_xml(contract, envelope, root.children if wrapper is None else wrapper.children, None)


def _records_xml(
    contract: Contract, envelope: Mapping[str, Value], elements: tuple[xml.Element, ...], error: ErrorBody | None
) -> Answer:
    resource = contract.resource
    ours = [each for each in elements if each.name == resource.one]
    records = tuple([record.from_xml(resource.fields, each) for each in ours])
    said = [mistakes.messages_xml(contract.errors, each) for each in ours]
    fates = _fates([_status(contract, each) for each in ours], said)
    return Answer(envelope=envelope, records=records, error=error or mistakes.of_records(records, said), fates=fates)


def _status(contract: Contract, element: xml.Element) -> str:
    """The status of a record: an attribute, whatever its letter case."""
    held = {name.lower(): value for name, value in element.attributes}
    return next((held[each] for each in contract.statuses.attributes if each in held), "") if held else ""


def _fates(statuses: Sequence[str], said: Sequence[tuple[str, ...]]) -> tuple[Fate, ...]:
    fates = [Fate(status=status, messages=messages) for status, messages in zip(statuses, said, strict=True)]
    return tuple(fates) if any(each != Fate() for each in fates) else ()


def _read_json(contract: Contract, response: Response) -> Answer:
    value = json.read(response.body)
    if not isinstance(value, Mapping):
        return _stranger(response, {})
    resource = contract.resource
    error = mistakes.from_json(contract, value)
    envelope = {name: each for name, each in value.items() if name != resource.many}
    held = value.get(resource.many)
    if error is not None:
        return Answer(envelope={}, error=error)
    if held is None and resource.identity in value:
        return _records_json(contract, {}, (value,))
    if held is None:
        return _stranger(response, envelope)
    return _records_json(contract, envelope, held if isinstance(held, tuple) else (held,))


def _records_json(contract: Contract, envelope: Mapping[str, Value], items: tuple[Value, ...]) -> Answer:
    ours: list[Record] = [each for each in items if isinstance(each, Mapping)]
    if len(ours) < len(items):
        raise Unreadable(f"{contract.resource.many} holds something that is not an object")
    records = tuple([record.from_json(contract.resource.fields, each) for each in ours])
    said = [mistakes.messages_json(contract.errors, each) for each in ours]
    held = [each.get(contract.statuses.member) for each in ours]
    fates = _fates([each if isinstance(each, str) else "" for each in held], said)
    return Answer(envelope=envelope, records=records, error=mistakes.of_records(records, said), fates=fates)
