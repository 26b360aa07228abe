"""An error of the API's own has its members, each of its kind: a number, two texts, and what is wrong with each record.

``also`` lists numbers beside which the type was seen to be absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from conformance.contract.model import Clause, Contract, ErrorNames
from conformance.document import Record, Value
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import Object, Tree, answering_at, rewritten
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault, without
from conformance.rules.overheard import at
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import json, xml
from conformance.wire.kinds import short
from conformance.wire.spelling import shown_format
from conformance.wire.xml import Element

_REFUSED = "refused"

Wrong = tuple[str, str]
"""Where something is wrong, and the rest of a sentence about it."""


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the answer to a create that is refused."""
    return at(contract, clause, lambda story, reply: _look(story, reply, clause), (_REFUSED,))


def _look(story: Story, reply: Reply, clause: Clause) -> None:
    body, contract = reply.response.body, story.contract
    error = None if reply.answer is None else reply.answer.error
    if reply.answer is not None and reply.answer.records is not None:
        # Sources differ on whether errors are told in the records where nobody asked: then there is no such error.
        return story.chose("errors are told within the records")
    if error is None or error.text:
        raise CouldNotRun(f"the refusal carries no error of the API's own form: {reply.outcome}")
    held = _spelt(contract, body)
    wrong = _wrong(contract.errors, clause, held) if held is not None else None
    if wrong:
        line = f"{reply.request.method} {reply.request.path}"
        raise Broken("other-shape", f"in the error that answers {line} {story.quote(wrong[1])}")
    return None


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """An error of another shape, with whatever status it came."""
    if heard.answer is None or heard.place != _REFUSED or not heard.format or heard.response.status not in _told(heard):
        return
    error = _spelt(heard.contract, heard.response.body)
    wrong = _wrong(heard.contract.errors, clause, error) if error is not None else None
    if wrong:
        yield about(clause, "other-shape", f"in the error {wrong[1]}", wrong[0])


def _told(heard: Heard) -> set[int]:
    """The statuses of errors that have this shape, and those of success, which none should have."""
    refusals = heard.contract.refusals.values()
    return {*(each.status for each in refusals if each.shape == "exception"), *range(200, 300)}


def _spelt(contract: Contract, body: bytes) -> Record | None:
    """The members of an error as JSON would hold them; None where it is in one of the other shapes."""
    if shown_format(body) == "json":
        value = json.read(body)
        found = value if isinstance(value, Mapping) else {}
    else:
        root = xml.read(body)
        found = {each.name: _value(contract.errors, each) for each in root.children}
    names = {name.lower() for name in found}
    other = {contract.errors.title.lower(), contract.errors.detail.lower(), contract.errors.errors.lower()}
    return None if names & other else found


def _value(names: ErrorNames, element: Element) -> Value:
    if element.name == names.number:
        text = element.text.strip()
        return Decimal(text) if text.isdecimal() else element.text
    if element.name in (names.elements, names.validation_errors):
        return tuple([{one.name: _value(names, one) for one in each.children} for each in element.children])
    return {} if element.children else element.text


def _wrong(names: ErrorNames, clause: Clause, error: Record) -> Wrong | None:
    number, kind = error.get(names.number), error.get(names.type)
    if names.number not in error:
        return names.number, f"there is no {names.number}"
    if not isinstance(number, Decimal) or number != number.to_integral_value():
        return names.number, f"{names.number} is {short(number)}, which is no whole number"
    if kind is None and number not in clause.arguments.get("also", ()):
        return names.type, f"there is no {names.type}"
    if kind is not None and not isinstance(kind, str):
        return names.type, f"{names.type} is {short(kind)}, which is no text"
    if not isinstance(error.get(names.message), str):
        return names.message, f"there is no {names.message}, or one that is no text"
    return _elements(names, error.get(names.elements, ()))


def _elements(names: ErrorNames, held: Value) -> Wrong | None:
    if held is None:
        return None
    if not isinstance(held, tuple) or not all(isinstance(each, Mapping) for each in held):
        return names.elements, f"{names.elements} is no list of the refused records"
    for number, each in enumerate(held):
        said = each.get(names.validation_errors) if isinstance(each, Mapping) else None
        at = f"{names.elements}[{number}].{names.validation_errors}"
        if said is not None and (not isinstance(said, tuple) or not all(_says(names, one) for one in said)):
            return at, f"{at} is no list of objects with a {names.message}"
    return None


def _says(names: ErrorNames, value: Value) -> bool:
    """Whether an error says something; a page once called what it says otherwise."""
    held = value if isinstance(value, Mapping) else {}
    return any(isinstance(held.get(each), str) for each in (names.message, names.description))


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose errors have another shape."""
    for slug, (of_json, of_xml) in _changes(contract.errors).items():
        alter = answering_at(contract, _REFUSED, rewritten(of_json, of_xml))
        seeded = fault(clause, slug, "other-shape", f"an error has another shape: {slug}", alter)
        yield replace(seeded, parameter=_REFUSED)


def _changes(names: ErrorNames) -> dict[str, tuple[Object, Tree]]:
    def called(what: str) -> Callable[[Element], Element]:
        return lambda root: _each(root, what, lambda each: each._replace(name=f"Other{what}"))

    return {
        "number-spelt": (
            lambda value: {**value, names.number: "ten"},
            lambda root: _each(root, names.number, lambda each: each._replace(text="ten")),
        ),
        "no-number": (lambda value: without(value, names.number), called(names.number)),
        "no-message": (lambda value: without(value, names.message), called(names.message)),
        "elements-apart": (
            lambda value: {**value, names.elements: {"0": value.get(names.elements)}},
            lambda root: _each(root, names.validation_errors, _silent),
        ),
        "errors-told": (
            lambda value: {**value, names.elements: ({names.validation_errors: "It is wrong."},)},
            lambda root: _each(root, names.validation_errors, _silent),
        ),
    }


def _silent(element: Element) -> Element:
    return element._replace(children=tuple(each._replace(children=()) for each in element.children))


def _each(element: Element, name: str, change: Callable[[Element], Element]) -> Element:
    children = tuple(_each(each, name, change) for each in element.children)
    made = element._replace(children=children)
    return change(made) if element.name == name else made


RULE = Rule(name="error-shape", takes={"also": "number"}, checks=checks, faults=faults, overhear=overhear)
