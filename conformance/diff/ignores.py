"""Changes that somebody knows of and lets through, each with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from conformance.contract.toml import suggest
from conformance.diff.change import Change
from conformance.diff.rulebook import rules
from conformance.errors import BadOption

_MEMBERS = {"rule", "path", "reason"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """A pattern of rule ids, a pattern of subjects or JSON pointers, and why."""

    rule: str
    path: str = "*"
    reason: str = ""
    #: where it was said
    source: str = ""

    def covers(self, change: Change) -> bool:
        """Whether a change is one of those that it lets through."""
        places = (change.subject, change.old.pointer, change.new.pointer)
        return fnmatchcase(change.rule, self.rule) and any(fnmatchcase(each, self.path) for each in places)

    def __str__(self) -> str:
        return self.rule if self.path == "*" else f"{self.rule}@{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Changes that count, those that were let through with what did so, and what let nothing through."""

    changes: tuple[Change, ...]
    ignored: tuple[tuple[Change, Ignore], ...]
    unused: tuple[Ignore, ...]


def sift(changes: Iterable[Change], ignores: Sequence[Ignore]) -> Sifted:
    """Parts changes by what is ignored."""
    kept: list[Change] = []
    ignored: list[tuple[Change, Ignore]] = []
    for each in changes:
        by = next((ignore for ignore in ignores if ignore.covers(each)), None)
        if by is None:
            kept.append(each)
        else:
            ignored.append((each, by))
    used = {id(by) for _, by in ignored}
    unused = tuple(each for each in ignores if id(each) not in used)
    return Sifted(changes=tuple(kept), ignored=tuple(ignored), unused=unused)


def said(word: str) -> Ignore:
    """What one ``--ignore`` says: ``RULE[@GLOB][: REASON]``. Raises BadOption for an unknown rule."""
    what, _, reason = word.partition(": ")
    rule, _, path = what.strip().partition("@")
    return _known(Ignore(rule=rule, path=path or "*", reason=reason.strip(), source="--ignore"))


def known(pattern: str) -> str:
    """A pattern of rule ids. Raises BadOption where no rule has such an id."""
    if not any(fnmatchcase(each, pattern) for each in rules()):
        raise BadOption(f"there is no change rule {pattern!r}", suggest(pattern, tuple(rules())))
    return pattern


def _known(ignore: Ignore) -> Ignore:
    known(ignore.rule)
    return ignore


def read(path: Path) -> list[Ignore]:
    """What a file of ignores says: ``[[ignore]]`` with ``rule``, ``reason`` and perhaps ``path``."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"{path} cannot be read: {error}", "give a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise BadOption(f"{path} is not TOML: {error}", "mend the syntax") from error
    listed = table.pop("ignore", None)
    if table or not isinstance(listed, list):
        raise BadOption(f"{path} has no [[ignore]]", "write [[ignore]] with rule, path and reason, and nothing else")
    return [_entry(path, number, each) for number, each in enumerate(listed, 1)]


def _entry(path: Path, number: int, entry: Any) -> Ignore:
    where = f"{path}, entry {number}"
    if not isinstance(entry, dict) or not all(isinstance(each, str) for each in entry.values()):
        raise BadOption(f"{where} is not a table of texts", "write rule, path and reason")
    if not entry.keys() <= _MEMBERS:
        unknown = min(entry.keys() - _MEMBERS)
        raise BadOption(f"{where}: {unknown!r} is not known", "use rule, path and reason")
    if not entry.get("rule") or not entry.get("reason", "").strip():
        missing = "reason" if entry.get("rule") else "rule"
        raise BadOption(f"{where} has no {missing}", "say what is ignored, and why")
    return _known(Ignore(**{"path": "*", **entry}, source=where))
