"""The parts of an error that can be held against the catalogue without knowing what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.contract.model import Clause, Contract, Refusal
from conformance.document import Value
from conformance.recordings.recording import STATUS
from conformance.rules import provoke
from conformance.rules.finding import Finding
from conformance.rules.heard import Heard, about
from conformance.wire.envelope import ErrorBody
from conformance.wire.xml import Element

Wrong = tuple[str, str, str]
"""A code, a sentence, and where."""


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """An error that the catalogue knows by its other parts, and that differs in this one."""
    error, part = heard.answer.error if heard.answer else None, clause.text("part")
    if error is None or heard.success or part not in _PARTS:
        return
    names = {each.refusal for each in provoke.named(heard.contract, clause)}
    for name, each in heard.contract.refusals.items():
        wrong = _PARTS[part](heard, clause, each, error) if name in names and _meant(heard, each, error) else None
        if wrong:
            yield about(clause, *wrong)
            return


def _meant(heard: Heard, refusal: Refusal, error: ErrorBody) -> bool:
    """Whether an entry is the one that the error means, by number or type, and by its message where others share it."""
    known = refusal.number is not None and (error.number == refusal.number or error.type == refusal.type)
    alike = [each for each in _others(heard.contract, refusal) if _begins(each, error)]
    return known and (not alike or _begins(refusal, error))


def _others(contract: Contract, refusal: Refusal) -> list[Refusal]:
    """All entries of this number."""
    return [each for each in contract.refusals.values() if each.number == refusal.number]


def _begins(refusal: Refusal, error: ErrorBody) -> bool:
    return error.message.startswith(refusal.message.partition("{")[0])


def _number(heard: Heard, clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    also = (None, refusal.number, *clause.arguments.get("also", ()))
    if error.type != refusal.type or error.number in also:
        return None
    name = heard.contract.errors.number
    return "other-number", f"the error {error.type} has the {name} {error.number}, not {refusal.number}", name


def _type(heard: Heard, _clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    # That there is a type at all is a promise of its own.
    if error.number != refusal.number or error.type in ("", refusal.type):
        return None
    name = heard.contract.errors.type
    return "other-type", f"the error {error.number} has the {name} {error.type[:100]!r}, not {refusal.type!r}", name


def _status(heard: Heard, _clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    status, whole = heard.response.status, error.number == refusal.number and error.type == refusal.type
    if STATUS in heard.lacks or not whole or status in {each.status for each in _others(heard.contract, refusal)}:
        return None
    said = f"the error {error.number} ({error.type}) is answered with the status {status}, not {refusal.status}"
    return "other-status", said, "status"


def _message(heard: Heard, _clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    known = [each.message for each in _others(heard.contract, refusal)]
    whole = error.number == refusal.number and error.type == refusal.type
    if not whole or any("{" in each for each in known) or _bare(error.message) in map(_bare, known):
        return None
    name = heard.contract.errors.message
    return "other-message", f"the {name} is {error.message[:100]!r}, not {refusal.message!r}", name


def _element(heard: Heard, _clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    if error.number != refusal.number or error.type != refusal.type or not _begins(refusal, error):
        return None
    names, one = heard.contract.errors, heard.contract.resource.one
    if not error.elements:
        return "no-element", f"the error repeats no refused {one}", names.elements
    if not any(each.messages for each in error.elements) and not _speaks(heard):
        return "no-message", f"nothing says what is wrong with the refused {one}", names.elements
    return None


def _speaks(heard: Heard) -> bool:
    """Whether anything inside a repeated record has a message, or may have had one: some errors are null."""
    names = heard.contract.errors
    if heard.root is not None:
        held = heard.root.child(names.elements)
        return held is not None and _said(held, names.message)
    value = heard.value if isinstance(heard.value, Mapping) else {}
    return _told(value.get(names.elements), names.message, names.validation_errors)


def _said(element: Element, message: str) -> bool:
    return any((each.name == message and each.text.strip()) or _said(each, message) for each in element.children)


def _told(value: Value, message: str, errors: str) -> bool:
    if isinstance(value, tuple):
        return any(_told(each, message, errors) for each in value)
    if isinstance(value, Mapping):
        silent = errors in value and value[errors] is None
        return silent or bool(value.get(message)) or any(_told(each, message, errors) for each in value.values())
    return False


def _flag(heard: Heard, clause: Clause, refusal: Refusal, error: ErrorBody) -> Wrong | None:
    flag, elements = clause.text("flag"), heard.contract.errors.elements
    for number, each in enumerate(error.elements if error.number == refusal.number else ()):
        own = heard.contract.resource.identity in each.record
        if own and each.messages and each.record.get(flag) is False:
            return "other-flag", f"a refused record is repeated with {flag} false", f"{elements}[{number}].{flag}"
    return None


def _bare(text: str) -> str:
    return text.strip().rstrip(".")


_PARTS: dict[str, Callable[[Heard, Clause, Refusal, ErrorBody], Wrong | None]] = {
    "status": _status,
    "number": _number,
    "type": _type,
    "message": _message,
    "element": _element,
    "flag": _flag,
}
