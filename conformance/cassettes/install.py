"""Fresh cassettes put in the place of those that were there before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from conformance.cassettes import names
from conformance.cassettes.library import index
from conformance.cassettes.read import read
from conformance.errors import BadCassette

_FRESH = ".fresh"
_NOTES = "told-*.jsonl"


def begin(folder: Path) -> Path:
    """An empty folder, inside that of the recordings, in which a run records until it has ended."""
    fresh = folder / _FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    return fresh


def discard(folder: Path) -> None:
    """Forget what a run has recorded that did not come to its end."""
    shutil.rmtree(folder / _FRESH, ignore_errors=True)


def install(folder: Path, *, whole: bool) -> list[Path]:
    """Move what was recorded to its place, and say where that is; ``whole``, nothing older of ours stays beside it."""
    fresh = folder / _FRESH
    found: list[Path] = []
    for axis in sorted({each.parent for each in fresh.glob(f"*/*/{_NOTES}")}):
        found += _moved(axis, folder / axis.relative_to(fresh), whole=whole)
    discard(folder)
    return found


def _moved(axis: Path, place: Path, *, whole: bool) -> Iterator[Path]:
    told = _notes(axis)
    before = {} if whole or not (place / names.INDEX).is_file() else index(place / names.INDEX)
    old = _ours(place) if whole else (place / names.file(names.of_case(case)).name for case in told)
    for path in old:
        path.unlink(missing_ok=True)
    for path in sorted(axis.rglob("*.yaml")):
        target = place / path.relative_to(axis)
        target.parent.mkdir(parents=True, exist_ok=True)
        yield path.replace(target)
    place.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"cases": dict(sorted({**before, **told}.items()))}, indent=1)
    (place / names.INDEX).write_text(text + "\n", "utf-8")


def _notes(axis: Path) -> dict[str, str]:
    lines = (line for path in axis.glob(_NOTES) for line in path.read_text("utf-8").splitlines())
    return dict(json.loads(each) for each in lines)


def _ours(place: Path) -> Iterable[Path]:
    """The cassettes of this suite in a folder; what others have put there is left alone."""
    for path in sorted(place.rglob("*.yaml")):
        try:
            if read(path).head:
                yield path
        except BadCassette:
            continue
