"""An XSD in the form of an OpenAPI document without operations: a schema for each type and each element at the top.

This is the third door to lxml: neither the wire's bytes nor a contract's own file, but a stranger's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from conformance.diff.builder import DEEPEST, Tree, too_deep
from conformance.errors import BadOption

_XS = "{http://www.w3.org/2001/XMLSchema}"
_GROUPS = ("sequence", "all", "choice")
_WHOLE = "integer long int short byte nonNegativeInteger positiveInteger negativeInteger nonPositiveInteger"
_UNSIGNED = {"unsignedLong": 2**64 - 1, "unsignedInt": 2**32 - 1, "unsignedShort": 2**16 - 1, "unsignedByte": 255}
_BUILTIN: dict[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "dateTime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "anyURI": {"type": "string", "format": "uri"},
    "base64Binary": {"type": "string", "format": "byte"},
    **{name: {"type": "number"} for name in ("decimal", "double", "float")},
    **{name: {"type": "integer"} for name in _WHOLE.split()},
    **{name: {"type": "integer", "minimum": 0, "maximum": most} for name, most in _UNSIGNED.items()},
}
_FACETS = {
    "minLength": "minLength",
    "maxLength": "maxLength",
    "pattern": "pattern",
    "minInclusive": "minimum",
    "maxInclusive": "maximum",
    "minExclusive": "exclusiveMinimum",
    "maxExclusive": "exclusiveMaximum",
}


def is_xsd(content: bytes) -> bool:
    """Whether bytes look like XML."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def schemas(name: str, content: bytes) -> Tree:
    """The tree of an XSD. Raises BadOption for what is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadOption(f"{name}:{error.lineno or 1}: not XML: {error.msg}", "mend the syntax") from error
    if root.tag != f"{_XS}schema":
        raise BadOption(f"{name}: XML, but no XSD: its root is {etree.QName(root).localname}", "give the schema")
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadOption(f"{name}: an XSD with a document type", "leave the DOCTYPE out")
    return _Reading(name).read(root)


class _Reading:
    """Turns the elements and types of a schema into schemas that know their lines."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[int, list[int]] = {}
        self._depth = 0
        #: named types of single values, which are written out where they are used
        self._plain: dict[str, etree._Element] = {}

    def read(self, root: etree._Element) -> Tree:
        found = self._kept({}, root)
        self._plain = {each.get("name") or "": each for each in root.iterchildren(f"{_XS}simpleType")}
        for each in root.iterchildren(f"{_XS}element", f"{_XS}complexType"):
            name = each.get("name") or ""
            # An element and its type may share a name; members are in whichever has them.
            if name and (name not in found or not found[name].get("properties")):
                self._put(found, name, self._any(each), each)
        components = self._kept({}, root)
        self._put(components, "schemas", found, root)
        data = self._kept({}, root)
        self._put(data, "components", components, root)
        return Tree(name=self._name, data=data, lines=self._lines)

    def _kept(self, mapping: dict[str, Any], element: etree._Element) -> dict[str, Any]:
        self._lines[id(mapping)] = [element.sourceline or 0 for _ in mapping]
        return mapping

    def _put(self, mapping: dict[str, Any], key: str, value: Any, element: etree._Element) -> None:
        if key not in mapping:
            self._lines[id(mapping)].append(element.sourceline or 0)
        mapping[key] = value

    def _any(self, element: etree._Element) -> dict[str, Any]:
        """The schema of an element or of a type."""
        self._depth += 1
        if self._depth > DEEPEST // 4:
            raise too_deep(self._name, element.sourceline or 1)
        local = etree.QName(element).localname
        made = {"complexType": self._complex, "simpleType": self._simple}.get(local, self._element)(element)
        self._depth -= 1
        return made

    def _element(self, element: etree._Element) -> dict[str, Any]:
        inner = next(element.iterchildren(f"{_XS}complexType", f"{_XS}simpleType"), None)
        found = self._any(inner) if inner is not None else self._typed(element, element.get("type") or "")
        if element.get("nillable") == "true":
            self._put(found, "nullable", True, element)
        if element.get("default") is not None:
            self._put(found, "default", element.get("default"), element)
        return found

    def _typed(self, element: etree._Element, name: str) -> dict[str, Any]:
        prefix, _, local = name.rpartition(":")
        if not name:
            return self._kept({}, element)
        if element.nsmap.get(prefix or None) == _XS[1:-1]:
            return self._kept({**_BUILTIN.get(local, {"type": "string"})}, element)
        if local in self._plain:
            return self._any(self._plain[local])
        return self._kept({"$ref": f"#/components/schemas/{local}"}, element)

    def _complex(self, element: etree._Element) -> dict[str, Any]:
        found = self._kept({"type": "object"}, element)
        base = next(element.iter(f"{_XS}extension", f"{_XS}restriction"), None)
        if base is not None and base.get("base"):
            self._put(found, "allOf", [self._typed(base, base.get("base") or "")], base)
        properties = self._kept({}, element)
        required = []
        for each, must in _elements(element, optional=False):
            name = each.get("name") or (each.get("ref") or "").rpartition(":")[2]
            self._put(properties, name, self._member(each), each)
            required += [name] if must else []
        self._put(found, "properties", properties, element)
        if required:
            self._put(found, "required", required, element)
        return found

    def _member(self, element: etree._Element) -> dict[str, Any]:
        reference = element.get("ref")
        one = self._typed(element, reference) if reference else self._any(element)
        most = element.get("maxOccurs", "1")
        if most == "1":
            return one
        found = self._kept({"type": "array", "items": one}, element)
        if most.isdecimal():
            self._put(found, "maxItems", int(most), element)
        return found

    def _simple(self, element: etree._Element) -> dict[str, Any]:
        restriction = element.find(f"{_XS}restriction")
        if restriction is None:
            return self._kept({"type": "string"}, element)
        inner = restriction.find(f"{_XS}simpleType")
        found = self._any(inner) if inner is not None else self._typed(restriction, restriction.get("base") or "")
        if "$ref" in found:
            found = self._kept({"allOf": [found]}, restriction)
        choices = [each.get("value") or "" for each in restriction.iterchildren(f"{_XS}enumeration")]
        if choices:
            self._put(found, "enum", choices, restriction)
        for facet, keyword in _FACETS.items():
            held = restriction.find(f"{_XS}{facet}")
            if held is not None:
                self._put(found, keyword, _value(keyword, held.get("value") or ""), held)
        return found


def _value(keyword: str, text: str) -> Any:
    if keyword == "pattern":
        return text
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return None


def _elements(element: etree._Element, *, optional: bool) -> Iterator[tuple[etree._Element, bool]]:
    """The elements of a type, through its groups, and whether each must stand."""
    for child in element:
        local = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if local == "element":
            yield child, not optional and child.get("minOccurs") != "0"
        elif local in (*_GROUPS, "complexContent", "extension", "restriction"):
            loose = optional or local == "choice" or child.get("minOccurs") == "0"
            yield from _elements(child, optional=loose)
