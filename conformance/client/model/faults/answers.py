"""Answers that are not read, and errors that do not reach the caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from time import sleep

from conformance.client.model.behaviour import Behaviour, Call, Refused
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Field
from conformance.document import Record, Value, objects
from conformance.exchange import Response

Told = Callable[[Call, Refused], Refused | None]

_THROUGH = ("get", "list", "upsert")

#: what a client that cannot take a legal answer stumbles over: in its head, a line each, and in its body
_STUMBLES: tuple[tuple[str, str], ...] = (
    ("extra-headers", r"(?m)^Cache-Control:"),
    ("headers-in-small-letters", r"(?m)^content-type:"),
    ("charset-in-capitals", r"(?m)^Content-Type:.*UTF-8"),
    ("packed", r"(?m)^Content-Encoding: gzip"),
    ("chunked", r"(?m)^Transfer-Encoding: chunked"),
    ("closed", r"(?m)^Connection: close"),
    ("json-pretty", r"\{\s+\""),
    ("json-carriage-returns", r"\r\n"),
    ("json-ascii", r"\\u[0-9a-f]{4}|\\/"),
    ("json-members-reversed", r"\A[^{]*\{\"%(many)s\""),
    ("json-members-sorted", r"\A[^{]*\{\"%(many)s\""),
    ("json-lists-present", r"\[\]"),
    ("json-dates-without-offset", r"%(modified)s\":\s?\"/Date\(\d+\)"),
    ("json-dates-with-offset", r"%(moment)s\":\s?\"/Date\(\d+\+"),
    ("xml-pretty", r">\s+<(?!\?)[A-Z][A-Za-z]+>\s+<"),
    ("xml-single-quotes", r"<\?xml [^>]*'"),
    ("xml-namespaces", r"xmlns"),
    ("xml-character-references", r"&#"),
    ("xml-comments", r"<!--"),
    ("xml-empties-present", r"<[A-Za-z]+ ?/>|<([A-Za-z]+)></\1>"),
)


def _stumbles(pattern: str) -> Callable[[Call, Response], Response]:
    def arriving(call: Call, response: Response) -> Response:
        resource, around = call.contract.resource, call.contract.envelope
        names = {"many": resource.many, "modified": resource.modified, "moment": around.moment}
        found = re.compile(pattern % names)
        head = "\n".join(f"{name}: {value}" for name, value in response.headers)
        if found.search(f"{head}\n") or found.search(response.body.decode("utf-8", "replace")):
            raise Refused("the answer cannot be read")
        return response

    return arriving


def _strict(call: Call, response: Response) -> Response:
    """Unknown members of any object are an error."""
    known = set(re.findall(r"[A-Za-z]+", repr(call.contract)))
    names = re.findall(r"\"([^\"\\]+)\":|<([A-Za-z]+)[ />]", response.body.decode("utf-8", "replace"))
    strangers = {each for pair in names for each in pair if each} - known
    if strangers:
        raise Refused(f"unknown: {', '.join(sorted(strangers))}")
    return response


def _wants_all(call: Call, response: Response) -> Response:
    """Members without a value must be there as well."""
    shown = [each.name for each in call.contract.resource.fields if each.writable and each.shown.value == "always"]
    text = response.body.decode("utf-8", "replace")
    named = f'"{call.contract.resource.identity}"' in text or f"<{call.contract.resource.identity}>" in text
    if named and not all(each in text for each in shown) and response.status == 200:
        raise Refused("a member is missing")
    return response


def _swallows(*statuses: int | None) -> Told:
    return lambda _call, refused: None if refused.status in statuses else refused


def _unfailed(call: Call, record: Record) -> Record:
    names = (call.contract.errors.validation_errors, call.contract.statuses.member)
    return {name: value for name, value in record.items() if not name.endswith(names)}


def _by_place(call: Call, record: Record) -> Record:
    """Items of keyed lists are told apart by their place, not by their key."""
    keyed = {each.name: each for each in call.contract.resource.fields if each.keyed_by}
    return {name: _placed(keyed[name], value) if name in keyed else value for name, value in record.items()}


def _placed(field: Field, value: Value) -> Value:
    known = next(each for each in field.members if each.name == field.keyed_by)
    keys = (known.choices or known.examples)[: field.max_items]
    return tuple({**each, field.keyed_by: key} for each, key in zip(objects(value), keys, strict=False))


def _mute(_call: Call, refused: Refused) -> Refused:
    return Refused("something went wrong", refused.status)


def _half(_call: Call, refused: Refused) -> Refused | None:
    """A refusal that is about single records is taken for a success."""
    return None if refused.messages else refused


def _sleeps(_call: Call, refused: Refused) -> Refused:
    sleep(6.0)
    return refused


def _takes_nothing(_call: Call, response: Response) -> Response:
    raise Refused("no answer can be read", response.status)


def _stumbling() -> Iterator[ClientFault]:
    for variant, pattern in _STUMBLES:
        yield ClientFault(
            name=f"stumbles-over-{variant}",
            clause="answers.digested",
            sentence=f"An answer of the kind {variant} is an error.",
            make=partial(Behaviour, arriving=_stumbles(pattern)),
            parameter=f"{variant}, get",
            formats=tuple(each for each in ("json", "xml") if variant.startswith(f"{each}-")),
        )


def _swallowed() -> Iterator[ClientFault]:
    for status, name in ((401, "no-token"), (403, "no-tenant"), (400, "bad-filter")):
        yield ClientFault(
            name=f"swallows-{status}",
            clause="answers.error-told",
            sentence=f"A {status} is handed to the caller as nothing at all.",
            make=partial(Behaviour, told=_swallows(status)),
            parameter=f"{name}, get",
        )
    for lost, name in (
        (500, "500-in-html"),
        (502, "502-empty"),
        (503, "503-in-html"),
        (429, "429-in-words"),
        (None, "cut-off"),
    ):
        yield ClientFault(
            name=f"swallows-{name}",
            clause="answers.failure-told",
            sentence=f"An answer of the kind {name} is handed to the caller as nothing at all.",
            make=partial(Behaviour, told=_swallows(lost)),
            parameter=f"{name}, get",
        )


_ROWS: tuple[tuple[str, str, str, Callable[[], Behaviour], str], ...] = (
    (
        "refuses-unknown",
        "answers.digested",
        "Members that are new are an error.",
        partial(Behaviour, arriving=_strict),
        "",
    ),
    (
        "wants-all-members",
        "answers.digested",
        "Members that are left out are an error.",
        partial(Behaviour, arriving=_wants_all),
        "",
    ),
    (
        "not-found-is-nothing",
        "answers.error-told",
        "A 404 is nothing.",
        partial(Behaviour, told=_swallows(404, 500)),
        "not-found",
    ),
    (
        "swallows-all",
        "answers.failure-told",
        "Errors are nothing.",
        partial(Behaviour, told=lambda _call, _refused: None),
        "",
    ),
    (
        "swallows-all-refusals",
        "answers.error-told",
        "Errors are nothing.",
        partial(Behaviour, told=lambda _call, _refused: None),
        "",
    ),
    (
        "takes-pages-for-answers",
        "answers.page-told",
        "A page for people is taken for success.",
        partial(Behaviour, told=_swallows(200)),
        "get",
    ),
    ("mute", "answers.message-told", "What the server says is not passed on.", partial(Behaviour, told=_mute), ""),
    (
        "sleeps-on",
        "answers.silence",
        "After an answer that never came it goes on waiting.",
        partial(Behaviour, told=_sleeps),
        "",
    ),
    (
        "takes-nothing",
        "answers.unusual",
        "No answer at all can be read.",
        partial(Behaviour, arriving=_takes_nothing),
        "",
    ),
    (
        "mixed-inside",
        "answers.mixed-told",
        "A refusal of some is passed over.",
        partial(Behaviour, told=_half, failed=lambda _failed: (), handed=_unfailed),
        "",
    ),
    (
        "items-by-place",
        "answers.digested",
        "Items of lists are told apart by place.",
        partial(Behaviour, handed=_by_place),
        "",
    ),
    ("mixed-is-success", "answers.mixed-told", "A refusal of some is a success.", partial(Behaviour, told=_half), ""),
)

FAULTS = (
    *_stumbling(),
    *_swallowed(),
    *(
        ClientFault(
            name=name,
            clause=clause,
            sentence=text,
            make=make,
            parameter=parameter,
            everywhere=name in ("takes-nothing", "refuses-unknown"),
        )
        for name, clause, text, make, parameter in _ROWS
    ),
)
