"""Structure: the resource and its fields, as a schema file describes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    BOOLEAN = "boolean"
    NUMBER = "number"
    MOMENT = "moment"
    GUID = "guid"
    LIST = "list"
    OBJECT = "object"


class Mutability(StrEnum):
    """Who sets a field."""

    #: a client, on create and on update
    WRITABLE = "writable"
    #: the server alone
    READ_ONLY = "read-only"
    #: no source says
    UNCERTAIN = "uncertain"


class Shown(StrEnum):
    """Where a field is returned."""

    #: in every answer that holds the record
    ALWAYS = "always"
    #: only where one record is fetched, or a page of records
    FULL = "full"
    #: only in answers about errors, or never
    ERRORS = "errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One member of a resource, as its schema file describes it.

    ``max_length`` counts characters. ``members`` are those of an object, or of each item of a list; ``item`` is the
    XML name of an item; ``keyed_by`` names the member that tells one item from another. ``examples`` are values that
    the API's documents themselves use, for fields where not every text will do.
    """

    name: str
    kind: Kind
    max_length: int | None = None
    choices: tuple[str, ...] = ()
    format: str = ""
    required: bool = False
    mutability: Mutability = Mutability.WRITABLE
    shown: Shown = Shown.ALWAYS
    formats: tuple[str, ...] = ()
    members: tuple[Field, ...] = ()
    item: str = ""
    keyed_by: str = ""
    max_items: int | None = None
    examples: tuple[str, ...] = ()
    #: members to send with it, without which the service may refuse it
    along: tuple[str, ...] = ()

    @property
    def scalar(self) -> bool:
        """Whether the field holds a single value."""
        return self.kind not in (Kind.LIST, Kind.OBJECT)

    @property
    def refers(self) -> bool:
        """Whether its value must exist elsewhere in the organisation, so that a target may refuse one it lacks."""
        return bool(self.examples) or (not self.scalar and not self.keyed_by and any(m.examples for m in self.members))

    @property
    def writable(self) -> bool:
        """Whether a client may set it."""
        return self.mutability is Mutability.WRITABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """The thing the API keeps, with the members that have a role in its identity."""

    one: str
    many: str
    fields: tuple[Field, ...]
    #: the identifier that the server assigns
    identity: str
    #: the identifier that the client chooses
    number: str
    #: the member that must be unique among active records
    name: str
    #: the life-cycle member, and its two values
    status: str
    active: str
    archived: str
    #: the member that holds the moment of the last change, if the generation shows one
    modified: str = ""
    #: members that every write carries, because a target that holds to the published schema insists on them
    sent_always: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """The field called ``name``. Raises KeyError when there is none."""
        return next((each for each in self.fields if each.name == name), None) or _no_field(self, name)

    @property
    def names(self) -> frozenset[str]:
        """The names of all fields."""
        return frozenset(each.name for each in self.fields)


def _no_field(resource: Resource, name: str) -> Field:
    raise KeyError(f"{resource.one} has no field {name!r}")
