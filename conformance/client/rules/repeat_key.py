"""A key that makes a repeat harmless is new for each new request."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract
from conformance.judge.operation import meant


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every write that has a key: another body, path or method under one key is an offence, and so is its length."""
    first: dict[str, Heard] = {}
    judged, offences = 0, []
    for each in heard:
        operation = meant(contract, each.request)
        key = "" if operation is None else each.request.headers.first(operation.repeats.header or "-")
        if operation is None or not key:
            continue
        judged += 1
        line = f"{each.request.method} {each.request.path}"
        if len(key) > operation.repeats.longest:
            text = f"{line} has an {operation.repeats.header} of {len(key)} characters"
            offences.append(Offence(code="key-too-long", sentence=text, heard=each))
        before = first.setdefault(key, each)
        if _content(before) != _content(each):
            text = f"{line} has the {operation.repeats.header} of an earlier request that held something else"
            offences.append(Offence(code="key-reused", sentence=text, heard=each))
    return Look(judged=judged, offences=tuple(offences))


def _content(heard: Heard) -> tuple[str, str, bytes]:
    return heard.request.method, heard.request.path, heard.request.body


RULE = ClientRule(name="repeat-key", watch=watch)
