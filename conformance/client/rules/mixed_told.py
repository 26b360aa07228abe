"""Where one record of a batch is refused, the caller is told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client import twists
from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.contract.model import Clause, Contract, Role
from conformance.document import empty


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """The refused one first, in the middle and last; refused as a whole, and one by one inside a success."""
    flag = clause.text("flag")
    switch = contract.operations[Role.UPSERT].narrowing.get("summarize", "")
    for place in (0, 1, 2):
        yield Scenario(
            clause=clause, parameter=f"at {place}", tell=partial(_mixed, place=place, flag=flag), needs=("upsert",)
        )
        if switch:
            tell = partial(_mixed, place=place, flag=flag, switch=switch)
            yield Scenario(clause=clause, parameter=f"inside a success, at {place}", tell=tell, needs=("upsert",))


def _mixed(play: Play, place: int, flag: str, switch: str = "") -> None:
    resource = play.contract.resource
    records = [play.new(label=f"number {one}") for one in range(3)]
    del records[place][resource.name]
    if switch:
        play.twist(twists.with_query(switch, "false"))
    said = play.upsert(*records)
    if said.error is None and not said.failed and not _in_records(play, said, flag):
        raise play.broken("refusal-swallowed", f"the server refused the one at {place}, and {said.outcome}")
    if said.failed and said.error is None and [each.index for each in said.failed] != [place]:
        told = ", ".join(str(each.index) for each in said.failed)
        raise play.broken("another-refused", f"the server refused the one at {place}, and the caller heard of {told}")


def _in_records(play: Play, said: Saying, flag: str) -> bool:
    """Whether the records themselves, as the caller got them, say that one of them was refused."""
    names = play.contract.statuses
    for each in said.records:
        errors = play.contract.errors.validation_errors
        if not empty(each.get(errors)) or (flag and each.get(flag) is True) or each.get(names.member) in names.failed:
            return True
    return False


RULE = ClientRule(name="mixed-told", scenarios=scenarios, takes={"flag": "field"})
