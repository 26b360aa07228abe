"""Changes that somebody knows of: ignored by rule and place, each for a reason that is shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.contract.toml import suggest
from conformance.errors import BadOption
from conformance.regression.lines import Line
from conformance.regression.table import TABLE

FILE = ".conformance-ignore.toml"

_LARGEST = 1_000_000
_OPTION = re.compile(r"(?P<rule>[a-z*-]+)(?:[=@](?P<path>.*?))?:\s+(?P<reason>\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One rule, the places where it is ignored, and why."""

    rule: str
    path: str
    reason: str

    def fits(self, line: Line) -> bool:
        """Whether the line is meant: by its place, its clause, or the case that shows it."""
        known = (line.where, line.example.get("place", ""), line.example["case"])
        brackets = self.path.replace("[", "[[]")
        return self.rule in ("*", line.rule.id) and any(fnmatchcase(each, brackets) for each in known)

    def __str__(self) -> str:
        return f"{self.rule}={self.path}" if self.path != "*" else self.rule


def parsed(text: str) -> Ignore:
    """The ignore in an option: ``RULE: REASON`` or ``RULE=PATH: REASON``. Raises BadOption."""
    found = _OPTION.fullmatch(text.strip())
    if found is None:
        raise BadOption(
            f"--ignore {text!r} names no rule with a reason", "as in --ignore 'member-new=Contacts[].Tags: since May'"
        )
    return _checked(found["rule"], found["path"] or "*", found["reason"], "--ignore")


def read(path: Path) -> list[Ignore]:
    """The ignores in a file. Raises BadOption."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadOption(f"{path} is larger than {_LARGEST} bytes", "name a file of ignores")
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadOption(f"{path} cannot be read as TOML: {error}", "see: conformance compare --help") from error
    entries = document.pop("ignore", [])
    if document or not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise BadOption(f"{path} holds something else than [[ignore]] tables", "use rule, path and reason in each")
    return [_entry(path, number, each) for number, each in enumerate(entries, 1)]


def _entry(path: Path, number: int, entry: dict[str, object]) -> Ignore:
    where = f"{path}, [[ignore]] {number}"
    unknown = sorted(set(entry) - {"rule", "path", "reason"})
    if unknown or not all(isinstance(each, str) for each in entry.values()):
        problem = f"has {unknown[0]!r}" if unknown else "has a value that is no text"
        raise BadOption(f"{where} {problem}", "use rule, path and reason")
    return _checked(str(entry.get("rule", "")), str(entry.get("path", "*")), str(entry.get("reason", "")), where)


def _checked(rule: str, path: str, reason: str, where: str) -> Ignore:
    if rule != "*" and rule not in TABLE:
        raise BadOption(f"{where}: there is no rule {rule!r}", suggest(rule, tuple(TABLE)))
    if not reason.strip():
        raise BadOption(f"{where}: {rule} is ignored without a reason", "say why")
    return Ignore(rule=rule, path=path, reason=reason.strip())


def applied(ignores: Sequence[Ignore], lines: Iterable[Line]) -> tuple[list[Line], list[Ignore]]:
    """The lines with the reasons why they do not count, and the ignores that no line needs."""
    used: set[int] = set()
    found: list[Line] = []
    for line in lines:
        fitting = [at for at, each in enumerate(ignores) if each.fits(line)]
        used.update(fitting)
        found.append(replace(line, ignored=ignores[fitting[0]].reason) if fitting else line)
    return found, [each for at, each in enumerate(ignores) if at not in used]
