"""Whose records a tenant holds, as an answer says it: written by a server, read by a careful caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conformance.contract.model import Contract
from conformance.contract.service import Organisation
from conformance.document import Value
from conformance.errors import Unreadable
from conformance.exchange import Response
from conformance.wire import dates, json, xml
from conformance.wire.limits import check_size
from conformance.wire.xml import Element

_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An organisation: what it is called, and whether it is one to play with."""

    name: str
    demo: bool


def names(contract: Contract) -> Organisation:
    """How this generation tells whose records a tenant holds. Raises Unreadable where nobody knows."""
    if contract.organisation is None:
        raise Unreadable(f"{contract.generation} knows no way to ask for the organisation")
    return contract.organisation


def write(contract: Contract, format_name: str, houses: Sequence[House], identifier: str, moment: datetime) -> bytes:
    """The answer that shows these organisations."""
    known, envelope = names(contract), contract.envelope
    spelt = dates.write(moment, "iso-z" if format_name == "xml" else "ms-plain")
    head = {envelope.identifier: identifier, envelope.status: envelope.ok, envelope.moment: spelt}
    if format_name != "xml":
        shown: Value = tuple([{known.name: each.name, known.demo: each.demo} for each in houses])
        return json.write({**head, known.many: shown})
    elements = tuple(
        [
            Element(known.one, "", (Element(known.name, each.name), Element(known.demo, str(each.demo).lower())))
            for each in houses
        ]
    )
    stamp = tuple([Element(name, value) for name, value in head.items()])
    return xml.write(Element(envelope.root, "", (*stamp, Element(known.many, "", elements))))


def read(contract: Contract, response: Response) -> tuple[House, ...]:
    """The organisations that an answer shows. Raises Unreadable for anything but organisations in full."""
    check_size(response.body)
    known = names(contract)
    if response.body.lstrip()[:1] == b"<":
        held = xml.read(response.body).child(known.many)
        told = [] if held is None else [{one.name: one.text for one in each.children} for each in held.children]
        return tuple([_house(known, each) for each in told])
    value = json.read(response.body)
    found = value.get(known.many) if isinstance(value, Mapping) else None
    if not isinstance(found, tuple):
        raise Unreadable(f"the answer holds no {known.many}")
    return tuple([_house(known, each) for each in found])


def _house(known: Organisation, held: Value | Mapping[str, str]) -> House:
    name, demo = (held.get(known.name), held.get(known.demo)) if isinstance(held, Mapping) else (None, None)
    demo = _TRUTH.get(demo.strip().lower()) if isinstance(demo, str) else demo
    if not isinstance(name, str) or not name or not isinstance(demo, bool):
        raise Unreadable(f"an organisation in the answer does not say its {known.name} and {known.demo}")
    return House(name=name, demo=demo)
