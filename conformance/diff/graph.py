"""Everything that two documents have in common, compared once, with the operations that reach it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from conformance.diff.bodies import body, header, media_type, response
from conformance.diff.finding import BODY, HEADER, MEDIA, PARAMETER, RESPONSE, SCHEMA, Edge, Finding, Found, Sides
from conformance.diff.parameters import parameter
from conformance.diff.schemas import schemas
from conformance.diff.source import Spot
from conformance.errors import BadOption

_COMPARE: Mapping[str, Callable[[Sides, Spot, Spot], Found]] = {
    SCHEMA: schemas,
    PARAMETER: parameter,
    BODY: body,
    RESPONSE: response,
    MEDIA: media_type,
    HEADER: header,
}
_MOST = 200_000

Key = tuple[str, int, int]


@dataclass(slots=True)
class Node:
    """A pair of spots that has been compared. ``sent`` and ``read`` have a bit for each operation that reaches it."""

    findings: list[Finding] = field(default_factory=list)
    edges: list[tuple[Key, bool, bool]] = field(default_factory=list)
    sent: int = 0
    read: int = 0


class Graph:
    """Pairs of spots, each compared once, and the ways between them."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self.nodes: dict[Key, Node] = {}
        self._ahead: deque[tuple[Key, Edge]] = deque()

    def node(self, found: Iterable[Finding | Edge], *, sent: int = 0, read: int = 0) -> Node:
        """A node of its own for what was found somewhere, and everything that it leads to."""
        node = Node(sent=sent, read=read)
        self.nodes["root", len(self.nodes), 0] = node
        self._take(node, found)
        while self._ahead:
            key, edge = self._ahead.popleft()
            self._take(self.nodes[key], _COMPARE[edge.kind](self._sides, edge.old, edge.new))
        return node

    def _take(self, node: Node, found: Iterable[Finding | Edge]) -> None:
        for each in found:
            if isinstance(each, Finding):
                node.findings.append(each)
            else:
                node.edges.append((self._reach(each), each.sent, each.read))

    def _reach(self, edge: Edge) -> Key:
        old, new = self._sides.old.follow(edge.old), self._sides.new.follow(edge.new)
        key = (edge.kind, id(old.node), id(new.node))
        if key not in self.nodes:
            if len(self.nodes) > _MOST:
                raise BadOption("the two documents reach more places than can be compared", "compare slices of them")
            self.nodes[key] = Node()
            self._ahead.append((key, Edge(kind=edge.kind, old=old, new=new)))
        return key

    def spread(self) -> None:
        """Tells every node which operations reach it."""
        ahead = deque(node for node in self.nodes.values() if node.sent or node.read)
        while ahead:
            node = ahead.popleft()
            for key, sent, read in node.edges:
                other = self.nodes[key]
                more = (other.sent | node.sent if sent else other.sent, other.read | node.read if read else other.read)
                if more != (other.sent, other.read):
                    other.sent, other.read = more
                    ahead.append(other)

    def reached(self, old: Spot, new: Spot) -> bool:
        """Whether a pair of schemas has been compared."""
        return (SCHEMA, id(old.node), id(new.node)) in self.nodes

    def used(self) -> tuple[set[int], set[int]]:
        """The schemas of each side that were compared with something."""
        pairs = [each for each in self.nodes if each[0] == SCHEMA]
        return {each[1] for each in pairs}, {each[2] for each in pairs}
