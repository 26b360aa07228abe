"""Where a vendor's document and our contract of a generation disagree, and which errata know of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conformance.contract.located import ABSENT, Place, pointer
from conformance.contract.model import Contract, Erratum
from conformance.diff.change import Change, Where, both_shown, shown
from conformance.diff.comparison import compare
from conformance.diff.sides import source, stands_for
from conformance.diff.source import Source

#: what a rule is about, by how its name begins; what is not here is no disagreement
_FACETS: Mapping[str, str] = {
    "operation-added": "operation",
    "operation-removed": "operation",
    "operation-moved": "operation",
    "parameter-became": "required",
    "required-parameter": "parameter",
    "parameter": "parameter",
    "request-body-became": "required",
    "request-body": "body",
    "required-request-body": "body",
    "request-media-type": "media type",
    "response-media-type": "media type",
    # What follows the type itself, such as a charset, is no disagreement.
    "response-media-type-renamed": "",
    "success-status": "status",
    "error-status": "status",
    "default-answer": "status",
    "response-header": "header",
    "member-added": "member",
    "member-removed": "member",
    "member-renamed": "member",
    "required-member": "member",
    "member-became-required": "required",
    "member-became-optional": "required",
    "member-with-default": "required",
    "member-became-read-only": "readOnly",
    "member-became-writable": "readOnly",
    "required-member-became-writable": "readOnly",
    "member-became": "writeOnly",
    "member-deprecated": "deprecated",
    "member-reactivated": "deprecated",
    "extra-members": "additionalProperties",
    "type": "type",
    "became-nullable": "type",
    "became-not-nullable": "type",
    "format": "format",
    "pattern": "pattern",
    "enum": "enum",
    "became-enum": "enum",
    "no-longer-enum": "enum",
    "const": "const",
    "default": "default",
    "max-length": "maxLength",
    "max-items": "maxItems",
    "max-properties": "maxProperties",
    "maximum": "maximum",
    "min-length": "minLength",
    "min-items": "minItems",
    "min-properties": "minProperties",
    "minimum": "minimum",
    "items-": "uniqueItems",
    "one-of": "oneOf",
    "any-of": "anyOf",
}
#: attributes of an XSD, as facets
_ATTRIBUTES = {"maxOccurs": "maxItems", "minOccurs": "required", "f:write": "readOnly", "f:choices": "enum"}


class Who(StrEnum):
    """Who says something."""

    OURS = "ours only"
    THEIRS = "theirs only"
    BOTH = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One thing that the two say differently, or that one of them does not say."""

    subject: str
    facet: str
    who: Who
    sentence: str
    ours: Where
    theirs: Where
    #: the errata that know of it
    errata: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether an erratum knows of it."""
        return bool(self.errata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A vendor's document against a generation."""

    generation: str
    file: str
    disagreements: tuple[Disagreement, ...]
    #: errata that the file has no need of any more, with the reason
    spent: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()


def drift(contract: Contract, word: str) -> Drift:
    """Where the document in a file and the contract disagree about the contract's resource."""
    ours, theirs = stands_for(contract), source(word)
    found = compare(ours, theirs, contract.resource.many if ours.whole and theirs.whole else contract.resource.one)
    changes = [each for each in found.changes if not _same_route(each, contract)]
    told = tuple(each for change in changes for each in _disagreement(change, contract.errata))
    used = {name for each in told for name in each.errata}
    spent = [(each.id, why) for each in contract.errata if each.id not in used for why in _spent(each, theirs)]
    order = sorted(told, key=lambda each: (each.covered, each.subject, each.facet, each.sentence))
    notes = found.notes
    return Drift(generation=contract.generation, file=word, disagreements=tuple(order), spent=tuple(spent), notes=notes)


def _same_route(change: Change, contract: Contract) -> bool:
    """Whether an operation is one of ours on the wire, where nobody sees what the gap in a path is called."""
    if not change.rule.startswith("operation-") or change.rule == "operation-moved":
        return False
    method, _, path = change.subject.partition(" ")
    ours = {(each.method, _GAP.sub("{}", each.path)) for each in contract.operations.values()}
    return change.rule == "operation-added" and any(
        method == other and form.endswith(_GAP.sub("{}", path)) for other, form in ours
    )


_GAP = re.compile(r"\{[^{}]*\}")


