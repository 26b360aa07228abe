"""From a word of the command line to a side of a comparison: a generation of ours, or a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from conformance.contract.load import generations
from conformance.contract.model import Contract
from conformance.contract.toml import suggest
from conformance.diff.behaviour import behaviour
from conformance.diff.comparison import Comparison, compare
from conformance.diff.generation import generation
from conformance.diff.source import Source
from conformance.diff.tree import LARGEST, grown
from conformance.diff.xsd import is_xsd, schemas
from conformance.errors import BadOption
from conformance.rules.registry import contract

_VERSIONS = ("3.0", "3.1")


def compared(old: str, new: str, resource: str = "") -> Comparison:
    """What changed between two words' documents. Raises BadOption for a word that is no side."""
    known = generations()
    if old in known and new in known:
        return _generations(contract(old), contract(new), resource)
    return compare(_side(old, known), _side(new, known), resource)


def _generations(old: Contract, new: Contract, resource: str) -> Comparison:
    found = compare(generation(old), generation(new), resource)
    changes = (*found.changes, *behaviour(old, new))
    return Comparison(
        old=found.old,
        new=found.new,
        changes=tuple(sorted(changes, key=lambda each: each.order)),
        operations=found.operations,
        notes=found.notes,
    )


def _side(word: str, known: tuple[str, ...]) -> Source:
    if word not in known:
        return source(word)
    return stands_for(contract(word))


def stands_for(held: Contract) -> Source:
    """What stands for a contract beside a file: its own document says more than what all generations have in common."""
    if held.schema.suffix == ".xsd":
        return generation(held)
    inside = held.schema.is_relative_to(Path.cwd())
    file = held.schema.relative_to(Path.cwd()) if inside else held.schema
    return replace(source(str(file)), name=held.generation)


def source(word: str) -> Source:
    """The document in a file. Raises BadOption, in one line, for what cannot be compared."""
    content = _content(word)
    if is_xsd(content):
        return Source(name=word, tree=schemas(word, content), file=word)
    tree = grown(word, content)
    data = tree.data
    if not isinstance(data, dict):
        raise BadOption(f"{word} is no OpenAPI document: there is no mapping at its top", "give OpenAPI or XSD")
    if "swagger" in data:
        raise BadOption(f"{word} is Swagger {data['swagger']}, not OpenAPI 3", "convert it to OpenAPI 3 first")
    version = data.get("openapi")
    if version is not None and not str(version).startswith(_VERSIONS):
        raise BadOption(f"{word} is OpenAPI {str(version)[:20]}", f"known are {' and '.join(_VERSIONS)}")
    if not any(isinstance(data.get(each), dict) for each in ("paths", "components", "webhooks")):
        raise BadOption(f"{word} is no OpenAPI document: it has no paths and no components", "give OpenAPI or XSD")
    return Source(name=word, tree=tree, file=word)


def _content(word: str) -> bytes:
    path = Path(word)
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise BadOption(f"{word} is larger than {LARGEST // 1024 // 1024} MiB", "compare a slice of it")
        return path.read_bytes()
    except FileNotFoundError as error:
        names = ", ".join(generations())
        remedy = suggest(word, generations()) if "/" not in word and "." in word else f"give a file, or one of {names}"
        raise BadOption(f"{word} is no file and no generation", remedy) from error
    except OSError as error:
        raise BadOption(f"{word} cannot be read: {error.strerror}", "give a file that can be read") from error
