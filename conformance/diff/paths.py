"""Which operations of two documents are one: by method and by address, whatever the gaps and the base are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.diff.source import Source, Spot

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_GAP = re.compile(r"\{([^{}]*)\}")
_MOST_PAIRS = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An operation of a document: its path item, itself, and the names of the gaps in its path."""

    method: str
    path: str
    item: Spot
    spot: Spot

    @property
    def gaps(self) -> tuple[str, ...]:
        """The names of the gaps."""
        return tuple(_GAP.findall(self.path))

    @property
    def title(self) -> str:
        """How a person calls it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def id(self) -> str:
        """Its operationId, if it has one."""
        return str(self.spot.get("operationId", ""))


Key = tuple[str, str, str]
"""A method, an address without its base, with its gaps numbered, and what tells apart two that share both."""


def calls(source: Source) -> list[Call]:
    """The operations of a document, in its order."""
    items = ((path, source.follow(each)) for path, each in source.root.members("paths").items())
    return [
        Call(method=method, path=path, item=item, spot=item.at(method))
        for path, item in items
        for method in METHODS
        if isinstance(item.get(method), dict)
    ]


def keyed(old: Source, new: Source) -> tuple[dict[Key, Call], dict[Key, Call]]:
    """The operations of both documents by what makes them one."""
    before, after = calls(old), calls(new)
    cut = _bases(old, before, new, after)
    groups: dict[tuple[str, str], tuple[list[Call], list[Call]]] = {}
    for side, listed in enumerate((before, after)):
        for each in listed:
            groups.setdefault((each.method, _form(each.path, cut[side])), ([], []))[side].append(each)
    found: tuple[dict[Key, Call], dict[Key, Call]] = ({}, {})
    for (method, form), twins in groups.items():
        for number, pair in enumerate(_matched(*twins)):
            for side, one in enumerate(pair):
                if one is not None:
                    found[side][method, form, str(number)] = one
    return found


def _matched(old: list[Call], new: list[Call]) -> list[tuple[Call | None, Call | None]]:
    """Operations of one form: paths that differ in the names of their gaps alone are told apart by these."""
    pairs: list[tuple[Call | None, Call | None]] = []
    left, others = [*old], [*new]
    for mark in (_gaps, _id, _place):
        waiting = {mark(each, place): each for place, each in reversed([*enumerate(others)]) if mark(each, place)}
        for place, one in enumerate(tuple(left)):
            like = waiting.pop(mark(one, place), None)
            if like is not None:
                pairs.append((one, like))
        taken = {id(each) for pair in pairs for each in pair}
        left = [each for each in left if id(each) not in taken]
        others = [each for each in others if id(each) not in taken]
    return [*pairs, *((each, None) for each in left), *((None, each) for each in others)]


def _gaps(call: Call, _: int) -> str:
    return " ".join(call.gaps) or "none"


def _id(call: Call, _: int) -> str:
    return call.id


def _place(_: Call, place: int) -> str:
    return str(place + 1)


def _form(path: str, base: str) -> str:
    path = path.removeprefix(base) or "/"
    return _GAP.sub("{}", path).rstrip("/") or "/"


def base(source: Source) -> str:
    """The path of the first server."""
    first = next(iter(source.root.items("servers")), None)
    address = str(first.get("url", "")) if first is not None else ""
    return urlsplit(address).path.rstrip("/") if "{" not in address.partition("://")[2].partition("/")[0] else ""


def _bases(old: Source, before: list[Call], new: Source, after: list[Call]) -> tuple[str, str]:
    """What to cut off the paths of each, so that most of them meet."""
    some, others = {each.path for each in before}, {each.path for each in after}
    tries = Counter({("", ""): 1})
    tries[base(new), ""] += 1
    tries["", base(old)] += 1
    if len(some) * len(others) <= _MOST_PAIRS and not some & others:
        for one in some:
            for other in others:
                a, b = _form(one, ""), _form(other, "")
                if a.endswith(b):
                    tries[one[: len(a) - len(b)] if "{" not in one[: len(a) - len(b)] else "", ""] += 1
                elif b.endswith(a):
                    tries["", other[: len(b) - len(a)] if "{" not in other[: len(b) - len(a)] else ""] += 1
    return max(sorted(tries), key=lambda cut: (_meeting(some, others, cut), -len(cut[0] + cut[1])))


def _meeting(some: Iterable[str], others: Iterable[str], cut: tuple[str, str]) -> int:
    return len({_form(each, cut[0]) for each in some} & {_form(each, cut[1]) for each in others})


def again(gone: Mapping[Key, Call], come: Mapping[Key, Call]) -> dict[Key, Key]:
    """Operations that have another address or method, but still the same operationId."""
    ids = Counter(each.id for each in come.values()) + Counter(each.id for each in gone.values())
    by_id = {each.id: key for key, each in come.items() if each.id and ids[each.id] == 2}
    return {key: by_id[each.id] for key, each in gone.items() if each.id in by_id}


def reaches(call: Call, resource: str) -> bool:
    """Whether an operation is about a resource: its list, or one of it."""
    steps = call.path.strip("/").split("/")
    names = [each.casefold() for each in steps]
    if resource.casefold() not in names:
        return False
    at = names.index(resource.casefold())
    return (
        not any(_GAP.search(each) for each in steps[:at])
        and all(_GAP.fullmatch(each) for each in steps[at + 1 : at + 2])
        and len(steps) <= at + 2
    )