def _disagreement(change: Change, errata: Sequence[Erratum]) -> Iterator[Disagreement]:
    names = sorted((each for each in _FACETS if change.rule.startswith(each)), key=len)
    facet = _FACETS[names[-1]] if names else ""
    # Whoever says nothing of a type does not disagree about it.
    if not facet or (facet == "type" and "anything" in (change.before, change.after)):
        return
    yield Disagreement(
        subject=change.subject,
        facet=facet,
        who=_who(change),
        sentence=_told(change, facet),
        ours=change.old,
        theirs=change.new,
        errata=tuple(each.id for each in errata if _covers(each, change, facet)),
    )


def _who(change: Change) -> Who:
    if change.rule.endswith("-added") or change.rule == "became-enum":
        return Who.THEIRS
    return Who.OURS if "removed" in change.rule or change.rule == "no-longer-enum" else Who.BOTH


#: what one of the two says by saying nothing
_SILENT = {
    "readOnly": ("read-only", "writable"),
    "required": ("required", "optional"),
    "deprecated": ("deprecated", "not deprecated"),
    "writeOnly": ("write-only", "shown"),
}
_WHOLE = {"operation", "parameter", "member", "status", "media type", "header", "body"}
_ON = ("became-read-only", "became-required", "deprecated", "write-only", "with-default-became-required")


def _told(change: Change, facet: str) -> str:
    """The difference as one between two that hold at once, not as a change."""
    who = _who(change)
    if facet in _SILENT:
        words = _SILENT[facet] if change.rule.endswith(_ON) else _SILENT[facet][::-1]
        return f"{words[1]} with us, {words[0]} with them"
    if facet in _WHOLE and who is not Who.BOTH:
        return f"this {facet} {'they' if who is Who.THEIRS else 'we'} alone have"
    if change.rule in ("became-nullable", "became-not-nullable"):
        return f"may be null with {'them' if change.rule == 'became-nullable' else 'us'} alone"
    if "-branch-" in change.rule or (change.rule.startswith("enum-value") and who is not Who.BOTH):
        value, whose = (change.before, "us") if change.after is None else (change.after, "them")
        return f"may be {shown(value)} with {whose} alone"
    told = both_shown(change.before, change.after)
    return f"{facet} {told[0]} with us, {told[1]} with them".replace(" null ", " nothing ")


def _covers(erratum: Erratum, change: Change, facet: str) -> bool:
    if erratum.at.lstrip().startswith("//") or "xs:" in erratum.at:
        return _named_in_xsd(erratum, change, facet)
    return any(_at(place, erratum, change, facet) for place in erratum.at.split())


def _at(place: str, erratum: Erratum, change: Change, facet: str) -> bool:
    schema, _, keyword = place.rpartition("/")
    mine = change.old.pointer
    if keyword == "required" and facet == "member":
        return mine.startswith(f"{schema}/properties/") and change.subject.rpartition(".")[2] in erratum.instead
    return mine == schema and keyword == facet


def _named_in_xsd(erratum: Erratum, change: Change, facet: str) -> bool:
    names = re.findall(r"@name='([^']+)'", erratum.at)
    member = change.subject.rpartition(".")[2].removesuffix("[]")
    about = _ATTRIBUTES.get(erratum.attribute, erratum.attribute)
    if erratum.attribute == "name":
        return erratum.instead == member and facet == "member"
    return bool(names) and names[-1] == member and about == facet


def _spent(erratum: Erratum, theirs: Source) -> Iterator[str]:
    """Why a file has no need of an erratum, if so."""
    if "xs:" in erratum.at:
        return
    held = [_held(theirs, pointer(place)) for place in erratum.at.split()]
    if all(each is None for each in held):
        yield "what it is about is not in the file"
    elif all(each in (None, erratum.instead) for each in held):
        yield "the file says now what we say"
    elif all(each not in (None, erratum.published) for each in held):
        yield "the file says something else than it did"


def _held(theirs: Source, place: Place) -> str | None:
    """What stands at a place of a file, as errata spell it; None where what is around it is not there."""
    around = theirs.follow(theirs.root.at(*place[:-1]))
    if not isinstance(around.node, dict):
        return None
    value: Any = around.node.get(place[-1], ABSENT)
    return "" if value is ABSENT else json.dumps(value)
