"""A request against the schema that its generation published: what it breaks, and which errata it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from conformance.contract import xsd
from conformance.contract.model import Contract, Erratum
from conformance.judge.structure import finding
from conformance.rules.kind import Finding
from conformance.wire import xml

_schema = cache(xsd.schema)


def corrections(contract: Contract) -> tuple[Erratum, ...]:
    """The errata that are applied when the schema file is read; none unless it stands as it was published."""
    if contract.schema.suffix != ".xsd":
        return ()
    return tuple(each for each in contract.errata if each.applies == "load" and each.file == contract.schema.name)


def findings(contract: Contract, body: bytes) -> Iterator[Finding]:
    """What the corrected schema refuses; or else each erratum without which it would refuse the body."""
    wrong = xml.complaints(body, _schema(contract.schema, contract.errata))
    for path, said in wrong:
        yield finding("schema", said, path)
    for erratum in () if wrong else corrections(contract):
        others = tuple(each for each in contract.errata if each is not erratum)
        for path, said in xml.complaints(body, _schema(contract.schema, others))[:1]:
            yield replace(finding("schema", said, path), erratum=erratum.id)
