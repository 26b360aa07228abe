"""What an answer says of itself as a page of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from conformance.contract.model import Clause, Contract, PageNames, Role
from conformance.document import Value
from conformance.rules.finding import Finding
from conformance.rules.heard import Heard, about
from conformance.rules.reply import Reply

_USUAL = 100
"""A page or a size that is surely taken as it is asked for."""


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
    return numbers(contract.paging, held(contract, reply)[1])


def numbers(paging: PageNames, members: Mapping[str, Value]) -> dict[str, int]:
    """The numbers in such a member."""
    wanted = {what: members.get(getattr(paging, what)) for what in ("page", "size", "pages", "items")}
    return {what: number for what, value in wanted.items() if (number := _whole(value)) is not None}


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """A page that tells of itself what was not asked for, or numbers that do not fit each other."""
    paging, part = heard.contract.paging, clause.text("part")
    held = (
        heard.answer.envelope.get(paging.member) if heard.answer and paging.member and heard.role is Role.LIST else None
    )
    if not isinstance(held, Mapping) or part not in ("page", "size", "items", "pages"):
        return
    name = getattr(paging, part)
    where, told = f"{paging.member}.{name}", numbers(paging, held)
    if part not in told or (heard.format == "json" and isinstance(held.get(name), str)):
        yield about(clause, "absent", f"a page does not say its {name} as a number", where)
    wanted = _wanted(heard, part, told)
    if part in told and wanted and told[part] not in wanted:
        yield about(clause, "other", f"a page says that its {name} is {told[part]}, not {wanted[0]}", where)


def _wanted(heard: Heard, part: str, told: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers that would do; nothing where any would."""
    ways = heard.contract.operations[Role.LIST].narrowing
    asked = {name.lower(): _whole(value) for name, value in heard.request.query}
    if part == "pages":
        items, size = told.get("items", -1), told.get("size", 0)
        # Whether a list of nothing has a page is told nowhere.
        return () if items < 0 or size < 1 else (0, 1) if not items else (-(-items // size),)
    numbers = {each: asked.get(ways[each].lower(), 1) for each in ("page", "size") if ways[each].lower() in asked}
    # Numbers beyond what is usual, and a size without a page, are answered in ways that nobody knows.
    usual = "page" in numbers and all(each is not None and 1 <= each <= _USUAL for each in numbers.values())
    number = numbers.get(part) if usual else None
    return () if number is None else (number,)


def _whole(value: Value) -> int | None:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else None
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.removeprefix("-").isdecimal() else None
