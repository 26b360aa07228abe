"""Two bodies in one language: records found in each other, names translated, and what is other each time left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from conformance.contract.model import Contract, Field
from conformance.document import Record, Value
from conformance.regression.names import ATOM, Identifier, Names, Notation, identifier, masked, notation
from conformance.wire.scalar import ZERO_GUID

_COUNT, _CORRELATION, _PROVIDER = Notation("a count"), Notation("an identifier"), Notation("a text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a request decides how its answers are compared."""

    write: bool
    #: whether the path names one record
    one: bool
    #: whether a list is narrowed to records of the conversation
    narrowed: bool
    ordered: bool
    paged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two values that are equal where nothing changed; ``moved``: a list in another order, and both orders."""

    before: Value
    after: Value
    moved: tuple[str, str, str] | None


class Bodies:
    """The bodies of one conversation. ``sent`` are the texts that each run has sent in it."""

    def __init__(self, contract: Contract, names: Names, first: set[str], second: set[str]) -> None:
        self._contract, self._names = contract, names
        self._own = (first, second)
        self._moved: tuple[str, str, str] | None = None
        self._asked = Asked(write=False, one=False, narrowed=False, ordered=False, paged=False)
        resource = contract.resource
        self._lists = {resource.many, contract.errors.elements} - {""}
        self._record = {resource.many: resource.fields, resource.one: resource.fields}

    def pair(self, asked: Asked, before: Value, after: Value) -> Pair:
        """The two values, made comparable."""
        self._asked, self._moved = asked, None
        first, second = self._values("", before, after, None)
        return Pair(before=first, after=second, moved=self._moved)

    def _values(self, name: str, before: Value, after: Value, field: Field | None) -> tuple[Value, Value]:
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            known = field.members if field else self._record.get(name, ())
            return self._objects(before, after, known)
        if isinstance(before, tuple) and isinstance(after, tuple):
            if name in self._lists and all(isinstance(each, Mapping) for each in (*before, *after)):
                return self._records(name, before, after)
            return self._items(before, after, field)
        return self._leaves(name, before, after, known=field is not None)

    def _objects(self, before: Record, after: Record, known: Sequence[Field]) -> tuple[Value, Value]:
        fields = {each.name: each for each in known}
        first: dict[str, Value] = {}
        second: dict[str, Value] = {}
        for name in dict.fromkeys((*before, *after)):
            if name in before and name in after:
                first[name], second[name] = self._values(name, before[name], after[name], fields.get(name))
            elif name in before:
                first[name] = before[name]
            else:
                second[name] = self._names.value(after[name])
        return first, second

    def _leaves(self, name: str, before: Value, after: Value, *, known: bool) -> tuple[Value, Value]:
        if not known and isinstance(before, str | Decimal) and isinstance(after, str | Decimal):
            neutral = self._neutral(name, before, after)
            if neutral is not None:
                return neutral
        was, now = notation(before), notation(after)
        if was is not None or now is not None:
            return (before if was is None else was), (after if now is None else now)
        if identifier(before) and identifier(after):
            return self._identifiers(str(before), str(after))
        if isinstance(before, str) and isinstance(after, str):
            told = self._names.text(after)
            return before, (before if self._same(before, told) else told)
        return before, self._names.value(after)

    def _same(self, before: str, told: str) -> bool:
        plain = [masked(each, names=False) for each in (before, told)]
        if self._names.tokens:
            # A token that begins with a digit in one of the runs has no capital there.
            plain = [ATOM.sub(lambda found: found[0].lower(), each) for each in plain]
        return plain[0] == plain[1]

    def _neutral(self, name: str, before: Value, after: Value) -> tuple[Value, Value] | None:
        """What the envelope says of the answer itself, and how many records of whomever there are."""
        envelope, paging = self._contract.envelope, self._contract.paging
        if name == envelope.identifier and identifier(before) and identifier(after):
            return _CORRELATION, _CORRELATION
        if name == envelope.provider and before and after:
            return _PROVIDER, _PROVIDER
        counted = name in (paging.pages, paging.items) and name and not self._asked.narrowed
        return (_COUNT, _COUNT) if counted and type(before) is type(after) else None

    def _identifiers(self, before: str, after: str) -> tuple[Value, Value]:
        first, second = identifier(before), identifier(after)
        self._names.learn(first, second)
        told = self._names.known(second)
        if first != told:
            return Identifier(first), Identifier(told or f"{second}, another one")
        return _spelling(before), _spelling(after)

    def _items(self, before: Sequence[Value], after: Sequence[Value], field: Field | None) -> tuple[Value, Value]:
        if field is not None and field.keyed_by:
            first, second = (_keyed(field.keyed_by, each) for each in (before, after))
            item = {each.name: each for each in field.members}
            return self._labelled(first, second, tuple(item.values()))
        inner = Field(name="", kind=field.kind, members=field.members) if field is not None else None
        if len(before) != len(after):
            return tuple(before), tuple(self._names.value(each) for each in after)
        both = [self._values("", *each, inner) for each in zip(before, after, strict=True)]
        first_, second_ = tuple(one for one, _ in both), tuple(other for _, other in both)
        # Nothing is promised about the order of what has no key.
        same = sorted(map(repr, first_)) == sorted(map(repr, second_))
        return first_, first_ if same else second_

    def _labelled(
        self, first: Mapping[str, Value], second: Mapping[str, Value], fields: Sequence[Field]
    ) -> tuple[Value, Value]:
        field = Field(name="", kind=fields[0].kind, members=tuple(fields)) if fields else None
        one: dict[str, Value] = {}
        other: dict[str, Value] = {}
        for label in dict.fromkeys((*first, *second)):
            if label in first and label in second:
                one[label], other[label] = self._values("", first[label], second[label], field)
            elif label in first:
                one[label] = first[label]
            else:
                other[label] = self._names.value(second[label])
        return one, other

    def _records(self, name: str, before: Sequence[Value], after: Sequence[Value]) -> tuple[Value, Value]:
        first = [each for each in before if isinstance(each, Mapping) and self._mine(each, 0)]
        second = [each for each in after if isinstance(each, Mapping) and self._mine(each, 1)]
        found = self._matched(first, second)
        labels = _labels([self._label(each) for each in first])
        one: dict[str, Value] = {}
        other: dict[str, Value] = {}
        for place, label in enumerate(labels):
            if place in found:
                match = second[found[place]]
                one[label], other[label] = self._objects(first[place], match, self._contract.resource.fields)
            elif self._whole():
                one[label] = first[place]
        self._order(name, found, labels)
        lone = [each for place, each in enumerate(second) if place not in found.values()] if self._whole() else []
        news = _labels([self._names.text(self._label(each)) for each in lone], taken=labels)
        return one, {**other, **{label: self._names.value(each) for label, each in zip(news, lone, strict=True)}}

    def _whole(self) -> bool:
        """Whether all records of the conversation must be there: a page of a long list may hold others instead."""
        return self._asked.narrowed or not self._asked.paged

    def _order(self, name: str, found: Mapping[int, int], labels: Sequence[str]) -> None:
        promised = self._asked.write or self._asked.ordered
        if promised and list(found.values()) != sorted(found.values()):
            later = [labels[place] for place in sorted(found, key=found.__getitem__)]
            self._moved = (f"{name}[]", " ".join(labels[each] for each in found), " ".join(later))

    def _mine(self, record: Record, run: int) -> bool:
        """Whether a record belongs to the conversation; a list may hold other people's too."""
        resource, own = self._contract.resource, self._own[run]
        known = identifier(record.get(resource.identity))
        held = {str(record.get(each)) for each in (resource.name, resource.number) if record.get(each)}
        if self._asked.write or self._asked.one or known in own or held & own:
            own.update([known] if known else [])
            return True
        return False

    def _matched(self, first: Sequence[Record], second: Sequence[Record]) -> dict[int, int]:
        """Which record of the first list is which of the second: by identifier, by name or number, or by position."""
        resource, found = self._contract.resource, dict[int, int]()
        for by in (resource.identity, resource.number, resource.name):
            free: dict[str, list[int]] = {}
            for at, each in enumerate(first):
                if at not in found and _key(each.get(by)):
                    free.setdefault(_key(each[by]), []).append(at)
            for at, each in enumerate(second):
                # The second run may give an identifier of the first to another record.
                said = each.get(by)
                key = self._names.known(identifier(said)) if by == resource.identity else _key(self._names.value(said))
                there = free.get(key)
                if there and at not in found.values():
                    found[there.pop(0)] = at
        lists = self._asked.write or self._asked.one
        for at in range(min(len(first), len(second))) if lists else ():
            if at not in found and at not in found.values():
                found[at] = at
        return dict(sorted(found.items()))

    def _label(self, record: Record) -> str:
        resource = self._contract.resource
        held = (record.get(each) for each in (resource.name, resource.number, resource.identity))
        return next((each for each in held if isinstance(each, str) and each), "")


def _key(value: Value) -> str:
    """What a record is found by, in small letters; the identifier of nothing finds nothing."""
    return value.lower() if isinstance(value, str) and value != ZERO_GUID else ""


def _labels(names: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The names in brackets, each other than all before it."""
    found: list[str] = []
    for place, name in enumerate(names, 1):
        label = f"[{name or place}]"
        while label in found or label in taken:
            label = f"{label[:-1]}, again]"
        found.append(label)
    return found


def _keyed(key: str, items: Sequence[Value]) -> dict[str, Value]:
    names = [str(each.get(key) or "").upper() if isinstance(each, Mapping) else "" for each in items]
    return dict(zip(_labels(names), items, strict=True))


def _spelling(text: str) -> Notation:
    """How an identifier is written."""
    form = "in capitals" if text != text.lower() else "in small letters"
    bare = "" if "-" in text else ", without dashes"
    return Notation(f"an identifier {form}{bare}{', in braces' if '{' in text else ''}")
