"""A file that somebody names, told by what it holds: a cassette, a HAR file, or a body that stands alone."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from conformance.cassettes.read import read
from conformance.errors import BadCassette, BadOption
from conformance.recordings import har, raw
from conformance.recordings.raw import Told
from conformance.recordings.recording import Recording

STDIN = "-"

LARGEST = 64 * 1024 * 1024
"""The most bytes of a file that are read."""

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CASSETTE = re.compile(rb"(?:^|\n)(?:http_)?interactions\s*:|(?:^|\n)-\s*\n?\s*(?:request|response)\s*:")
_SUFFIXES = (".yaml", ".yml", ".json", ".har", ".xml")
_REMEDY = "name a cassette, a HAR file, or an XML or JSON body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one file holds, and of which sort it is."""

    sort: str
    recordings: tuple[Recording, ...]


def named(words: tuple[str, ...]) -> Iterator[str]:
    """The files that are meant: those of a folder are all that may be recordings."""
    for word in dict.fromkeys(words):
        place = Path(word)
        if word != STDIN and place.is_dir():
            found = sorted(each for each in place.rglob("*") if each.suffix.lower() in _SUFFIXES and each.is_file())
            yield from map(str, found)
        else:
            yield word


def opened(name: str, told: Told, stdin: BinaryIO) -> Opened:
    """What a file holds. Raises BadCassette or BadOption, in one line, for what cannot be understood."""
    body = _bytes(name, stdin)
    start = body.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        raise BadOption(f"{name} is empty", _REMEDY)
    if start[:1] in (b"{", b"["):
        return _json(name, body, told)
    if start[:1] == b"<" or body.startswith(_MARKS[1:]):
        return _alone(name, body, told, "XML body")
    if _CASSETTE.search(body) or _yaml(name):
        return _cassette(name, body)
    if not (told.status or told.operation or told.generation):
        raise BadOption(f"{name} is no recording", _REMEDY)
    return _alone(name, body, told, "body")


def _yaml(name: str) -> bool:
    return Path(name).suffix.lower() in (".yaml", ".yml")


def _bytes(name: str, stdin: BinaryIO) -> bytes:
    try:
        body = stdin.read(LARGEST + 1) if name == STDIN else _file(Path(name))
    except OSError as error:
        raise BadOption(f"{name} cannot be read: {error.strerror or error}", "name another file") from error
    if len(body) > LARGEST:
        raise BadOption(f"{name} is larger than {LARGEST // 1024 // 1024} MiB", "judge a part of it")
    return body


def _file(path: Path) -> bytes:
    if not path.is_file():
        raise OSError(f"there is no file {path.name!r}" if not path.exists() else "it is no file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _json(name: str, body: bytes, told: Told) -> Opened:
    """A document that says itself what it is; one that cannot be read is taken for a body, which may be its fault."""
    try:
        value: Any = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if _sort(name, body):
            raise BadOption(f"{name} cannot be read: {str(error)[:120]}", "record it anew") from error
        return _alone(name, body, told, "JSON body")
    if isinstance(value, Mapping) and isinstance(value.get("log"), Mapping):
        found = har.entries(value)
        if found is None:
            raise BadOption(f"{name} is a HAR file without a list of entries", "record it anew")
        return Opened(sort="HAR file", recordings=tuple(har.recordings(name, found)))
    if _interactions(value):
        return _cassette(name, body)
    if name.lower().endswith(".har"):
        raise BadOption(f"{name} is no HAR file: there is no log in it", "record it anew")
    return _alone(name, body, told, "JSON body")


def _sort(name: str, body: bytes) -> bool:
    """Whether an unreadable document was meant to hold exchanges."""
    start = body[:4096]
    return name.lower().endswith(".har") or any(each in start for each in (b'interactions"', b'"entries"', b'"log"'))


def _interactions(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "interactions" in value or "http_interactions" in value
    return isinstance(value, list) and all(isinstance(each, Mapping) and "request" in each for each in value[:1] or [0])


def _cassette(name: str, body: bytes) -> Opened:
    if name == STDIN:
        with TemporaryDirectory() as scratch:
            place = Path(scratch) / "stdin"
            place.write_bytes(body)
            try:
                held = read(place)
            except BadCassette as error:
                raise BadCassette(Path("<stdin>"), error.line, error.problem, error.remedy) from error
    else:
        held = read(Path(name))
    found = enumerate(held.interactions, 1)
    recordings = tuple(Recording(file=name, number=number, exchange=each.exchange) for number, each in found)
    return Opened(sort="cassette", recordings=recordings)


def _alone(name: str, body: bytes, told: Told, sort: str) -> Opened:
    return Opened(sort=sort, recordings=(raw.recording(name, body, told),))
