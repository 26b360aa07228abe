"""The words of a programming language for nothing are not sent as if they were data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.client.rules.read_only_sent import records
from conformance.contract.model import Clause, Contract
from conformance.document import Value


def watch(contract: Contract, clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every text in every write, and in the query and the path of every request."""
    words, offences = set(clause.texts("words")), []
    for each in heard:
        line = f"{each.request.method} {each.request.path}"
        found = [(path, text) for record in records(contract, each) for path, text in _texts(record) if text in words]
        found += [(f"the query parameter {name}", text) for name, text in each.request.query if text in words]
        found += [("its path", part) for part in each.request.path.split("/") if part in words]
        if found:
            path, text = found[0]
            offences.append(Offence(code="placeholder-sent", sentence=f"{line} says {text!r} in {path}", heard=each))
    return Look(judged=len(heard), offences=tuple(offences))


def _texts(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each, path)


RULE = ClientRule(name="placeholder", watch=watch, takes={"words": "texts"})
