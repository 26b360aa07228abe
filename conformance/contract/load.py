"""From the folders of ``specs/`` to contracts. The folder is the registration: drop one in, and it exists."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.contract import openapi, provocation, toml, xsd
from conformance.contract.model import (
    Access,
    Contract,
    Envelope,
    Era,
    Erratum,
    ErrorNames,
    Field,
    Form,
    Format,
    Limit,
    Limits,
    Operation,
    Organisation,
    PageNames,
    Refusal,
    Resource,
    Role,
    StatusNames,
)
from conformance.contract.register import DUTIES, Arguments, with_clauses
from conformance.errors import BadOption, BadSpec


def folder() -> Path:
    """Where the specs are: ``$CONFORMANCE_SPECS``, inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    places = (os.environ.get("CONFORMANCE_SPECS"), package / "specs", package.parent / "specs")
    found = next((Path(each) for each in places if each and Path(each).is_dir()), None)
    if found is None:
        raise BadOption("no specs folder was found", "set CONFORMANCE_SPECS to the folder that holds the generations")
    return found


def generations() -> tuple[str, ...]:
    """The names of all generations, oldest first."""
    return tuple(sorted(each.name for each in folder().iterdir() if (each / "clauses.toml").exists()))


def load(generation: str, kinds: Mapping[str, Arguments]) -> Contract:
    """The contract of a generation, given the rule kinds. Raises BadSpec, or BadOption for an unknown name."""
    known = generations()
    if generation not in known:
        raise BadOption(f"there is no generation {generation!r}", toml.suggest(generation, known))
    return read(folder() / generation, kinds)


def read(place: Path, kinds: Mapping[str, Arguments]) -> Contract:
    """The contract in a folder: ``wire.toml``, the clauses, ``errata.toml`` and the schema file they name.

    ``clauses.toml`` holds the core of the clauses; each file in a folder ``clauses`` a chapter more.
    """
    errata = _errata(place)
    wire = toml.read(place / "wire.toml", "wire")
    table = wire.table
    resource = _resource(wire, _fields(place, table["schema"], errata))
    contract = Contract(
        generation=place.name,
        title=table["title"],
        base=table["base"],
        resource=resource,
        operations=_operations(place, table),
        formats={name: Format(name=name, **facts) for name, facts in table["formats"].items()},
        envelope=Envelope(**table["envelope"]),
        errors=ErrorNames(**table["errors"]),
        refusals={name: Refusal(name=name, **facts) for name, facts in table["refusals"].items()},
        messages=table["messages"],
        access=_access(table["access"]),
        form=Form(**table["form"]) if "form" in table else None,
        clauses=(),
        errata=errata,
        digest=_digest(place),
        schema=place / table["schema"]["file"],
        **_names(table),
        organisation=Organisation(**table["organisation"]) if "organisation" in table else None,
        limits=_limits(table["limits"]) if "limits" in table else None,
        provocations=provocation.read(place, table["refusals"], table["messages"]),
    )
    files = (place / "clauses.toml", *sorted((place / "clauses").glob("*.toml")))
    return with_clauses(contract, [toml.read(each, "clauses") for each in files], kinds)


def duties(contract: Contract, kinds: Mapping[str, Arguments]) -> Contract:
    """The same contract with the clauses of ``client.toml``: what it asks of clients. Raises BadSpec."""
    file = folder() / contract.generation / "client.toml"
    return with_clauses(contract, [toml.read(file, "clauses")], kinds, DUTIES) if file.exists() else contract


def _names(table: Mapping[str, Any]) -> dict[str, Any]:
    """What not every generation has words for."""
    return {
        "statuses": StatusNames(**_tuples(table.get("statuses", {}))),
        "paging": PageNames(**_tuples(table.get("paging", {}))),
        "era": Era(**table.get("era", {})),
    }


def _fields(place: Path, schema: Mapping[str, str], errata: tuple[Erratum, ...]) -> tuple[Field, ...]:
    path = place / schema["file"]
    if not path.exists():
        raise BadSpec(place / "wire.toml", 1, f"the schema file {schema['file']!r} is not there", "put it beside")
    if path.suffix == ".xsd":
        return xsd.fields(path, schema["root"], errata)
    openapi.verify(path, [each for each in errata if each.applies == "file"])
    return openapi.fields(path, schema["root"])


def _operations(place: Path, table: Mapping[str, Any]) -> dict[Role, Operation]:
    if "operations" in table:
        return {Role(name): Operation(role=Role(name), **facts) for name, facts in table["operations"].items()}
    return openapi.operations(place / table["schema"]["file"])


def _resource(wire: toml.SpecFile, fields: tuple[Field, ...]) -> Resource:
    table = wire.table["resource"]
    resource = Resource(fields=fields, **{**table, "sent_always": tuple(table.get("sent_always", ()))})
    for role in ("identity", "number", "name", "status", "modified", "sent_always"):
        named = table.get(role, [])
        for each in [named] if isinstance(named, str) else named:
            if each not in resource.names:
                problem = f"the schema has no field {each!r}"
                raise wire.refuse(["resource", role], problem, toml.suggest(each, tuple(resource.names)))
    return resource


def _limits(table: Mapping[str, Any]) -> Limits:
    made: dict[str, Any] = {name: Limit(**held) if isinstance(held, dict) else held for name, held in table.items()}
    return Limits(**made)


def _access(table: Mapping[str, Any]) -> Access:
    return Access(**{**table, "keys": tuple(table.get("keys", ()))})


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(held) if isinstance(held, list) else held for name, held in table.items()}


def _errata(place: Path) -> tuple[Erratum, ...]:
    if not (place / "errata.toml").exists():
        return ()
    tables = toml.read(place / "errata.toml", "errata").table.get("erratum", [])
    return tuple(Erratum(**{"attribute": "", **each, "excuses": tuple(each.get("excuses", ()))}) for each in tables)


def _digest(place: Path) -> str:
    digest = hashlib.sha256()
    for each in sorted(each for each in place.rglob("*") if each.is_file()):
        digest.update(each.relative_to(place).as_posix().encode() + b"\0" + each.read_bytes() + b"\0")
    return digest.hexdigest()
