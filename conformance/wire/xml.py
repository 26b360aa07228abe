"""XML bytes into elements and back: the door to lxml for all that is on the wire."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from conformance.errors import Unreadable
from conformance.wire.limits import DEEPEST, check_size, refuse_depth

_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_OF_INSTANCE = ("nil", "type")

_NOT_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_NAME = re.compile(
    "[^-.0-9A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
)
_NOT_FIRST = re.compile("[-.0-9\u00b7\u0300-\u036f\u203f\u2040]")


class Element(NamedTuple):
    """One element: without its namespace, and with text only where it has no children.

    A named tuple and not a dataclass: a body holds hundreds, and making them would take longer than parsing them.
    """

    name: str
    text: str = ""
    children: tuple[Element, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def child(self, name: str) -> Element | None:
        """The last child of this name."""
        return next((each for each in reversed(self.children) if each.name == name), None)

    @property
    def null(self) -> bool:
        """Whether the element says that it has no value (``xsi:nil``)."""
        return bool(self.attributes) and dict(self.attributes).get("nil") in ("true", "1")


def _parser(encoding: str | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


_AS_DECLARED = _parser()
_AS_UTF_8 = _parser("utf-8")


def read(body: bytes) -> Element:
    """The root element of a body. Raises Unreadable; a document type is refused, and with it every entity."""
    return _element(_parsed(body), DEEPEST)


def namespaces(body: bytes) -> tuple[str, ...]:
    """The namespaces in which elements of a body stand, in order; none where all stand in none. Raises Unreadable."""
    tags = (str(each.tag) for each in _parsed(body).iter())
    return tuple(dict.fromkeys(tag[1:].partition("}")[0] for tag in tags if tag[0] == "{"))


def complaints(body: bytes, schema: etree.XMLSchema) -> tuple[tuple[str, str], ...]:
    """What a schema says against a body: each time the place, and the schema's own words. Raises Unreadable."""
    schema.validate(_parsed(body))
    return tuple([(error.path or "", error.message) for error in schema.error_log])


def _parsed(body: bytes) -> etree._Element:
    check_size(body)
    try:
        root = etree.fromstring(body, _AS_UTF_8 if _claims_utf_16(body) else _AS_DECLARED)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"not XML: {' '.join(str(error.msg).split())[:120]}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("a document type (DOCTYPE) is not accepted")
    return root


def _claims_utf_16(body: bytes) -> bool:
    """Whether the prolog says UTF-16 in single bytes, which no UTF-16 document could. Real servers send this."""
    return body.startswith(b"<?xml") and b"utf-16" in body[:80].partition(b"?>")[0].lower()


def _element(node: etree._Element, depth: int) -> Element:
    if not depth:
        refuse_depth()
    name = _local(str(node.tag))
    held = node.items()
    attributes = tuple([(_local(str(key)), str(value)) for key, value in held]) if held else ()
    if len(node):
        return Element(name, "", tuple([_element(each, depth - 1) for each in node]), attributes)
    return Element(name, node.text or "", (), attributes)


def _local(name: str) -> str:
    return name.rpartition("}")[2] if name[0] == "{" else name


def write(element: Element, *, pretty: bool = False) -> bytes:
    """A UTF-8 document. It never raises: characters that XML 1.0 cannot hold are dropped, in names replaced by ``_``.

    The attributes ``nil`` and ``type`` are those of XML Schema; the root declares their namespace when one is used.
    """
    parts: list[str] = []
    instance = _write(element, parts, "\n" if pretty else "")
    if instance:
        # The first part is the start tag's name, whatever follows it.
        parts[0] += f' xmlns:xsi="{_INSTANCE}"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{"".join(parts)}'.encode()


def _write(element: Element, parts: list[str], margin: str) -> bool:
    """Adds the element to ``parts``; whether it used the namespace of XML Schema."""
    name = _name(element.name)
    parts.append(f"<{name}")
    instance = bool(element.attributes) and _write_attributes(element, parts)
    if element.children:
        parts.append(">")
        inner = margin and f"{margin}  "
        for each in element.children:
            parts.append(inner)
            instance = _write(each, parts, inner) or instance
        parts.append(f"{margin}</{name}>")
    elif element.text:
        parts.append(f">{_text(element.text)}</{name}>")
    else:
        parts.append("/>")
    return instance


def _write_attributes(element: Element, parts: list[str]) -> bool:
    written = {_name(key): value for key, value in element.attributes}
    for key, value in written.items():
        quoted = _text(value).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
        parts.append(f' {"xsi:" if key in _OF_INSTANCE else ""}{key}="{quoted}"')
    return any(key in _OF_INSTANCE for key in written)


def _name(name: str) -> str:
    """The name itself, or the nearest one that XML allows."""
    if name.isascii() and name.isidentifier():
        return name
    allowed = _NOT_NAME.sub("_", name)
    return f"_{allowed}" if not allowed or _NOT_FIRST.match(allowed) else allowed


def _text(text: str) -> str:
    """The text with its markup escaped; a carriage return too, or the reader would take it for a line end."""
    held = text if text.isprintable() else _NOT_CHARACTERS.sub("", text)
    escaped = held.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")
