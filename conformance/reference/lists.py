"""What is asked of a list, the filters that every list obeys, and the members that an answer has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from conformance.contract.model import Contract, Role, Shown
from conformance.document import Record
from conformance.exchange import Request
from conformance.rules.stages import Asked, Declined

_TERM = re.compile(r'\s*(\w+)\s*==?\s*(?:Guid\(\s*"([^"]*)"\s*\)|"((?:[^"]|"")*)")\s*', re.IGNORECASE)
_AND = re.compile(r"\s+and\s+|\s*&&\s*", re.IGNORECASE)


def asked(contract: Contract, request: Request, wanted: str) -> Asked:
    """What the query of a request for a list asks for, by what each parameter does."""
    query = {name.lower(): value for name, value in request.query}
    ways = contract.operations[Role.LIST].narrowing
    given = {what: query[name.lower()] for what, name in ways.items() if name.lower() in query}
    return Asked(narrowing=given, request=request, format=wanted)


def listing(contract: Contract, asking: Asked, records: Iterable[Record]) -> list[Record]:
    """The records that the query asks for. Raises Declined for a filter outside the grammar."""
    resource = contract.resource
    asked = {what: asking.narrowing.get(what, "") for what in contract.operations[Role.LIST].narrowing}
    found = list(records)
    if asked.get("ids"):
        wanted = {each.strip().lower() for each in asked["ids"].split(",")}
        found = [each for each in found if each[resource.identity] in wanted]
    if asked.get("where"):
        terms = _terms(asked["where"], resource.names)
        found = [each for each in found if all(_text(each, name) == value for name, value in terms.items())]
    return found


def _terms(text: str, names: Iterable[str]) -> dict[str, str]:
    terms: dict[str, str] = {}
    known = {each.lower(): each for each in names}
    for part in _AND.split(text):
        found = _TERM.fullmatch(part)
        if found is None or found[1].lower() not in known:
            raise Declined("bad-filter")
        terms[known[found[1].lower()]] = (found[2] or (found[3] or "").replace('""', '"')).casefold()
    return terms


def _text(record: Record, name: str) -> str:
    return str(record.get(name, "")).casefold()


def shown(contract: Contract, record: Record) -> Record:
    """The record with the members of an answer, in the order of the contract; those about errors are not among them."""
    fields = [each for each in contract.resource.fields if each.shown is not Shown.ERRORS]
    unknown = {name: value for name, value in record.items() if name not in contract.resource.names}
    return {**{each.name: record[each.name] for each in fields if each.name in record}, **unknown}
