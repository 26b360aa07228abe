"""Every request shows who is asking, in the way of its generation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Each request must have the token, the tenant and the keys that the generation asks for."""
    offences = []
    for each in heard:
        missing = list(_missing(contract, each))
        if missing:
            line = f"{each.request.method} {each.request.path} shows no {' and no '.join(missing)}"
            offences.append(Offence(code="caller-not-shown", sentence=line, heard=each))
    return Look(judged=len(heard), offences=tuple(offences))


def _missing(contract: Contract, heard: Heard) -> Iterator[str]:
    access = contract.access
    shown = {name.lower() for name, value in heard.request.query if value}
    yield from (f"{each} in its query" for each in access.keys if each.lower() not in shown)
    for header in (access.token_header, access.tenant_header):
        if header and not heard.request.headers.first(header).strip():
            yield f"header {header}"


RULE = ClientRule(name="shown-caller", watch=watch)
