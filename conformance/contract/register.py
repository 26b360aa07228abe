"""Clauses out of their files, each checked against the chapters, the rule kinds and the contract it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.contract import toml
from conformance.contract.clause import Clause, Grade, Level
from conformance.contract.model import Contract

Arguments = Mapping[str, str]
"""What a rule kind takes: an argument's name to what it names, such as ``field``, ``message`` or ``text``."""

CHAPTERS = (
    "upsert",
    "create-conflict",
    "partial-update",
    "read-only",
    "validation",
    "batch",
    "query",
    "errors",
    "wire",
    "access",
    "idempotency",
    "concurrency",
)


DUTIES = ("requests", "round-trip", "answers", "retries")
"""The chapters of what a contract asks of clients."""


def with_clauses(
    contract: Contract,
    files: Sequence[toml.SpecFile],
    kinds: Mapping[str, Arguments],
    chapters: tuple[str, ...] = CHAPTERS,
) -> Contract:
    """The contract with the clauses in these files, which belong to these chapters. Raises BadSpec."""
    clauses: dict[str, Clause] = {}
    places = [(file, index) for file in files for index in range(len(file.table["clause"]))]
    for file, index in places:
        clause = _clause(contract, file, index, kinds, chapters)
        if clause.id in clauses:
            raise file.refuse(["clause", index, "id"], f"duplicate id {clause.id!r}", "give each clause its own id")
        if not set(clause.formats) <= set(contract.formats):
            raise file.refuse(["clause", index, "formats"], "a format the generation lacks", "name its formats")
        clauses[clause.id] = clause
    for file, index in places:
        for each in file.table["clause"][index].get("rests", ()):
            if each not in clauses:
                remedy = toml.suggest(each, tuple(clauses))
                raise file.refuse(["clause", index, "rests"], f"there is no clause {each!r}", remedy)
    values = {name: getattr(contract, name) for name in contract.__dataclass_fields__}
    return Contract(**{**values, "clauses": tuple(clauses.values())})


def _clause(
    contract: Contract, file: toml.SpecFile, index: int, kinds: Mapping[str, Arguments], chapters: tuple[str, ...]
) -> Clause:
    table = file.table["clause"][index]
    chapter = table["id"].partition(".")[0]
    if chapter not in chapters:
        raise file.refuse(["clause", index, "id"], f"unknown chapter {chapter!r}", toml.suggest(chapter, chapters))
    if table["rule"] not in kinds:
        problem = f"unknown rule kind {table['rule']!r}"
        raise file.refuse(["clause", index, "rule"], problem, toml.suggest(table["rule"], tuple(kinds)))
    arguments = table.get("with", {})
    _check_arguments(contract, file, index, kinds[table["rule"]])
    return Clause(
        id=table["id"],
        chapter=chapter,
        level=Level(table["level"]),
        grade=Grade(table["grade"]),
        sentence=table["sentence"],
        source=table["source"],
        rule=table["rule"],
        arguments=arguments,
        formats=tuple(table.get("formats", ())),
        untested=table.get("untested", ""),
        rests=tuple(table.get("rests", ())),
        costly=table.get("costly", False),
    )


def _check_arguments(contract: Contract, file: toml.SpecFile, index: int, takes: Arguments) -> None:
    for name, value in file.table["clause"][index].get("with", {}).items():
        place = ["clause", index, name]
        if name not in takes:
            raise file.refuse(place, f"unknown argument {name!r}", toml.suggest(name, tuple(takes)))
        known = _vocabulary(contract, takes[name])
        for each in value if isinstance(value, list) else [value]:
            if known is not None and each not in known:
                noun = takes[name].removesuffix("s")
                raise file.refuse(place, f"the contract has no {noun} {each!r}", toml.suggest(str(each), known))


def _vocabulary(contract: Contract, what: str) -> tuple[str, ...] | None:
    """The words an argument may use; None where any value will do."""
    if what in ("field", "fields"):
        return tuple(contract.resource.names)
    if what in ("message", "messages"):
        return tuple(contract.messages)
    if what == "provocations":
        return tuple(contract.provocations)
    return tuple(contract.refusals) if what == "refusal" else None
