"""Legal spellings of XML answers."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.contract.model import Contract
from conformance.exchange import Request, Response
from conformance.variants.kind import Dress, Variant, dressed
from conformance.wire import xml
from conformance.wire.xml import Element

_ROOT = re.compile(rb"(<\?xml[^>]*\?>\s*<\w+)")
_EMPTY = re.compile(rb"<(\w+)/>")
_INSTANCE = b"http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = b"http://www.w3.org/2001/XMLSchema"
_MOMENT = re.compile(rb">(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z?)<")


def _bytes(change: Callable[[bytes], bytes]) -> Dress:
    def dress(_contract: Contract, _request: Request, response: Response) -> Response:
        return replace(response, body=change(response.body)) if _xml(response) else response

    return dress


def _xml(response: Response) -> bool:
    return response.body[:5] == b"<?xml"


def _tree(change: Callable[[Contract, Element], Element]) -> Dress:
    """The change made to every element, from the inside out."""

    def made(contract: Contract, element: Element) -> Element:
        children = tuple([made(contract, each) for each in element.children])
        return change(contract, element._replace(children=children))

    def dress(contract: Contract, _request: Request, response: Response) -> Response:
        return (
            replace(response, body=xml.write(made(contract, xml.read(response.body)))) if _xml(response) else response
        )

    return dress


def _declared(body: bytes) -> bytes:
    """The namespaces of XML Schema on the root, as the real service declares them."""
    plain = body.replace(b' xmlns:xsi="' + _INSTANCE + b'"', b"")
    return _ROOT.sub(rb'\1 xmlns:xsd="' + _SCHEMA + rb'" xmlns:xsi="' + _INSTANCE + b'"', plain, count=1)


def _older_namespace(body: bytes) -> bytes:
    if b"xsi:" in body:
        return body
    return _ROOT.sub(rb'\1 xmlns:i="' + _INSTANCE + b'"', body, count=1)


def _utf_16(contract: Contract, _request: Request, response: Response) -> Response:
    """Errors that claim an encoding which they do not have."""
    if not _xml(response) or response.status < 400 or contract.envelope.root == contract.errors.root:
        return response
    return replace(response, body=response.body.replace(b'encoding="utf-8"', b'encoding="utf-16"', 1))


def _laid_out(_contract: Contract, _request: Request, response: Response) -> Response:
    return replace(response, body=xml.write(xml.read(response.body), pretty=True)) if _xml(response) else response


def _marked(_contract: Contract, _request: Request, response: Response) -> Response:
    return replace(response, body=codecs.BOM_UTF8 + response.body) if _xml(response) else response


def _reversed_records(contract: Contract, element: Element) -> Element:
    mine = element.name == contract.resource.one
    return element._replace(children=tuple(reversed(element.children))) if mine else element


def _strangers(contract: Contract, element: Element) -> Element:
    """An element more wherever elements of different names stand together."""
    lists = [
        contract.resource.many,
        contract.errors.elements,
        contract.errors.errors,
        contract.errors.validation_errors,
    ]
    lists += [each.name for each in contract.resource.fields if each.item]
    if not element.children or element.name in lists:
        return element
    return element._replace(children=(*element.children, Element("Added", "later")))


def _empty(**attributes: str) -> Callable[[Contract, Element], Element]:
    """An empty element for every text of a record that is not set."""

    def change(contract: Contract, element: Element) -> Element:
        if element.name != contract.resource.one or not element.children:
            return element
        here = {each.name for each in element.children}
        texts = [each.name for each in contract.resource.fields if each.scalar and not each.formats]
        more = [Element(each, attributes=tuple(attributes.items())) for each in texts if each not in here]
        return element._replace(children=(*element.children, *more))

    return change


_ROWS: tuple[tuple[str, str, str, Dress], ...] = (
    ("pretty", "XML is laid out over several lines", "white space between elements means nothing", _laid_out),
    (
        "no-prolog",
        "XML has no prolog",
        "a UTF-8 document needs none",
        _bytes(lambda body: re.sub(rb"^<\?xml[^>]*\?>\s*", b"", body)),
    ),
    (
        "single-quotes",
        "the prolog is in single quotes and says standalone",
        "XML allows either",
        _bytes(
            lambda body: re.sub(rb"^<\?xml[^>]*\?>", b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>", body)
        ),
    ),
    ("namespaces", "the root declares the namespaces of XML Schema", "recorded since 2009", _bytes(_declared)),
    (
        "older-namespace",
        "the root declares a namespace under the prefix i",
        "recorded in 2008",
        _bytes(_older_namespace),
    ),
    (
        "open-and-closed",
        "empty elements are opened and closed",
        "XML writes an empty element in two ways",
        _bytes(lambda body: _EMPTY.sub(rb"<\1></\1>", body)),
    ),
    (
        "comments",
        "a comment stands before the root",
        "a reader skips comments",
        _bytes(lambda body: _ROOT.sub(lambda found: found[1].replace(b"?>", b"?><!-- served -->", 1), body, count=1)),
    ),
    (
        "character-references",
        "characters beyond ASCII are written as references",
        "XML writes a character in several ways",
        _bytes(lambda body: body.decode().encode("ascii", "xmlcharrefreplace")),
    ),
    (
        "records-reversed",
        "the elements of a record come in reverse order",
        "no document gives answers an order of elements",
        _tree(_reversed_records),
    ),
    (
        "strangers",
        "elements stand there that the contract does not know",
        "elements were added over time",
        _tree(_strangers),
    ),
    ("empties-present", "texts that are not set are empty elements", "recorded in 2008", _tree(_empty())),
    ("nils", "texts that are not set are marked as nil", "recorded in errors of 2010", _tree(_empty(nil="true"))),
    (
        "moments-in-full",
        "moments have seven decimals",
        "recorded in envelopes of 2008 and 2010",
        _bytes(lambda body: _MOMENT.sub(lambda m: b">" + m[1] + (m[2] or b".").ljust(8, b"0") + m[3] + b"<", body)),
    ),
    (
        "moments-in-utc",
        "moments say that they are in UTC",
        "a moment without a zone is in UTC all the same",
        _bytes(lambda body: _MOMENT.sub(lambda m: b">" + m[1] + (m[2] or b"") + b"Z<", body)),
    ),
    ("byte-order-mark", "bodies begin with a byte order mark", "a reader of UTF-8 takes one", _marked),
    ("utf-16-claimed", "errors claim UTF-16 and are not in it", "seen by client authors, who strip it", _utf_16),
)


def variants(contract: Contract) -> Iterator[Variant]:
    """The variants of the XML of a generation; none where it has no XML."""
    formats = tuple(each for each in contract.formats if contract.formats[each].media_type.endswith("xml"))
    for name, sentence, why, dress in _ROWS if formats else ():
        yield Variant(name=f"{formats[0]}-{name}", sentence=sentence, why=why, alter=dressed(dress), formats=formats)
