"""The contract of one generation: structure from a schema file, behaviour from clauses, bytes from wire facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.contract.clause import Clause, Erratum, Grade, Level
from conformance.contract.provocation import Provocation
from conformance.contract.service import Limit, Limits, Organisation
from conformance.contract.structure import Field, Kind, Mutability, Resource, Shown
from conformance.contract.wiring import (
    Access,
    Envelope,
    Era,
    ErrorNames,
    Form,
    Format,
    Operation,
    PageNames,
    Refusal,
    Role,
    StatusNames,
)

__all__ = [
    "Access",
    "Clause",
    "Contract",
    "Envelope",
    "Era",
    "Erratum",
    "ErrorNames",
    "Field",
    "Form",
    "Format",
    "Grade",
    "Kind",
    "Level",
    "Limit",
    "Limits",
    "Mutability",
    "Operation",
    "Organisation",
    "PageNames",
    "Provocation",
    "Refusal",
    "Resource",
    "Role",
    "Shown",
    "StatusNames",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """All that one generation promises."""

    generation: str
    title: str
    base: str
    resource: Resource
    operations: Mapping[Role, Operation]
    formats: Mapping[str, Format]
    envelope: Envelope
    errors: ErrorNames
    refusals: Mapping[str, Refusal]
    messages: Mapping[str, str]
    access: Access
    clauses: tuple[Clause, ...]
    errata: tuple[Erratum, ...]
    digest: str
    #: the form that a body may be, in generations that take one
    form: Form | None = None
    #: the schema file that the structure was read from
    schema: Path = Path()
    statuses: StatusNames = field(default_factory=StatusNames)
    #: requests with a mistake in them, by name
    provocations: Mapping[str, Provocation] = field(default_factory=dict)
    paging: PageNames = field(default_factory=PageNames)
    #: the service around the records, where it is known
    organisation: Organisation | None = None
    limits: Limits | None = None
    era: Era = field(default_factory=Era)

    def clause(self, identifier: str) -> Clause:
        """The clause with this id. Raises KeyError when there is none."""
        found = next((each for each in self.clauses if each.id == identifier), None)
        if found is None:
            raise KeyError(f"{self.generation} has no clause {identifier!r}")
        return found

    def message(self, name: str, record: Mapping[str, Any]) -> str:
        """A message of the catalogue with the members of ``record`` in its gaps."""
        return self.messages[name].format_map({**record})


def foundations(contract: Contract, identifier: str) -> tuple[str, ...]:
    """The clauses that a clause rests on, and those that these rest on in turn, the nearest first."""
    rests = {each.id: each.rests for each in contract.clauses}
    found: dict[str, None] = {}
    ahead = list(rests[identifier])
    while ahead:
        each = ahead.pop(0)
        if each != identifier and each not in found:
            found[each] = None
            ahead += rests[each]
    return tuple(found)
