"""What an answer says of itself as a page of a list."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from conformance.contract.model import Contract
from conformance.document import Value
from conformance.rules.reply import Reply


def held(contract: Contract, reply: Reply) -> tuple[str, Mapping[str, Value]]:
    """The member that says it, by whichever of its names; an empty name where there is none."""
    around = reply.answer.envelope if reply.answer is not None else {}
    for name in (contract.paging.member, *contract.paging.also):
        value = around.get(name) if name else None
        if isinstance(value, Mapping):
            return name, value
    return "", {}


def said(contract: Contract, reply: Reply) -> dict[str, int]:
    """The numbers it says: ``page``, ``size``, ``pages`` and ``items``, as far as they are numbers."""
    _, members = held(contract, reply)
    wanted = {what: members.get(getattr(contract.paging, what)) for what in ("page", "size", "pages", "items")}
    return {what: number for what, value in wanted.items() if (number := _whole(value)) is not None}


def _whole(value: Value) -> int | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else None
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.removeprefix("-").isdecimal() else None
