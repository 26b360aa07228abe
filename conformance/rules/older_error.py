"""An error of the oldest shape: a list of errors, each saying what it is, and of which type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract, ErrorNames
from conformance.rules.ending import Broken, CouldNotRun
from conformance.rules.garble import answering_at, rewritten
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import at
from conformance.rules.reply import Reply
from conformance.rules.story import Story
from conformance.wire import xml
from conformance.wire.spelling import shown_format
from conformance.wire.xml import Element

_UNKNOWN = "unknown"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check: the answer to the read of a record that nobody has."""
    return at(contract, clause, _look, (_UNKNOWN,))


def _look(story: Story, reply: Reply) -> None:
    body, names = reply.response.body, story.contract.errors
    root = xml.read(body) if body and shown_format(body) == "xml" else None
    if root is None or root.child(names.errors) is None:
        raise CouldNotRun(f"the refusal carries no error of the API's own form: {reply.outcome}")
    wrong = _wrong(names, root)
    if wrong:
        line = f"{reply.request.method} {reply.request.path}"
        raise Broken("other-shape", f"the error that answers {line} {story.quote(wrong)}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """An error of another shape."""
    if heard.root is not None and not heard.success:
        wrong = _wrong(heard.contract.errors, heard.root)
        if wrong:
            yield about(clause, "other-shape", f"the error {wrong}", heard.contract.errors.errors)


def _wrong(names: ErrorNames, root: Element) -> str:
    held = root.child(names.errors)
    if held is None:
        return ""
    others = [each.name for each in held.children if each.name != names.error]
    if others:
        return f"has {others[0]} in its {names.errors}, where {names.error} belongs"
    found = (_silence(names, each) for each in held.children)
    return next((each for each in found if each), "" if held.children else f"has nothing in its {names.errors}")


def _silence(names: ErrorNames, error: Element) -> str:
    """What one error leaves unsaid."""
    exception = error.child(names.exception)
    said = [error.child(names.description), exception.child(names.message) if exception else None]
    if not any(each is not None and each.text.strip() for each in said):
        return f"has no {names.description}, and no {names.message} in its {names.exception}"
    kind = exception.child(names.exception_type) if exception else None
    if exception is not None and (kind is None or not kind.text.strip()):
        return f"has an {names.exception} without its {names.exception_type}"
    return ""


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose errors leave one of the two out, or are called otherwise."""
    names = contract.errors
    ways: dict[str, tuple[str, ...]] = {
        "silent": (names.description, names.message),
        "typeless": (names.exception_type,),
        "renamed": (names.error,),
    }
    for slug, called in ways.items():
        change = rewritten(dict, _renaming(called))
        alter = answering_at(contract, _UNKNOWN, change)
        seeded = fault(clause, slug, "other-shape", f"an error has another shape: {slug}", alter)
        yield replace(seeded, parameter=_UNKNOWN)


def _renaming(called: tuple[str, ...]) -> Callable[[Element], Element]:
    def change(element: Element) -> Element:
        name = f"Other{element.name}" if element.name in called else element.name
        return element._replace(name=name, children=tuple(change(each) for each in element.children))

    return change


RULE = Rule(name="older-error", checks=checks, faults=faults, overhear=overhear)
