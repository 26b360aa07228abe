"""Data that is changed, dropped or carried over on its way through a client."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

from conformance.client.model.behaviour import Behaviour, Call
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Kind
from conformance.document import Record, Value

Change = Callable[[Call, Record], Record]


def _texts(change: Callable[[str], Value]) -> Change:
    """The change made to every text of a record, but for identifiers and the life-cycle member."""

    def made(call: Call, record: Record) -> Record:
        kept = {call.contract.resource.identity, call.contract.resource.status}
        return {name: value if name in kept else _in(value, change) for name, value in record.items()}

    return made


def _in(value: Value, change: Callable[[str], Value]) -> Value:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _in(each, change) for name, each in value.items()}
    return tuple(_in(each, change) for each in value) if isinstance(value, tuple) else value


def _number(text: str) -> str:
    try:
        return str(float(text)).removesuffix(".0") if text.strip().isascii() else text
    except ValueError:
        return text


def _moji(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def _basic(text: str) -> str:
    return "".join(each if ord(each) < 0x10000 else "?" for each in text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _unescaped(text: str) -> str:
    return text.replace("&amp;", "&").replace("&#65;", "A")


def _lower(call: Call, record: Record) -> Record:
    name = call.contract.resource.name
    return {**record, name: str(record[name]).lower()} if name in record else record


def _bare(call: Call, record: Record) -> Record:
    """Nothing but what says which record it is."""
    resource = call.contract.resource
    kept = (resource.identity, resource.number, resource.name, *resource.sent_always)
    return {name: value for name, value in record.items() if name in kept}


def _nameless(call: Call, record: Record) -> Record:
    return {name: value for name, value in record.items() if name != call.contract.resource.name}


def _textless(call: Call, record: Record) -> Record:
    resource = call.contract.resource
    kept = (resource.identity, resource.number, resource.name, resource.status)
    return {name: value for name, value in record.items() if name in kept or not isinstance(value, str)}


def _numberless(call: Call, record: Record) -> Record:
    return {name: value for name, value in record.items() if name != call.contract.resource.number}


def _of_lists(change: Callable[[tuple[Value, ...]], tuple[Value, ...]]) -> Change:
    def made(_call: Call, record: Record) -> Record:
        return {name: change(value) if isinstance(value, tuple) else value for name, value in record.items()}

    return made


def _shallow(items: tuple[Value, ...]) -> tuple[Value, ...]:
    """Items without the last of their members."""
    return tuple(dict(list(each.items())[:-1]) if isinstance(each, Mapping) else each for each in items)


def _wipes(call: Call, record: Record) -> Record:
    """An update that sends every text, those that the caller did not set as empty ones."""
    resource = call.contract.resource
    if resource.identity not in record:
        return record
    kept = {resource.status, resource.number, resource.name, resource.identity}
    plain = [
        each.name for each in resource.fields if each.writable and each.kind is Kind.TEXT and each.name not in kept
    ]
    return {**dict.fromkeys(plain, ""), **record}


def _keeps_old(call: Call, record: Record) -> Record:
    """An update that names no change at all."""
    resource = call.contract.resource
    kept = (resource.identity, *resource.sent_always)
    return record if resource.identity not in record else {name: record[name] for name in record if name in kept}


_TEXTS: tuple[tuple[str, Callable[[str], Value], str], ...] = (
    ("strips-markup", lambda text: text.replace("<b>", "").replace("</b>", ""), "markup"),
    ("escapes-twice", _escaped, "ampersand"),
    ("unescapes", _unescaped, "entity"),
    ("latin-1", _moji, "latin"),
    ("ascii-only", lambda text: text.encode("ascii", "ignore").decode(), "other-script"),
    ("reverses-right-to-left", lambda text: text[::-1] if "\u05e9" in text else text, "right-to-left"),
    ("basic-plane-only", _basic, "astral"),
    ("composes", lambda text: unicodedata.normalize("NFC", text), "combining"),
    ("eats-backslashes", lambda text: text.replace("\\", ""), "backslash"),
    ("percent-decodes", unquote, "percent"),
    ("loses-leading-zeros", lambda text: text.lstrip("0") if text.isdigit() else text, "leading-zeros"),
    ("reads-exponents", _number, "exponent"),
    ("reads-decimals", _number, "decimal"),
    ("reads-booleans", lambda text: text.capitalize() if text == "true" else text, "boolean-word"),
    ("reads-dates", lambda text: text.replace("T", " ") if text[4:5] == "-" else text, "date-like"),
    ("small-addresses", lambda text: text.lower() if "@" in text else text, "capitals-in-address"),
    ("cuts-long", lambda text: text[:100], "long"),
    ("reads-ticks", lambda text: "2020-03-19" if text.startswith("/Date(") else text, "ticks-like"),
)

_CREATE: tuple[tuple[str, str, Change, str], ...] = (
    ("lower-case-names", "Names are sent in lower case.", _lower, "{name}"),
    ("sends-names-only", "Only the name and the number are sent.", _bare, ""),
    ("loses-names", "The name is not sent.", _nameless, "{name}"),
    ("loses-texts", "Only names, numbers and lists are sent.", _textless, ""),
    ("loses-numbers", "The number is not sent.", _numberless, "{number}"),
    ("first-item-only", "Of a list only the first item is sent.", _of_lists(lambda items: items[:1]), "{keyed}"),
    ("shallow-items", "Items of lists lose a member.", _of_lists(_shallow), "{keyed}"),
)


def _made() -> Iterator[ClientFault]:
    for name, each, parameter in _TEXTS:
        for fault in _both("round-trip.texts", name, f"Texts are sent with a change: {name}.", _texts(each)):
            yield replace(fault, parameter=parameter)
    for name, text, change, parameter in _CREATE:
        for fault in _both("round-trip.create", name, text, change):
            yield replace(fault, parameter=parameter)
    for name, clause, text, make in _UPDATE:
        yield ClientFault(name=name, clause=clause, sentence=text, make=make)
    yield ClientFault(
        name="none-for-unset",
        clause="answers.digested",
        sentence="Texts that are not set are handed over as the word None.",
        make=partial(Behaviour, handed=_none_for_unset),
    )
    yield ClientFault(
        name="edits-first-items",
        clause="round-trip.edit",
        sentence="Of lists that were read only the first item is written back.",
        make=partial(Behaviour, handed=_of_lists(lambda items: items[:1])),
    )


def _none_for_unset(call: Call, record: Record) -> Record:
    texts = [each.name for each in call.contract.resource.fields if each.writable and each.kind is Kind.TEXT]
    return {**dict.fromkeys(texts, "None"), **record}


def _both(clause: str, name: str, text: str, change: Change) -> Iterator[ClientFault]:
    """The change on the way to the server, and on the way back."""
    back = f"On return: {text.replace('sent', 'handed on')}"
    yield ClientFault(name=name, clause=clause, sentence=text, make=partial(Behaviour, outgoing=change))
    yield ClientFault(name=f"{name}-on-return", clause=clause, sentence=back, make=partial(Behaviour, handed=change))


_UPDATE: tuple[tuple[str, str, str, Callable[[], Behaviour]], ...] = (
    ("wipes-unset", "round-trip.update", "What was not set is sent empty.", partial(Behaviour, outgoing=_wipes)),
    ("updates-nothing", "round-trip.update", "A change is not sent.", partial(Behaviour, outgoing=_keeps_old)),
    ("edits-nothing", "round-trip.edit", "A change is not sent.", partial(Behaviour, outgoing=_keeps_old)),
    (
        "edits-and-wipes",
        "round-trip.edit",
        "What was not understood when it was read is written back empty.",
        partial(Behaviour, handed=_bare, outgoing=_wipes),
    ),
)

FAULTS = tuple(_made())
