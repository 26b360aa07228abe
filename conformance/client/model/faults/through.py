"""Errors that are lost on one way through a client, and reach the caller on all others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from conformance.client.model.behaviour import Behaviour, Call, Refused
from conformance.client.model.faults.kind import ClientFault
from conformance.contract.model import Role

Told = Callable[[Call, Refused], Refused | None]


def _deaf(*roles: Role) -> Callable[[], Behaviour]:
    """Whatever goes wrong in calls of these kinds is handed on as nothing."""
    return partial(Behaviour, told=lambda call, refused: None if call.role in roles else refused)


def _later_pages() -> Behaviour:
    """After the first page that came whole, the pages that do not come are taken for none."""
    came: list[int] = []

    def more(_call: Call, page: int, count: int) -> bool:
        came.append(page)
        return count > 0

    return Behaviour(more=more, told=lambda _call, refused: None if came else refused)


_ROWS: tuple[tuple[str, str, Callable[[], Behaviour], str, str], ...] = (
    ("deaf-to-reads", "Errors of reading one are lost.", _deaf(Role.READ), "not-found, find", "500-in-html, find"),
    (
        "deaf-to-writes",
        "Errors of writing are lost.",
        _deaf(Role.CREATE, Role.UPSERT, Role.UPDATE),
        "",
        "500-in-html, update",
    ),
    ("deaf-to-lists", "Errors of reading many are lost.", _deaf(Role.LIST), "", "500-in-html, list"),
)

FAULTS = (
    *(
        ClientFault(name=f"{name}-{what}", clause=f"answers.{what}-told", sentence=text, make=make, parameter=parameter)
        for name, text, make, *parameters in _ROWS
        for what, parameter in zip(("error", "failure"), parameters, strict=True)
    ),
    ClientFault(
        name="partial-pages",
        clause="answers.failure-told",
        sentence="A page that does not come is taken for the end.",
        make=_later_pages,
        parameter="second page",
    ),
)
