"""The bodies of requests: one record, or a list of records under the resource's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.contract.model import Contract
from conformance.document import Record
from conformance.errors import Unreadable
from conformance.wire import json, record, xml
from conformance.wire.bodies import RequestBody


def read_request(contract: Contract, format_name: str, body: bytes) -> RequestBody:
    """The records in a body. Raises Unreadable for anything that is neither a record nor a list of them."""
    return _read_xml(contract, body) if format_name == "xml" else _read_json(contract, body)


def _read_xml(contract: Contract, body: bytes) -> RequestBody:
    resource = contract.resource
    root = xml.read(body)
    if root.name == resource.one:
        return RequestBody(records=(record.from_xml(resource.fields, root),), bare=True)
    if root.name != resource.many:
        raise Unreadable(f"the root element is {root.name}, not {resource.many} or {resource.one}")
    stranger = next((each.name for each in root.children if each.name != resource.one), "")
    if stranger or root.text.strip():
        raise Unreadable(f"{resource.many} holds {stranger or 'text'}, not only {resource.one}")
    return RequestBody(records=tuple([record.from_xml(resource.fields, each) for each in root.children]))


def _read_json(contract: Contract, body: bytes) -> RequestBody:
    resource = contract.resource
    value = json.read(body)
    if not isinstance(value, Mapping):
        raise Unreadable("the body is not a JSON object")
    if resource.many not in value:
        return RequestBody(records=(record.from_json(resource.fields, value),), bare=True)
    held = value[resource.many]
    items = held if isinstance(held, tuple) else () if held is None else (held,)
    records = tuple([record.from_json(resource.fields, each) for each in items if isinstance(each, Mapping)])
    if len(records) < len(items):
        raise Unreadable(f"{resource.many} holds something that is not an object")
    return RequestBody(records=records)


def write_request(contract: Contract, format_name: str, records: Sequence[Record], *, bare: bool = False) -> bytes:
    """The body that holds these records exactly as given. Raises ValueError unless a bare body is given one."""
    if bare and len(records) != 1:
        raise ValueError(f"a body without a list holds one record, not {len(records)}")
    resource, facts = contract.resource, contract.formats[format_name]
    if format_name == "xml":
        elements = tuple([record.to_xml(resource.one, resource.fields, each, facts) for each in records])
        return xml.write(elements[0] if bare else xml.Element(resource.many, "", elements))
    objects = tuple([record.to_json(resource.fields, each, facts) for each in records])
    return json.write(objects[0] if bare else {resource.many: objects})
