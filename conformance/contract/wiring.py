"""Bytes: operations, formats, envelope, error catalogue and access, as ``wire.toml`` or a schema file has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What an operation is for, whatever its method and path."""

    LIST = "list"
    READ = "read"
    #: create one or many, refusing what exists
    CREATE = "create"
    #: create or update one or many
    UPSERT = "upsert"
    #: update the one record that the path names
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """The header whose value makes a repeated request harmless, and the most characters that it may have."""

    header: str = ""
    longest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call. ``identifiers`` maps a field to its place: ``path``, or the name of a query parameter."""

    role: Role
    method: str
    path: str
    identifiers: Mapping[str, str] = field(default_factory=dict)
    #: query parameters that narrow a list, by what they do: ``ids``, ``where``, ``page``, ``archived``
    narrowing: Mapping[str, str] = field(default_factory=dict)
    #: the header that narrows a list to what has changed since a moment
    since: str = ""
    #: whether the body may hold many records
    many: bool = True
    #: whether the answer holds the record itself, without a list around it
    alone: bool = False
    #: whether the documents say that the answer to a write shows the records
    shows: bool = True
    success: int = 200
    repeats: Repeats = field(default_factory=Repeats)

    def address(self, identifier: str = "") -> str:
        """The path, with the identifier in its gap if it has one."""
        before, _, after = self.path.partition("{")
        return before + identifier + after.partition("}")[2] if after else before


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one format looks on the wire in this generation."""

    name: str
    #: the media type to send and to ask for
    media_type: str
    #: the Content-Type of answers
    answer_type: str
    #: how moments are written: ``iso`` or ``ms`` (``/Date(milliseconds)/``)
    moments: str
    #: what becomes of a member without a value in an answer: ``omitted`` or ``shown``
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as a body: its media type, the field that holds the document, and the document's format."""

    media_type: str
    field: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands around the records in an answer."""

    root: str
    identifier: str
    status: str
    provider: str
    moment: str
    ok: str = "OK"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorNames:
    """The wire names of the members of error bodies, in all the shapes that errors take."""

    #: the element around an error, and its members
    root: str
    number: str
    type: str
    message: str
    #: the refused records, the XML name of each, and what is said about it
    elements: str
    element: str
    validation_errors: str
    validation_error: str
    #: the list of errors of the older shape, the XML name of each, and its members
    errors: str
    error: str
    description: str
    exception: str
    exception_type: str
    #: the members of a problem object
    title: str
    detail: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNames:
    """How an answer says what became of each record, where a write may fail in part.

    A reference server writes the first of the ``attributes`` and of the words; ``member`` is for formats without
    attributes. Nothing is set where the generation is not known to say it.
    """

    attributes: tuple[str, ...] = ()
    member: str = ""
    fine: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNames:
    """The member of an envelope that says which page of a list this is, other names it has had, and its own members."""

    member: str = ""
    also: tuple[str, ...] = ()
    page: str = ""
    size: str = ""
    pages: str = ""
    items: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Era:
    """What tells exchanges of generations apart that share their addresses."""

    #: the scheme with which callers showed themselves
    scheme: str = ""
    #: the day on which it was over, as ISO 8601 writes it
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One entry of the error catalogue. ``number`` is the body's own error number."""

    name: str
    status: int
    shape: str
    message: str
    number: int | None = None
    type: str = ""
    source: str = ""
    #: the Content-Type, where it is not that of the format asked for
    answer_type: str = ""
    #: whether the body repeats the refused records
    echoes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a caller is known: by headers that hold a token and a tenant, or by keys in the query."""

    token_header: str = ""
    token_scheme: str = ""
    tenant_header: str = ""
    keys: tuple[str, ...] = ()
