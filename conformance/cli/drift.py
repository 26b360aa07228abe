"""``conformance drift``: where a vendor's document and our contract disagree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import click

from conformance.contract.load import generations
from conformance.diff.change import Where
from conformance.diff.drift import Disagreement, Drift
from conformance.diff.drift import drift as drifted
from conformance.rules.registry import contract


@click.command()
@click.option("--openapi", "file", required=True, metavar="FILE", help="The vendor's document, whole or a slice.")
@click.option("--generation", default="", help="Against this generation; the newest unless said.")
@click.option("--json", "as_json", is_flag=True, help="For a machine.")
def drift(file: str, generation: str, *, as_json: bool) -> int:
    """Tell where a vendor's document and our contract disagree, and which errata cover it.

    Compared is what the contract's resource reaches: operations, parameters,
    statuses, and members with their types, limits, enums and marks. Exits with 1
    where a disagreement is covered by no erratum.

    \b
    Examples:
      conformance drift --openapi xero_accounting.yaml
      conformance drift --openapi slice.json --generation 2.0-2010 --json
    """
    found = drifted(contract(generation or generations()[-1]), file)
    click.echo(json.dumps(_facts(found), indent=2, ensure_ascii=False) if as_json else "\n".join(_lines(found)))
    return int(any(not each.covered for each in found.disagreements))


def _lines(found: Drift) -> Iterator[str]:
    open_, covered = ([each for each in found.disagreements if each.covered is known] for known in (False, True))
    count = len(found.disagreements)
    yield f"{found.generation} and {found.file}: {count} disagreement{'s' if count != 1 else ''}"
    yield f"  {len(open_)} that no erratum covers, {len(covered)} that one does"
    for title, some in (("covered by no erratum", open_), ("covered", covered)):
        if some:
            yield from ("", f"{title} ({len(some)})")
        for each in some:
            yield from _wrapped(f"{each.subject}: {each.sentence}", "  ")
            told = [", ".join(each.errata)] if each.errata else []
            yield from _wrapped("; ".join([*told, *_places(each)]), "      ")
    if found.spent:
        yield from ("", f"errata that do not apply to {found.file} ({len(found.spent)})")
    for name, why in found.spent:
        yield from _wrapped(f"{name}: {why}", "  ")
    for note in found.notes:
        yield from _wrapped(f"note: {note}", "")


def _places(each: Disagreement) -> Iterator[str]:
    yield from (f"{one.file}:{one.line}" for one in (each.ours, each.theirs) if one.line)


def _wrapped(words: str, indent: str) -> list[str]:
    further = indent + "  "
    return wrap(
        words, 80, initial_indent=indent, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )


def _facts(found: Drift) -> dict[str, Any]:
    return {
        "generation": found.generation,
        "file": found.file,
        "disagreements": [
            {
                "subject": each.subject,
                "facet": each.facet,
                "who": each.who.value,
                "sentence": each.sentence,
                "covered": each.covered,
                "errata": list(each.errata),
                "ours": _where(each.ours),
                "theirs": _where(each.theirs),
            }
            for each in found.disagreements
        ],
        "spent": [{"erratum": name, "why": why} for name, why in found.spent],
        "notes": list(found.notes),
    }


def _where(where: Where) -> dict[str, Any]:
    return {"file": where.file, "pointer": where.pointer, "line": where.line or None}
