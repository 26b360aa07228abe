"""What is asked of a list, and the members that an answer has."""

from __future__ import annotations

from conformance.contract.model import Contract, Role, Shown
from conformance.document import Record
from conformance.exchange import Request
from conformance.rules.stages import CHANGED, Asked


def asked(contract: Contract, request: Request, wanted: str) -> Asked:
    """What the query of a request for a list asks for, by what each parameter does."""
    query = {name.lower(): value for name, value in request.query}
    ways = contract.operations[Role.LIST].narrowing
    given = {what: query[name.lower()] for what, name in ways.items() if name.lower() in query}
    header = contract.operations[Role.LIST].since
    if header and header in request.headers:
        given["since"] = request.headers.first(header)
    return Asked(narrowing=given, request=request, format=wanted)


def shown(contract: Contract, record: Record) -> Record:
    """The record with the members of an answer, in the order of the contract; those about errors are not among them."""
    fields = [each for each in contract.resource.fields if each.shown is not Shown.ERRORS]
    hidden = {*contract.resource.names, CHANGED}
    unknown = {name: value for name, value in record.items() if name not in hidden}
    return {**{each.name: record[each.name] for each in fields if each.name in record}, **unknown}
