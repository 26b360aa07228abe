"""A folder of cassettes: what is in it, by the names of the conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from conformance.cassettes import names
from conformance.cassettes.origin import Origin
from conformance.cassettes.read import Cassette, read
from conformance.cassettes.wrong import Wrong
from conformance.errors import BadCassette, BadOption

_REMEDY = "record it anew, or leave the file out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One cassette of ours: the conversation's name, and where it comes from."""

    name: str
    cassette: Cassette
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Library:
    """What a folder holds; ``told`` are the cases of each generation and format that were told, and their verdicts."""

    folder: Path
    kept: tuple[Kept, ...]
    #: files that are no recording of ours
    strange: tuple[Path, ...] = ()
    told: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> Mapping[str, Cassette]:
        """The cassettes by the names of their conversations."""
        return {each.name: each.cassette for each in self.kept}

    @cached_property
    def axes(self) -> frozenset[str]:
        """The generations and formats of which something was recorded."""
        return frozenset({*self.told, *(f"{each.origin.generation}/{each.origin.format}" for each in self.kept)})

    @cached_property
    def within(self) -> str:
        """What all names begin with that are here: empty, a generation, or a generation and a format."""
        found = {_above(each, self.folder) for each in self.kept}
        return found.pop() if len(found) == 1 else ""

    def has(self, case: str) -> bool:
        """Whether a case was recorded: it has a cassette, or was told and said nothing of its own."""
        axis = case.rpartition("/")[0]
        return names.of_case(case) in self.names or case in self.told.get(axis, {})


def library(folder: Path) -> Library:
    """What is in a folder. Raises BadOption for none, and BadCassette for the first file that is refused."""
    kept: list[Kept] = []
    strange: list[Path] = []
    for path in files(folder):
        cassette = read(path)
        if not cassette.head:
            strange.append(path)
        else:
            kept.append(labelled(cassette))
    if not kept:
        raise BadOption(f"{folder} holds no cassette of this suite", "make some: conformance record TARGET DIR")
    return Library(folder=folder, kept=tuple(kept), strange=tuple(strange), told=_told(folder))


def files(folder: Path) -> Iterator[Path]:
    """The cassette files below a folder, in order. Raises BadOption when there is no such folder."""
    if not folder.is_dir():
        raise BadOption(f"there is no folder {folder}", "name one that holds cassettes")
    yield from sorted(each for each in folder.rglob("*.yaml") if not _hidden(each, folder))


def _hidden(path: Path, folder: Path) -> bool:
    return any(each.startswith(".") for each in path.relative_to(folder).parts)


def labelled(cassette: Cassette) -> Kept:
    """A cassette of ours with what its head says. Raises BadCassette for a head that says too little."""
    try:
        origin = Origin.of(cassette.head)
        return Kept(name=_name(cassette, origin), cassette=cassette, origin=origin)
    except Wrong as error:
        raise BadCassette(file=cassette.path, line=1, problem=error.problem, remedy=_REMEDY) from error


def _name(cassette: Cassette, origin: Origin) -> str:
    case, scene = cassette.head.get("case"), cassette.head.get("scene")
    if isinstance(case, str):
        return names.of_case(case)
    if isinstance(scene, str):
        return names.of_scene(f"{origin.generation}/{origin.format}", scene)
    raise Wrong("the head names neither a case nor a scene", at=("conformance",))


def _above(each: Kept, folder: Path) -> str:
    """The part of a cassette's place that lies above the folder; all of it where the file is not in its place."""
    expected, found = names.file(each.name).as_posix(), each.cassette.path.relative_to(folder).as_posix()
    return expected.removesuffix(found) if expected.endswith(found) else expected


def _told(folder: Path) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = {}
    for path in sorted(folder.rglob(names.INDEX)):
        if not _hidden(path, folder):
            for case, verdict in index(path).items():
                told.setdefault(case.rpartition("/")[0], {})[case] = verdict
    return told


def index(path: Path) -> dict[str, str]:
    """The cases of one format that were told, and their verdicts. Raises BadCassette."""
    try:
        found = json.loads(path.read_text("utf-8"))
        cases = found.get("cases") if isinstance(found, dict) else None
        if isinstance(cases, dict):
            return {str(case): str(verdict) for case, verdict in cases.items()}
    except (OSError, ValueError, RecursionError) as error:
        problem = f"cannot be read: {' '.join(str(error).split())[:80]}"
        raise BadCassette(file=path, line=1, problem=problem, remedy=_REMEDY) from error
    raise BadCassette(file=path, line=1, problem="not the index of a recording", remedy=_REMEDY)
