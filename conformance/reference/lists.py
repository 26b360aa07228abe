"""What a list holds, and how much of each record it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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
    if asked.get("archived", "").lower() != "true":
        found = [each for each in found if each.get(resource.status) != resource.archived]
    if asked.get("ids"):
        wanted = {each.strip().lower() for each in asked["ids"].split(",")}
        found = [each for each in found if each[resource.identity] in wanted]
    if asked.get("where"):
        terms = _terms(asked["where"], resource.names)
        found = [each for each in found if all(_text(each, name) == value for name, value in terms.items())]
    return _page(found, asked)


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


def _page(found: list[Record], asked: Mapping[str, str]) -> list[Record]:
    if not asked.get("page", "").isdigit():
        return found
    asked_size = asked.get("size", "")
    size = min(max(int(asked_size), 1), 1000) if asked_size.isdigit() else 100
    start = max(int(asked["page"]) - 1, 0) * size
    return found[start : start + size]


def full(contract: Contract, request: Request) -> bool:
    """Whether a list shows records in full: only a page does."""
    name = contract.operations[Role.LIST].narrowing.get("page", "")
    return any(each.lower() == name.lower() for each, _ in request.query)


def shown(contract: Contract, record: Record, *, full: bool) -> Record:
    """The record with the members that an answer of this kind shows, and every keyed collection complete."""
    hidden = {Shown.ERRORS} if full else {Shown.ERRORS, Shown.FULL}
    kept = {each.name: record[each.name] for each in contract.resource.fields if each.name in record}
    visible = {each.name: kept.get(each.name) for each in contract.resource.fields if each.shown not in hidden}
    unknown = {name: value for name, value in record.items() if name not in contract.resource.names}
    return {**{name: value for name, value in visible.items() if name in kept}, **unknown}
