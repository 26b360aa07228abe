"""Every legal way of writing an answer is read as well as any other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from conformance.client.kind import ClientRule, Scenario
from conformance.client.play import Play
from conformance.client.saying import Saying
from conformance.compare import differences
from conformance.contract.model import Clause, Contract
from conformance.document import Record, Value
from conformance.variants.catalogue import find
from conformance.variants.kind import Variant


def scenarios(contract: Contract, clause: Clause) -> Iterator[Scenario]:
    """One for each way that the clause names and the generation has, through reading one and reading many."""
    for name in clause.texts("variants"):
        variant = find(name, contract.generation)
        for do in ("get", "list", "upsert") if variant is not None else ():
            assert variant is not None
            yield Scenario(
                clause=clause,
                parameter=f"{name}, {do}",
                tell=partial(_digested, variant=variant, do=do),
                needs=(do,),
                formats=variant.formats,
            )


def _digested(play: Play, variant: Variant, do: str) -> None:
    resource = play.contract.resource
    # Some members set and some not, and a name outside of ASCII: what is empty or escaped can be written in many ways.
    some = play.writable()[::2]
    [known] = play.given({**play.new(*some, label="known"), resource.name: f"Äpfel & Söhne {play.seed[-12:]}"})
    play.serve(variant)
    identity = str(known[resource.identity])
    if do == "upsert":
        renamed = {resource.identity: identity, resource.name: f"Größer & Co {play.seed[-12:]}"}
        said, wanted = play.upsert(renamed), {**known, **renamed}
    else:
        said, wanted = play.get(identity) if do == "get" else play.browse(), known
    _compared(play, said, {name: wanted[name] for name in _always(play) & set(wanted)}, variant)


def _always(play: Play) -> set[str]:
    """The members that any answer about a record shows, but for the moment of its change."""
    resource = play.contract.resource
    plain = {each.name for each in resource.fields if each.writable and each.shown.value == "always"}
    return plain | {resource.identity}


def _compared(play: Play, said: Saying, wanted: Record, variant: Variant) -> None:
    way = f"an answer is legal in which {variant.sentence[:1].lower()}{variant.sentence[1:].rstrip('.')}"
    if said.error is not None or len(said.canonical) != 1:
        raise play.broken("not-digested", f"{said.outcome}; {way}")
    # What was never set must not be there either: a client may make something of an empty member.
    found: dict[str, Value] = {name: each for name, each in said.canonical[0].items() if name in _always(play)}
    wrong = differences(dict(wanted), found)
    if wrong:
        told = f"{wrong[0].path} is {wrong[0].before} and was handed to the caller as {wrong[0].after}"
        raise play.broken("misread", f"{told}; {way}", dict(wanted), found)


RULE = ClientRule(name="digested", scenarios=scenarios, takes={"variants": "texts"})
