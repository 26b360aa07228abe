"""The register of clauses as a page in Markdown: what is tested, how well it is known, and what is not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from conformance.client.cases import cases
from conformance.client.registry import contract
from conformance.contract.clause import Clause
from conformance.derive.coverage import Covered, Share, coverage, shares

_HEAD = """\
# The register of clauses

Made from `specs/` by `make docs`; edit the specs, not this page. Each clause is one normative sentence. Its grade
says how well it is known: *documented* in the API's own papers, *observed* by those who used it, *assumed* where
nobody knows, and *contradicted* where sources disagree. Only the first two can fail a server. Checks are counted once,
whatever the number of formats they are told in; faults are broken servers that a check of the clause must notice.
"""

_CLIENTS = """\
## Duties of clients

What `conformance client` and `conformance proxy` ask of a client. Cases are counted in all formats.
"""


def page(generations: Sequence[str]) -> str:
    """The whole page."""
    rows = [each for generation in generations for each in coverage(generation)]
    return "\n".join([_HEAD, *_figures(generations, rows), *_chapters(rows), *_duties(generations)])


def _duties(generations: Sequence[str]) -> Iterator[str]:
    """What is asked of clients, chapter by chapter."""
    yield _CLIENTS
    counts = {each: Counter(case.clause.id for case in cases(each)) for each in generations}
    held = [(each, clause) for each in generations for clause in contract(each).clauses]
    for chapter in dict.fromkeys(clause.chapter for _, clause in held):
        yield f"### {chapter}\n"
        yield _line("clause", "generation", "level, grade", "cases", "what it says", "a client that breaks it")
        yield _line(*["---"] * 6)
        mine = [each for each in held if each[1].chapter == chapter]
        for identifier in dict.fromkeys(clause.id for _, clause in mine):
            for generation, clause in (each for each in mine if each[1].id == identifier):
                yield _duty(generation, clause, counts[generation][identifier])
        yield ""


def _duty(generation: str, clause: Clause, count: int) -> str:
    untested = f" **Untested:** {clause.untested}." if clause.untested else ""
    return _line(
        f"`{clause.id}`",
        generation,
        f"{clause.level.value} {clause.grade.value}",
        str(count),
        f"{clause.sentence} *({clause.source})*{untested}",
        clause.text("matters"),
    )


def _figures(generations: Sequence[str], rows: Sequence[Covered]) -> Iterator[str]:
    counted = {each: shares(row for row in rows if row.generation == each) for each in generations}
    for kind in ("chapter", "grade", "level", "all"):
        names = dict.fromkeys(name for each in generations for name in counted[each][kind])
        yield _line(kind, *generations)
        yield _line(*["---"] * (len(generations) + 1))
        for name in names:
            yield _line(name, *(_told(counted[each][kind].get(name)) for each in generations))
        yield ""


def _told(share: Share | None) -> str:
    return f"{share.tested} of {share.clauses} tested" if share and share.clauses else ""


def _chapters(rows: Iterable[Covered]) -> Iterator[str]:
    ordered = sorted(rows, key=lambda each: each.clause.chapter)
    for chapter, found in groupby(ordered, key=lambda each: each.clause.chapter):
        yield f"## {chapter}\n"
        yield _line("clause", "generation", "level, grade", "checks", "faults", "formats", "what it says")
        yield _line(*["---"] * 7)
        for identifier, same in _by_clause(list(found)):
            yield from (_row(identifier, each) for each in same)
        yield ""


def _by_clause(rows: Sequence[Covered]) -> Iterator[tuple[str, list[Covered]]]:
    for identifier in dict.fromkeys(each.clause.id for each in rows):
        yield identifier, [each for each in rows if each.clause.id == identifier]


def _row(identifier: str, covered: Covered) -> str:
    clause = covered.clause
    untested = f" **Untested:** {clause.untested}." if clause.untested else ""
    return _line(
        f"`{identifier}`",
        covered.generation,
        f"{clause.level.value} {clause.grade.value}",
        str(covered.checks),
        str(covered.faults),
        ", ".join(covered.formats),
        f"{clause.sentence} *({clause.source})*{untested}",
    )


def _line(*cells: str) -> str:
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"
