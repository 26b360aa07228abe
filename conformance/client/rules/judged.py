"""A request holds what the structure of the contract allows: what the judge of single requests finds, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract
from conformance.exchange import Exchange
from conformance.judge import judge
from conformance.judge.operation import meant
from conformance.judge.structure import CLAUSE


def watch(contract: Contract, clause: Clause, heard: Sequence[Heard]) -> Look:
    """Every request about the resource that has a body; only findings whose kind the clause names count."""
    bodied = [each for each in heard if each.request.body and meant(contract, each.request) is not None]
    kinds = clause.texts("kinds")
    offences = [found for each in bodied for found in _offences(contract, kinds, each)]
    return Look(judged=len(bodied), offences=tuple(offences))


def _offences(contract: Contract, kinds: Sequence[str], heard: Heard) -> list[Offence]:
    found = judge(contract, Exchange(request=heard.request))
    mine = [each for each in found if each.clause == CLAUSE and not each.erratum]
    return [
        Offence(code=each.code, sentence=f"{heard.request.method} {heard.request.path}: {each.sentence}", heard=heard)
        for each in mine
        if each.code.partition(":")[0] in kinds
    ]


RULE = ClientRule(name="judged", watch=watch, takes={"kinds": "texts"})
