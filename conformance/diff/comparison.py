"""Two documents compared: every change, the worst first, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conformance.diff.change import Change, Reach, made, told
from conformance.diff.finding import SCHEMA, Edge, Finding, Sides
from conformance.diff.graph import Graph
from conformance.diff.heading import heading, unraised
from conformance.diff.operations import Pairing, operation, pairings, webhooks
from conformance.diff.paths import reaches
from conformance.diff.rulebook import Impact
from conformance.diff.security import schemes
from conformance.diff.source import Source, parted
from conformance.errors import BadOption

_MOST_NOTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed between two documents."""

    old: str
    new: str
    changes: tuple[Change, ...]
    #: how many operations were compared
    operations: int = 0
    #: what a person should hear about the documents themselves
    notes: tuple[str, ...] = ()

    @property
    def worst(self) -> Impact:
        """The worst that any change does."""
        return max((each.overall for each in self.changes), key=lambda each: each.rank, default=Impact.SAFE)


def compare(old: Source, new: Source, resource: str = "") -> Comparison:
    """What changed from one document to the other, or in what one resource of them reaches."""
    sides = Sides(old=old, new=new)
    graph = Graph(sides)
    whole = old.whole and new.whole
    pairs = _pairings(sides, resource) if whole else []
    for number, pairing in enumerate(pairs):
        graph.node(operation(sides, pairing), sent=1 << number, read=1 << number)
    if not whole:
        # Nobody can tell which way a schema goes, so it goes both.
        graph.node(_schemas(graph, sides, resource), sent=1, read=1)
    elif not resource:
        graph.node(_schemas(graph, sides, resource))
    graph.spread()
    changes = [*_changes(graph, sides, [each.call.title for each in pairs], idle=not resource)]
    if not resource:
        changes += _around(sides)
    if any(each.overall is Impact.BREAKING for each in changes):
        last = unraised(sides)
        changes += [made(sides, last, Reach())] if last is not None else []
    return Comparison(
        old=old.name,
        new=new.name,
        changes=tuple(sorted(changes, key=lambda each: each.order)),
        operations=len(pairs),
        notes=(*_noted(old), *_noted(new), *_slices(old, new)),
    )


def _pairings(sides: Sides, resource: str) -> list[Pairing]:
    found = [each for each in pairings(sides) if not resource or reaches(each.call, resource)]
    if resource and not found:
        raise BadOption(f"no operation is about {resource!r}", "name the first step of a path, such as Contacts")
    return found


def _noted(source: Source) -> Iterator[str]:
    """What to say of a document, up to a point."""
    said = (*source.tree.warnings, *source.notes)
    yield from said[:_MOST_NOTES]
    if len(said) > _MOST_NOTES:
        yield f"{source.name}: and {len(said) - _MOST_NOTES} more such notes"


def _slices(old: Source, new: Source) -> Iterator[str]:
    for each, other in ((old, new), (new, old)):
        if not each.whole:
            more = "" if not other.whole else "; the operations of the other are not compared"
            yield f"{each.name} has no operations: its schemas count as sent and as read{more}"


def _schemas(graph: Graph, sides: Sides, resource: str) -> Iterator[Finding | Edge]:
    """The schemas that no operation reaches, or all of them where there are no operations."""
    one, other = (each.root.at("components").members("schemas") for each in (sides.old, sides.new))
    whole = sides.old.whole and sides.new.whole
    names = parted(one, other)
    if resource:
        wanted = {resource.casefold(), resource.casefold().removesuffix("s")}
        names = names.only(lambda each: each.casefold() in wanted)
        if not names.both:
            raise BadOption(
                f"no schema of both is called {resource!r}", "a slice without operations needs a schema of that name"
            )
    used = graph.used()
    for name in names.gone:
        if not whole or id(one[name].node) not in used[0]:
            rule = "schema-removed" if whole else "schema-dropped"
            yield Finding(rule=rule, old=one[name], new=sides.new.root, before=name)
    for name in names.come:
        if not whole or id(other[name].node) not in used[1]:
            yield Finding(rule="schema-added", old=sides.old.root, new=other[name], after=name)
    for name in names.both:
        if not graph.reached(sides.old.follow(one[name]), sides.new.follow(other[name])):
            yield Edge(kind=SCHEMA, old=one[name], new=other[name])


def _changes(graph: Graph, sides: Sides, titles: Sequence[str], *, idle: bool) -> Iterator[Change]:
    """The changes of all nodes; what is said of one place by several nodes is one change."""
    found: dict[tuple[object, ...], tuple[Finding, Reach]] = {}
    for node in graph.nodes.values():
        if not (node.sent or node.read or idle):
            continue
        for each in node.findings:
            key = _one(each)
            first, reach = found.get(key, (each, Reach()))
            found[key] = first, reach.more(node.sent if each.sent else 0, node.read if each.read else 0)
    yield from (made(sides, each, reach, titles) for each, reach in found.values())


#: what is said of every operation by itself, and means one thing for all of them
_SHARED = {"became-secured", "became-open", "security-added", "security-removed", "scope-added", "scope-removed"}


def _one(finding: Finding) -> tuple[object, ...]:
    place = () if finding.rule in _SHARED else told(finding).place
    return finding.rule, place, str(finding.before), str(finding.after)


def _around(sides: Sides) -> Iterator[Change]:
    """What is said of the documents as wholes."""
    found: Iterable[Finding | Edge] = (*heading(sides), *schemes(sides.old, sides.new), *webhooks(sides))
    yield from (made(sides, each, Reach(sent=1, read=1)) for each in found if isinstance(each, Finding))
