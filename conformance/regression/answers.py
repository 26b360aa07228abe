"""What one conversation is answered differently, exchange by exchange."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from conformance.compare import changes
from conformance.contract.model import Contract, Role
from conformance.regression import align
from conformance.regression.align import Exchange
from conformance.regression.bodies import Asked, Bodies
from conformance.regression.changed import Seen, place, shown
from conformance.regression.documents import Document, document
from conformance.regression.names import ATOM, TOKEN, Names, atoms, masked, pairs, texts
from conformance.regression.runs import CUT
from conformance.regression.table import COUNTING, NOISE, STATUSES, row

_FORMATS = ("json", "xml", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of comparing one conversation: how many pairs of exchanges, how many of them cut, and the changes."""

    compared: int
    cut: int
    changes: tuple[Seen, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """One conversation as both runs have told it; ``seeded``: with names that come from the same seed."""

    contract: Contract
    first: Sequence[Exchange]
    second: Sequence[Exchange]
    seeded: bool

    @cached_property
    def couples(self) -> Sequence[tuple[Exchange, Exchange]]:
        """The exchanges that asked the same."""
        return list(align.aligned(self.contract, self.first, self.second, seeded=self.seeded))

    def tokens(self) -> Iterator[tuple[str, str]]:
        """What comes from the seeds: what is sent in the second run, and what in its place in the first."""
        for first, second in () if self.seeded else self.couples:
            for one, other in _texts(self.contract, first["request"], second["request"]):
                yield from ((b.lower(), a.lower()) for a, b in atoms(one, other) if TOKEN.fullmatch(a))


def heard(told: Told, tokens: Mapping[str, str]) -> Heard:
    """The changes between two tellings; ``tokens`` are what names of the second stand for in the first."""
    names = Names(tokens)
    bodies = Bodies(told.contract, names, _sent(told.contract, told.first), _sent(told.contract, told.second))
    talk = _Talk(told.contract, names, bodies, seeded=told.seeded)
    found = [each for couple in told.couples for each in talk.changes(*couple)]
    cut = sum(CUT in (each["response"] or {}).get("body", "") for each, _ in told.couples)
    return Heard(compared=len(told.couples), cut=cut, changes=tuple(found))


def _texts(contract: Contract, first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands at the same places in two requests."""
    sent = [document(contract, each["body"]) for each in (first, second)]
    yield from zip(_words(first["url"]), _words(second["url"]), strict=False)
    yield from pairs(sent[0].value, sent[1].value)
    yield from ((value, other) for (_, value), (_, other) in zip(first["headers"], second["headers"], strict=False))
    if sent[0].trouble or sent[1].trouble:
        yield first["body"], second["body"]


def _sent(contract: Contract, exchanges: Sequence[Exchange]) -> set[str]:
    """The texts that were sent: whoever holds one of them as a name was made in this conversation."""
    found: set[str] = set()
    for each in exchanges:
        found.update(texts(document(contract, each["request"]["body"]).value))
        found.update(_words(each["request"]["url"]))
        found.update(atom.lower() for atom in ATOM.findall(each["request"]["url"] + each["request"]["body"]))
    return found - {""}


def _words(url: str) -> list[str]:
    split = urlsplit(url)
    path = [unquote(each) for each in split.path.split("/")]
    return [*path, *(value for _, value in parse_qsl(split.query, keep_blank_values=True))]


@dataclass
class _Talk:
    contract: Contract
    names: Names
    bodies: Bodies
    seeded: bool

    def changes(self, first: Exchange, second: Exchange) -> Iterator[Seen]:
        """What the second answer says differently. The pairs come in the order of the conversation."""
        self._learn(first["request"], second["request"])
        asked = self._asked(first["request"])
        before, after = first["response"], second["response"]
        said = f"{first['request']['method']} {first['request']['url']}"
        for each in self._differences(asked, before, after):
            yield Seen(request=said, **each)

    def _differences(
        self, asked: Asked, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> Iterator[dict[str, str]]:
        was, now = _status(before), _status(after)
        if was != now:
            road = "write" if asked.write else "read"
            rule = row(STATUSES, road, _class(was), _class(now))
            yield {"rule": rule, "path": "status", "before": was, "after": now, "detail": f"{was} -> {now}"}
        if before is None or after is None or _class(was) != _class(now):
            # A refusal has nothing in common with what it refuses: that it is one says all.
            return
        yield from self._headers(before["headers"], after["headers"])
        if CUT not in before["body"] + after["body"]:
            failed = max(before["status"], after["status"]) >= 400
            yield from self._bodies(asked, before["body"], after["body"], failed=failed)

    def _learn(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
        for one, other in _texts(self.contract, first, second):
            self.names.learn_text(one, other, whole=not self.seeded)

    def _asked(self, request: Mapping[str, Any]) -> Asked:
        operations = self.contract.operations
        reading = {operations[each].method for each in (Role.LIST, Role.READ) if each in operations}
        split = urlsplit(request["url"])
        listing = operations.get(Role.LIST)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        ways = listing.narrowing if listing else {}
        return Asked(
            write=request["method"] not in reading,
            one=listing is None or unquote(split.path).rstrip("/").lower() != listing.path.lower(),
            narrowed=any(ATOM.search(each) for each in query.values()),
            # Names from other seeds stand in another order.
            ordered=self.seeded and ways.get("order", "") in query,
            paged=any(ways.get(each, "") in query for each in ("page", "size")),
        )

    def _headers(self, before: list[list[str]], after: list[list[str]]) -> Iterator[dict[str, str]]:
        first, second = _fields(before), _fields(after)
        yield from _media_type(first.pop("content-type", ""), second.pop("content-type", ""))
        for name in dict.fromkeys((*first, *second)):
            was, now = first.get(name), second.get(name)
            told = {"path": f"header {name}", "before": shown(was or ""), "after": shown(now or "")}
            if was is None or now is None:
                yield {"rule": "header-new" if was is None else "header-vanished", **told}
            elif not any(each in name for each in COUNTING) and not self._same(was, now):
                yield {"rule": "header-changed", **told}

    def _same(self, before: str, after: str) -> bool:
        after = self.names.text(after)
        return before == after or masked(before, names=not self.seeded) == masked(after, names=not self.seeded)

    def _bodies(self, asked: Asked, before: str, after: str, *, failed: bool) -> Iterator[dict[str, str]]:
        first, second = document(self.contract, before), document(self.contract, after)
        rule = _wholly(first, second)
        if rule:
            yield {"rule": rule, "path": "body", "before": _told(first, before), "after": _told(second, after)}
        elif first.format == "text":
            if not self._same(before, after):
                told = {"before": shown(before), "after": shown(self.names.text(after))}
                yield {"rule": "body-text-changed", "path": "body", **told}
        elif not first.trouble and first.format != "none":
            pair = self.bodies.pair(asked, first.value, second.value)
            for each in changes(pair.before, pair.after):
                yield place(self.contract, each, failed=failed)
            if pair.moved:
                yield {"rule": "order-changed", "path": pair.moved[0], "before": pair.moved[1], "after": pair.moved[2]}


def _status(response: Mapping[str, Any] | None) -> str:
    return "none" if response is None else str(response["status"])


def _class(status: str) -> str:
    return status if status == "none" else f"{status[0]}xx"


def _fields(pairs_: list[list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs_:
        if name.lower() not in NOISE:
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found


def _media_type(before: str, after: str) -> Iterator[dict[str, str]]:
    parts = [[part.strip().lower().replace('"', "") for part in each.split(";")] for each in (before, after)]
    if parts[0] == parts[1]:
        return
    formats = [each[0].rpartition("/")[2].rpartition("+")[2] for each in parts]
    renamed = "media-type-renamed" if formats[0] == formats[1] else "media-type-changed"
    rule = "media-type-parameter-changed" if parts[0][0] == parts[1][0] else renamed
    detail = f"{before or '(none)'} -> {after or '(none)'}"
    yield {"rule": rule, "path": "header content-type", "before": before, "after": after, "detail": detail}


def _wholly(first: Document, second: Document) -> str:
    """The rule for two bodies that cannot be compared member by member."""
    if bool(first.trouble) is not bool(second.trouble):
        return "body-unreadable" if second.trouble else "body-readable"
    if first.format == second.format:
        return ""
    if "none" in (first.format, second.format):
        return "body-emptied" if second.format == "none" else "body-came"
    return "body-format-changed"


def _told(document_: Document, body: str) -> str:
    return document_.trouble or f"{document_.format}: {shown(body)}"
