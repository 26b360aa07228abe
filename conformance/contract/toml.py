"""A spec file as a checked table; every refusal says the line and the remedy."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance.errors import BadSpec

Place = Sequence[str | int]

_UNKNOWN = jsonschema_rs.ValidationErrorKind.AdditionalProperties


@dataclass(frozen=True, slots=True)
class SpecFile:
    """One TOML file of a contract, with its text for finding lines."""

    path: Path
    text: str
    table: dict[str, Any]

    def refuse(self, place: Place, problem: str, remedy: str) -> BadSpec:
        """The error for something wrong at ``place``, a path of keys and indices."""
        return BadSpec(self.path, line_of(self.text, place), problem, remedy)


def read(path: Path, schema: str, *, mask: str | None = None) -> SpecFile:
    """The file at ``path``, checked against the schema of that name; ``mask`` stands for its values in a refusal.

    Raises BadSpec.
    """
    try:
        text = path.read_text("utf-8")
        table = _plain(tomllib.loads(text))
    except OSError as error:
        raise BadSpec(path, 1, f"cannot be read ({error.strerror})", "put the file there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = re.search(r"line (\d+)", str(error))
        raise BadSpec(path, int(found[1]) if found else 1, f"is not TOML: {error}", "mend the syntax") from error
    file = SpecFile(path, text, table)
    _check(file, json.loads(files("conformance.contract.schemas").joinpath(f"{schema}.schema.json").read_text()), mask)
    return file


def _plain(value: Any) -> Any:
    """The same values, with days and moments as texts, for which a schema has words."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _check(file: SpecFile, schema: dict[str, Any], mask: str | None) -> None:
    errors = list(jsonschema_rs.validator_for(schema, mask=mask).iter_errors(file.table))
    # A misspelt key is also a missing one; the key that stands there is what a person can see.
    for error in sorted(errors, key=lambda each: not isinstance(each.kind, _UNKNOWN)):
        place = list(error.instance_path)
        if isinstance(error.kind, _UNKNOWN):
            unknown = error.kind.unexpected[0]
            known = _known_keys(schema, error.schema_path)
            raise file.refuse([*place, unknown], f"unknown key {unknown!r}", _suggest(unknown, known))
        raise file.refuse(place, f"{_label(place)}: {error.message}", "correct the value")


def _known_keys(schema: dict[str, Any], path: Sequence[str | int]) -> list[str]:
    here: Any = schema
    for each in list(path)[:-1]:
        here = here[each]
    return list(here.get("properties", {}))


def _suggest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"what is known here: {', '.join(known)}"


def suggest(word: str, known: Sequence[str]) -> str:
    """The remedy for a word that is none of the known ones."""
    return _suggest(word, sorted(known))


def _label(place: Place) -> str:
    return ".".join(str(each) for each in place) or "the file"


def line_of(text: str, place: Place) -> int:
    """The line, from 1, where ``place`` stands in a TOML text; the nearest table above it when the key is inline."""
    lines = text.splitlines()
    start = _header(lines, place)
    keys = [str(each) for each in place if isinstance(each, str)]
    for key in reversed(keys):
        for number in range(start, len(lines)):
            if number > start and lines[number].startswith("["):
                break
            if re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', lines[number]) or re.search(
                rf'[{{,]\s*"?{re.escape(key)}"?\s*=', lines[number]
            ):
                return number + 1
    return start + 1


def _header(lines: Sequence[str], place: Place) -> int:
    """The index of the table header that holds ``place``."""
    if len(place) > 1 and isinstance(place[1], int):
        headers = [number for number, line in enumerate(lines) if line.strip() == f"[[{place[0]}]]"]
        return headers[place[1]] if place[1] < len(headers) else 0
    names = [".".join(str(each) for each in place[:length]) for length in range(len(place), 0, -1)]
    found = (number for name in names for number, line in enumerate(lines) if line.strip() == f"[{name}]")
    return next(found, 0)
