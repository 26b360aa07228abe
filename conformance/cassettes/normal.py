"""Bodies as documents: two spellings of one document are the same, and the first difference of two can be told."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.compare import say
from conformance.errors import Unreadable
from conformance.wire import json, xml

_LONGEST = 80


def document(body: bytes) -> Any:
    """What an XML or JSON body says, whatever its spelling; any other body as it is."""
    start = body.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    try:
        if start == b"<":
            return _plain(xml.read(body))
        if start in (b"{", b"["):
            return json.read(body)
    except Unreadable:
        pass
    return body


def _plain(element: xml.Element) -> xml.Element:
    children = tuple([_plain(each) for each in element.children])
    return xml.Element(element.name, element.text, children, tuple(sorted(element.attributes)))


def difference(here: Any, there: Any) -> str:
    """The first place at which two documents differ, as a sentence without a subject; empty when they do not."""
    for place, one, other in _differences(here, there, ""):
        return f"{place or 'the body'} is {_said(one)} here and {_said(other)} there"
    return ""


_NOTHING = object()


def _differences(here: Any, there: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    if here == there:
        return
    if isinstance(here, xml.Element) and isinstance(there, xml.Element) and here.name == there.name:
        yield from _of_elements(here, there, f"{at}/{here.name}")
    elif isinstance(here, Mapping) and isinstance(there, Mapping):
        for name in (*here, *(each for each in there if each not in here)):
            inner = f"{at}.{name}" if at else str(name)
            yield from _differences(here.get(name, _NOTHING), there.get(name, _NOTHING), inner)
    elif type(here) is tuple and type(there) is tuple:
        yield from _of_lists(here, there, at)
    else:
        yield at, here, there


def _of_elements(here: xml.Element, there: xml.Element, at: str) -> Iterator[tuple[str, Any, Any]]:
    yield from _differences(dict(here.attributes), dict(there.attributes), f"{at}@")
    if here.text != there.text:
        yield at, here.text, there.text
    yield from _of_lists(here.children, there.children, at)


def _of_lists(here: tuple[Any, ...], there: tuple[Any, ...], at: str) -> Iterator[tuple[str, Any, Any]]:
    for place in range(max(len(here), len(there))):
        one, other = (each[place] if place < len(each) else _NOTHING for each in (here, there))
        yield from _differences(one, other, f"{at}[{place}]")


def _said(value: Any) -> str:
    if value is _NOTHING:
        return "missing"
    if isinstance(value, xml.Element):
        return f"<{value.name}>"
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    said = " ".join(say(text).split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
