"""What requests and answers hold, once their bytes are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.document import Record, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """The records of a request; ``bare`` says that there was one, without a list around it."""

    records: tuple[Record, ...]
    bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorElement:
    """One refused record as the error repeats it, and what is said about it."""

    record: Record
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """What an answer says went wrong. ``text`` is a body that is neither XML nor JSON of a known shape."""

    number: int | None = None
    type: str = ""
    message: str = ""
    elements: tuple[ErrorElement, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What an answer says became of one record: its status, empty where none is shown, and what is wrong with it."""

    status: str = ""
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered: what stands around the records, the records, and the error.

    ``records`` is None where the answer holds no list of records, and empty where it holds an empty one. ``fates``
    has one entry for each record, or none at all where nothing is said about any.
    """

    envelope: Mapping[str, Value]
    records: tuple[Record, ...] | None = None
    error: ErrorBody | None = None
    fates: tuple[Fate, ...] = ()
