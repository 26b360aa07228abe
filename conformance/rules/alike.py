"""Ways in which a new record may be like one that exists without being the same.

No source says what becomes of spaces or accents, so none are tried.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.contract.model import Resource
from conformance.document import Record, Value


def _longer_name(resource: Resource, one: Record) -> dict[str, Value]:
    return {resource.name: f"{one[resource.name]} and Sons"}


def _shorter_name(resource: Resource, one: Record) -> dict[str, Value]:
    return {resource.name: str(one[resource.name])[:-1]}


def _longer_number(resource: Resource, one: Record) -> dict[str, Value]:
    return {resource.number: f"{one[resource.number]}9"}


def _leading_zero(resource: Resource, one: Record) -> dict[str, Value]:
    return {resource.number: f"0{one[resource.number]}"}


def _other_letter(resource: Resource, one: Record) -> dict[str, Value]:
    return {resource.number: f"{one[resource.number]}X"}


def _same_address(resource: Resource, one: Record) -> dict[str, Value]:
    return {each.name: one[each.name] for each in resource.fields if each.format == "email" and each.name in one}


ALIKE: dict[str, Callable[[Resource, Record], dict[str, Value]]] = {
    "longer-name": _longer_name,
    "shorter-name": _shorter_name,
    "longer-number": _longer_number,
    "leading-zero": _leading_zero,
    "other-letter": _other_letter,
    "same-email": _same_address,
}

_TOGETHER = (("longer-name", "longer-number", "same-email"), ("shorter-name", "leading-zero"), ("other-letter",))


def strangers(resource: Resource, one: Record) -> list[dict[str, Value]]:
    """Members for a few new records that are, between them, like ``one`` in every way."""
    return [{name: each for way in ways for name, each in ALIKE[way](resource, one).items()} for ways in _TOGETHER]
