"""Provocations: requests with one mistake in them, and the entry of the error catalogue that is the answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from conformance.contract import toml
from conformance.document import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Provocation:
    """One mistake that a request can make; ``what`` says which, as a sentence goes on after "a request with".

    ``sends`` says how the request is made out of a good one, with ``field`` (dotted, inside lists and objects):

    =========  ======================================================================
    value      the field holds ``value``
    update     the field holds ``value`` in an update of a record
    second     the field holds ``value`` in the second of two records
    without    the field is left out
    only       everything but the field is left out
    taken      the field holds what another record holds
    body       the body is the text in ``body``, by format
    look       the record that is asked for by ``field`` is one that does not exist
    addressed  the record to whose address it is sent is one that does not exist
    =========  ======================================================================
    """

    name: str
    what: str
    sends: str
    body: Mapping[str, str] = field(default_factory=dict)
    field: str = ""
    value: Value = None
    #: the operation, where it is not an upsert
    role: str = "upsert"
    #: the entries of the catalogues of errors and messages
    refusal: str = ""
    message: str = ""
    formats: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The field, step by step."""
        return tuple(self.field.split("."))


def read(place: Path, refusals: Collection[str], messages: Collection[str]) -> dict[str, Provocation]:
    """The provocations in a folder of specs; none where it has no file of them. Raises BadSpec."""
    if not (place / "provocations.toml").exists():
        return {}
    file = toml.read(place / "provocations.toml", "provocations")
    for name, facts in file.table["provocations"].items():
        for key, known in (("refusal", refusals), ("message", messages)):
            if facts.get(key, "") not in ("", *known):
                problem = f"the catalogue has no {key} {facts[key]!r}"
                raise file.refuse(["provocations", name, key], problem, toml.suggest(facts[key], tuple(known)))
    return {name: _provocation(name, facts) for name, facts in file.table["provocations"].items()}


def _provocation(name: str, facts: Mapping[str, Any]) -> Provocation:
    known = {**facts, "value": _value(facts.get("value")), "formats": tuple(facts.get("formats", ()))}
    return Provocation(name=name, **known)


def _value(held: Any) -> Value:
    """A value of TOML as a document holds it."""
    if isinstance(held, list):
        return tuple(_value(each) for each in held)
    if isinstance(held, dict):
        return {name: _value(each) for name, each in held.items()}
    if isinstance(held, int | float) and not isinstance(held, bool):
        return Decimal(str(held))
    plain: Value = held
    return plain
