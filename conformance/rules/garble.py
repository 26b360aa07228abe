"""Answers that go wrong on their way out, in one place or everywhere: what faults of bytes and headers are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from conformance.contract.model import Contract, Field, Kind, Role
from conformance.document import Record, Value
from conformance.errors import Unreadable
from conformance.exchange import Request, Response
from conformance.rules.stages import Handler, Stages
from conformance.wire import envelope, json, xml
from conformance.wire.spelling import shown_format
from conformance.wire.xml import Element

Alter = Callable[[Stages], Stages]
Change = Callable[[Request, Response], Response]
Object = Callable[[Record], dict[str, Value]]
Tree = Callable[[Element], Element]
JsonChange = Callable[[Value], Value]
Wanted = Callable[[Field], bool]


def answering(change: Change) -> Alter:
    """Make something else of every answer."""

    def alter(stages: Stages) -> Stages:
        def around(request: Request, answer: Handler) -> Response:
            return change(request, stages.around(request, answer))

        return replace(stages, around=around)

    return alter


def answering_at(contract: Contract, place: str, change: Callable[[Response], Response]) -> Alter:
    """Make something else of the answers at one place."""
    return answering(
        lambda request, response: change(response) if place_of(contract, request, response) == place else response
    )


def place_of(contract: Contract, request: Request, response: Response) -> str:
    """The place, as checks name it, to which an answer belongs."""
    reads = request.method == contract.operations[Role.LIST].method
    if response.status >= 400:
        return "unknown" if reads else "refused"
    if reads:
        listed = request.path.lower() == contract.operations[Role.LIST].path.lower()
        return "read" if not listed else "list" if _holds(contract, response) else "empty"
    creates = Role.CREATE in contract.operations and request.method == contract.operations[Role.CREATE].method
    return "create" if creates else "write"


def _holds(contract: Contract, response: Response) -> bool:
    try:
        return bool(envelope.read_answer(contract, response).records)
    except Unreadable:
        return True


def rewritten(of_json: Object, of_xml: Tree) -> Callable[[Response], Response]:
    """A change to the document in an answer; bodies that are neither JSON nor XML stay."""

    def change(response: Response) -> Response:
        if response.body[:1] not in (b"{", b"<"):
            return response
        if shown_format(response.body) == "xml":
            return replace(response, body=xml.write(of_xml(xml.read(response.body))))
        value = json.read(response.body)
        return replace(response, body=json.write(of_json(value))) if isinstance(value, dict) else response

    return change


def members(change: Callable[[str, str], str | None]) -> Callable[[Response], Response]:
    """A change to the texts right under the root: change(name, text), None to leave the member out."""

    def of_json(value: Record) -> dict[str, Value]:
        texts = {name: change(name, each) if isinstance(each, str) else each for name, each in value.items()}
        return {name: each for name, each in texts.items() if each is not None}

    def of_xml(root: Element) -> Element:
        texts = [(each, each.text if each.children else change(each.name, each.text)) for each in root.children]
        return root._replace(children=tuple(each._replace(text=text) for each, text in texts if text is not None))

    return rewritten(of_json, of_xml)


def in_records(contract: Contract, of_json: Object, of_xml: Tree) -> Callable[[Response], Response]:
    """A change to each record of an answer."""
    one, many = contract.resource.one, contract.resource.many

    def objects(value: Record) -> dict[str, Value]:
        held = value.get(many)
        if not isinstance(held, tuple):
            return dict(value)
        return {**value, many: tuple(of_json(each) if isinstance(each, dict) else each for each in held)}

    def tree(element: Element) -> Element:
        children = tuple(of_xml(each) if each.name == one else tree(each) for each in element.children)
        return element._replace(children=children)

    return rewritten(objects, tree)


def deep(contract: Contract, wanted: Wanted, of_json: JsonChange, of_xml: Tree) -> Callable[[Response], Response]:
    """A change to every member of the wanted fields, at any depth of any record of an answer."""
    fields = contract.resource.fields
    return in_records(contract, partial(_json, fields, wanted, of_json), partial(_xml, fields, wanted, of_xml))


def _json(fields: Sequence[Field], wanted: Wanted, change: JsonChange, value: Record) -> dict[str, Value]:
    made = dict(value)
    for each in fields:
        if each.name in made:
            held = made[each.name]
            if isinstance(held, dict):
                held = _json(each.members, wanted, change, held)
            elif isinstance(held, tuple):
                inner = [_json(each.members, wanted, change, one) if isinstance(one, dict) else one for one in held]
                held = tuple(inner)
            made[each.name] = change(held) if wanted(each) else held
    return made


def _xml(fields: Sequence[Field], wanted: Wanted, change: Tree, element: Element) -> Element:
    known = {each.name: each for each in fields}
    children = []
    for child in element.children:
        field, made = known.get(child.name), child
        if field is not None and field.kind is Kind.LIST:
            inner = [_xml(field.members, wanted, change, each) for each in child.children]
            made = child._replace(children=tuple(inner))
        elif field is not None and field.kind is Kind.OBJECT:
            made = _xml(field.members, wanted, change, child)
        children.append(change(made) if field is not None and wanted(field) else made)
    return element._replace(children=tuple(children))
