"""Which exchange of one run is the same as which of the other: by what was asked, in the order in which it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.contract.model import Contract, Role
from conformance.document import Value
from conformance.regression.documents import document
from conformance.regression.names import masked

Exchange: TypeAlias = Mapping[str, Any]

_NAMED = ("accept", "content-type")


def aligned(
    contract: Contract, first: Sequence[Exchange], second: Sequence[Exchange], *, seeded: bool
) -> Iterator[tuple[Exchange, Exchange]]:
    """The pairs of exchanges that asked the same; ``seeded``: names come from the same seed in both."""
    keys = [[_key(contract, each["request"], seeded=seeded) for each in run] for run in (first, second)]
    for block in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks():
        for place in range(block.size):
            yield first[block.a + place], second[block.b + place]


def _key(contract: Contract, request: Mapping[str, Any], *, seeded: bool) -> tuple[object, ...]:
    headers = sorted((name.lower(), value) for name, value in request["headers"] if name.lower() in _NAMED)
    split = urlsplit(request["url"])
    if seeded:
        path = masked(unquote(split.path), names=False)
        asked = masked(unquote(split.query), names=False)
        return (request["method"], path, asked, *headers, masked(request["body"], names=False))
    listing = contract.operations[Role.LIST].path if Role.LIST in contract.operations else "/"
    one = split.path.lower().startswith(f"{listing}/".lower())
    path = f"{listing}/…" if one else masked(unquote(split.path), names=True)
    query = sorted(name for name, _ in parse_qsl(split.query, keep_blank_values=True))
    return (request["method"], path, *query, *headers, _shape(document(contract, request["body"]).value))


def _shape(value: Value) -> object:
    """The members of a value without what they hold."""
    if isinstance(value, Mapping):
        return tuple(sorted((name, _shape(each)) for name, each in value.items() if each is not None))
    return tuple(_shape(each) for each in value) if isinstance(value, tuple) else ""
