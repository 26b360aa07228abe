"""Legal spellings of JSON answers."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from conformance.contract.model import Contract, Kind
from conformance.exchange import Request, Response
from conformance.variants.kind import Dress, Variant, dressed

Change = Callable[[Contract, Any], Any]

_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


def _spelt(write: Callable[[Any], str]) -> Dress:
    """The same document, written in another way."""

    def dress(_contract: Contract, _request: Request, response: Response) -> Response:
        if not _json(response):
            return response
        return replace(response, body=write(json.loads(response.body)).encode())

    return dress


def _json(response: Response) -> bool:
    return response.media_type.endswith("json") and response.body[:1] in (b"{", b"[")


def _changed(change: Change) -> Dress:
    def dress(contract: Contract, _request: Request, response: Response) -> Response:
        if not _json(response):
            return response
        value = change(contract, json.loads(response.body))
        return replace(response, body=json.dumps(value, ensure_ascii=False).encode())

    return dress


def _everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    """The change made to every object of a document, from the inside out."""

    def made(value: Any) -> Any:
        if isinstance(value, dict):
            return change({name: made(each) for name, each in value.items()})
        return [made(each) for each in value] if isinstance(value, list) else value

    return lambda _contract, value: made(value)


def _in_records(change: Callable[[Contract, dict[str, Any]], dict[str, Any]]) -> Change:
    """The change made to every record of an answer."""

    def made(contract: Contract, value: Any) -> Any:
        many = contract.resource.many
        if not isinstance(value, dict) or not isinstance(value.get(many), list):
            return value
        return {**value, many: [change(contract, each) for each in value[many]]}

    return made


def _nulls(contract: Contract, record: dict[str, Any]) -> dict[str, Any]:
    """A null for every single value that is not set."""
    plain = [each.name for each in contract.resource.fields if each.scalar and not each.formats]
    return {**dict.fromkeys(plain), **record}


def _no_empties(_contract: Contract, record: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in record.items() if each not in ("", [], None)}


def _all_lists(contract: Contract, record: dict[str, Any]) -> dict[str, Any]:
    """An empty list for every list that is not set, where the answer shows the record in full."""
    lists = [each.name for each in contract.resource.fields if each.kind is Kind.LIST]
    return {**{name: [] for name in lists if name not in record}, **record}


def _dates(write: Callable[[str], str]) -> Change:
    def made(value: Any) -> Any:
        if isinstance(value, str):
            return _DATE.sub(lambda found: write(found[1]), value)
        if isinstance(value, dict):
            return {name: made(each) for name, each in value.items()}
        return [made(each) for each in value] if isinstance(value, list) else value

    return lambda _contract, value: made(value)


def _marked(_contract: Contract, _request: Request, response: Response) -> Response:
    return replace(response, body=codecs.BOM_UTF8 + response.body) if _json(response) else response


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


_EXTRA = {"NewInThisVersion": "something", "AnotherNew": {"Deep": [1, True, None]}}

_ROWS: tuple[tuple[str, str, str, Dress], ...] = (
    ("pretty", "JSON is laid out over several lines", "white space means nothing in JSON", _spelt(_pretty)),
    (
        "carriage-returns",
        "JSON is laid out with carriage returns, and slashes are escaped",
        "recorded from the real service in 2020",
        _spelt(lambda value: _pretty(value).replace("\n", "\r\n").replace("/", "\\/")),
    ),
    ("ascii", "every letter beyond ASCII is escaped", "a JSON writer may escape any character", _spelt(json.dumps)),
    (
        "members-reversed",
        "the members of every object come in reverse order",
        "the order of members means nothing in JSON",
        _changed(_everywhere(lambda each: dict(reversed(each.items())))),
    ),
    (
        "members-sorted",
        "the members of every object are sorted by name",
        "the order of members means nothing in JSON",
        _changed(_everywhere(lambda each: dict(sorted(each.items())))),
    ),
    (
        "unknown-in-records",
        "records have members that the contract does not know",
        "members are added to answers from time to time",
        _changed(_in_records(lambda _contract, each: {**_EXTRA, **each})),
    ),
    (
        "unknown-in-envelope",
        "the envelope has members that the contract does not know",
        "pagination and PageInfo were added so",
        _changed(lambda _contract, value: {**_EXTRA, **value} if isinstance(value, dict) else value),
    ),
    (
        "unknown-everywhere",
        "every object has a member that the contract does not know",
        "members are added to answers from time to time",
        _changed(_everywhere(lambda each: {**each, "Added": "later"})),
    ),
    (
        "nulls",
        "single values that are not set are null",
        "the wire has nullable members",
        _changed(_in_records(_nulls)),
    ),
    (
        "empties-omitted",
        "empty texts and empty lists are left out of records",
        "answers with and without them are recorded",
        _changed(_in_records(_no_empties)),
    ),
    (
        "lists-present",
        "lists that are not set are empty lists",
        "recorded from contacts just created",
        _changed(_in_records(_all_lists)),
    ),
    (
        "dates-without-offset",
        "dates have no offset",
        "both spellings are recorded",
        _changed(_dates(lambda ticks: f"/Date({ticks})/")),
    ),
    (
        "dates-with-offset",
        "dates have an offset",
        "both spellings are recorded",
        _changed(_dates(lambda ticks: f"/Date({ticks}+0000)/")),
    ),
    (
        "dates-elsewhere",
        "dates name the offset of another zone",
        "milliseconds count from the epoch in UTC whatever the offset says",
        _changed(_dates(lambda ticks: f"/Date({ticks}+1300)/")),
    ),
    ("byte-order-mark", "bodies begin with a byte order mark", "a reader of UTF-8 takes one", _marked),
)


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of the JSON of a generation; none where it has no JSON."""
    formats = tuple(each for each in contract.formats if contract.formats[each].media_type.endswith("json"))
    for name, sentence, why, dress in _ROWS if formats else ():
        yield Variant(name=f"{formats[0]}-{name}", sentence=sentence, why=why, alter=dressed(dress), formats=formats)
