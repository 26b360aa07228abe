"""The page of mutants: figures by file, and of each that nobody noticed, why that is no gap.

The figures are docs/mutants.json, which `make mutants` writes; the sentences are docs/mutants.toml, written by hand.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs" / "mutants.json"
SENTENCES = ROOT / "docs" / "mutants.toml"
PAGE = ROOT / "docs" / "mutants.md"
VERDICTS = ("refused", "killed", "timed out", "survived", "unreached", "in part")

INTRODUCTION = """\
# Mutants

`make mutants` lets mutmut change the reference server, and what the rules enforce in it, in every small way, and asks
the derived cases of all generations whether they notice. It is a second opinion on the self-test, whose faults were
thought of by the same people as the checks. The run of {date} (mutmut {mutmut}) made {total} mutants of the code at
{code}.

- *refused*: mypy does not let the change in, so it is not judged.
- *killed*: a case fails, could not run, or sees the server go another way where a clause is open.
- *timed out*: a case did not come to an end.
- *survived*: every case that reaches the change passes.
- *unreached*: no case reaches the statement that is changed.
- *in part*: the cases of the rule that is changed (of the server: some chapters) pass; the others were not asked.
- *explained*: of the last three, those of which it is said below why they are no gap.
- *open*: the others. They are gaps until somebody says otherwise.

`conformance/reference/http.py` (a socket around the server), `organisation.py` and `miniatures.py` (servers that are
wrong on purpose) are left out, and so are the functions of rules that no `enforce` comes to.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Why changes of a function are no gap: those that hold one of the texts, or all of them."""

    functions: tuple[str, ...]
    texts: tuple[str, ...]
    why: str

    def fits(self, left: dict[str, Any]) -> bool:
        if left["function"] not in self.functions:
            return False
        fitting = (line for line in left["change"] for each in self.texts if _holds(line, each))
        return not self.texts or next(fitting, None) is not None


def _holds(line: str, text: str) -> bool:
    """Whether a line has the text in it, if it is one that is new; or is the text, which begins with a minus."""
    return line == text if text.startswith("- ") else line.startswith("+ ") and text in line


def sentences() -> list[Sentence]:
    """All of them, in the order in which they are written."""
    written = tomllib.loads(SENTENCES.read_text("utf-8"))["explained"]
    return [
        Sentence(functions=tuple(each["functions"]), texts=tuple(each.get("to", ())), why=each["why"])
        for each in written
    ]


def kept() -> dict[str, Any]:
    """What the last run found."""
    found: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return found


def explained(left: dict[str, Any]) -> str:
    """Why a change that nobody noticed is no gap; empty when nobody has said so."""
    return next((each.why for each in sentences() if each.fits(left)), "")


def page() -> str:
    """The page, in Markdown."""
    found = kept()
    reasons = [(each, explained(each)) for each in found["left"]]
    total = sum(sum(each.values()) for each in found["files"].values())
    introduction = INTRODUCTION.format(total=total, **{each: found[each] for each in ("date", "mutmut", "code")})
    note = [found["note"], ""] if found.get("note") else []
    parts = [introduction, *note, *_figures(found["files"], reasons), "", *_open(reasons), *_told(reasons)]
    return "\n".join(parts).rstrip() + "\n"


def _figures(files: dict[str, dict[str, int]], reasons: list[tuple[dict[str, Any], str]]) -> list[str]:
    heads = ("file", "mutants", *VERDICTS, "explained", "open")
    rows = [" | ".join(heads), " | ".join(("---", *["---:"] * (len(heads) - 1)))]
    sums: Counter[str] = Counter()
    for path, counts in files.items():
        module = path.removesuffix(".py").replace("/", ".")
        mine = [bool(why) for each, why in reasons if each["function"].startswith(f"{module}.")]
        row = Counter({"mutants": sum(counts.values()), **counts, "explained": sum(mine), "open": mine.count(False)})
        sums += row
        rows.append(" | ".join((f"`{path.removeprefix('conformance/')}`", *(str(row[each]) for each in heads[1:]))))
    rows.append(" | ".join(("all", *(str(sums[each]) for each in heads[1:]))))
    return [f"| {each} |" for each in rows]


def _open(reasons: list[tuple[dict[str, Any], str]]) -> list[str]:
    left = [each for each, why in reasons if not why]
    return ["## Open", "", *_changes(left)] if left else []


def _told(reasons: list[tuple[dict[str, Any], str]]) -> list[str]:
    lines = ["## Explained", ""]
    for why in dict.fromkeys(why for _, why in reasons if why):
        lines += [why, "", *_changes([each for each, said in reasons if said == why])]
    return lines


def _changes(left: list[dict[str, Any]]) -> list[str]:
    lines = []
    for function, mine in groupby(left, key=lambda each: each["function"]):
        lines += [f"`{function.removeprefix('conformance.')}`", "", "```diff"]
        lines += [line for each in mine for line in each["change"]]
        lines += ["```", ""]
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
