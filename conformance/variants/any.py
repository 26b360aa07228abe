"""Legal differences that show in every format: spelling of identifiers, headers, lists, and what HTTP leaves open."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import sleep

from conformance.contract.model import Contract
from conformance.document import Record, Value
from conformance.exchange import Headers, Request, Response
from conformance.rules.stages import Looking, Stages
from conformance.variants.kind import Dress, Variant, dressed

Alter = Callable[[Contract, Stages], Stages]

_GUID = re.compile(rb"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_MOMENT = 0.003
"""Seconds by which a slow answer is late: enough to be later than any other, and short for the sake of the run."""


def _upper(_contract: Contract, _request: Request, response: Response) -> Response:
    return replace(response, body=_GUID.sub(lambda found: found[0].upper(), response.body))


def _header(name: str, value: str) -> Dress:
    def dress(_contract: Contract, _request: Request, response: Response) -> Response:
        return replace(response, headers=response.headers.with_field(name, value))

    return dress


def _limits(contract: Contract, _request: Request, response: Response) -> Response:
    left = [each.left for _, each in contract.limits.each] if contract.limits else []
    more = (*((name, "59") for name in left if name), ("Cache-Control", "no-store"))
    return replace(response, headers=Headers((*response.headers.pairs, *more)))


def _type(change: Callable[[str], str]) -> Dress:
    def dress(_contract: Contract, _request: Request, response: Response) -> Response:
        named = response.headers.first("Content-Type")
        return replace(response, headers=response.headers.with_field("Content-Type", change(named)))

    return dress


def _small_letters(_contract: Contract, _request: Request, response: Response) -> Response:
    return replace(response, headers=Headers(tuple((name.lower(), value) for name, value in response.headers)))


def _gzipped(_contract: Contract, request: Request, response: Response) -> Response:
    if "gzip" not in request.headers.first("Accept-Encoding") or not response.body:
        return response
    headers = response.headers.with_field("Content-Encoding", "gzip")
    return replace(response, headers=headers, body=gzip.compress(response.body))


def _late(_contract: Contract, _request: Request, response: Response) -> Response:
    sleep(_MOMENT)
    return response


def _shown(change: Callable[[Contract, Record], Record]) -> Alter:
    def alter(contract: Contract, stages: Stages) -> Stages:
        def show(record: Record, looking: Looking) -> Record:
            return change(contract, stages.show(record, looking))

        return replace(stages, show=show)

    return alter


def _reversed(contract: Contract, record: Record) -> Record:
    """Keyed lists in another order: their items are told apart by their key."""
    keyed = [each.name for each in contract.resource.fields if each.keyed_by]
    return {
        name: tuple(reversed(each)) if name in keyed and isinstance(each, tuple) else each
        for name, each in record.items()
    }


def _every_key(contract: Contract, record: Record) -> Record:
    """An empty item for each key that a keyed list does not hold."""
    fields = {each.name: each for each in contract.resource.fields if each.keyed_by}
    full: dict[str, Value] = dict(record)
    for name, each in fields.items():
        key = next(one for one in each.members if one.name == each.keyed_by)
        items = record.get(name) or ()
        held = {item.get(key.name) for item in items if isinstance(item, dict)} if isinstance(items, tuple) else set()
        known = (key.choices or key.examples)[: each.max_items]
        full[name] = (
            *(items if isinstance(items, tuple) else ()),
            *({key.name: one} for one in known if one not in held),
        )
    return full


_ROWS: tuple[tuple[str, str, str, Alter, bool], ...] = (
    ("guids-in-capitals", "GUIDs are in capitals", "a GUID means the same in either case", dressed(_upper), False),
    ("extra-headers", "answers carry limits and caching", "recorded from the real service", dressed(_limits), False),
    (
        "headers-in-small-letters",
        "header names are in small letters",
        "names have no case",
        dressed(_small_letters),
        False,
    ),
    (
        "charset-in-capitals",
        "the charset is in capitals and quotes",
        "a charset has no case, and a parameter may be quoted",
        dressed(_type(lambda each: each.replace("charset=utf-8", 'charset="UTF-8"'))),
        False,
    ),
    (
        "charset-unsaid",
        "the Content-Type names no charset",
        "UTF-8 is what JSON and XML are in when nothing is said",
        dressed(_type(lambda each: each.partition(";")[0])),
        False,
    ),
    (
        "application-xml",
        "XML is called application/xml",
        "the documents name both types of XML",
        dressed(_type(lambda each: each.replace("text/xml", "application/xml"))),
        False,
    ),
    (
        "keys-reversed",
        "addresses and phones come in another order",
        "recorded: the order varies",
        _shown(_reversed),
        False,
    ),
    (
        "every-key",
        "every kind of address and phone is shown",
        "recorded: two and four, always",
        _shown(_every_key),
        False,
    ),
    ("late", "answers take their time", "a slow answer is an answer", dressed(_late), False),
    ("over-a-socket", "the server is behind a socket", "it is the same server", lambda _contract, stages: stages, True),
    ("packed", "answers are packed with gzip when asked for", "clients ask for it", dressed(_gzipped), True),
    ("chunked", "answers come in chunks", "HTTP allows it", dressed(_header("Transfer-Encoding", "chunked")), True),
    ("closed", "the connection is closed each time", "HTTP allows it", dressed(_header("Connection", "close")), True),
)


def variants(_contract: Contract) -> Iterator[Variant]:
    """The variants of every generation."""
    for name, sentence, why, alter, socket in _ROWS:
        yield Variant(name=name, sentence=sentence, why=why, alter=alter, socket=socket)
