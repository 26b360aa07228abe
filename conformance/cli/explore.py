"""``conformance explore``: look for what no one thought of."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from conformance.cli.options import caller
from conformance.errors import BadOption
from conformance.rules.registry import contract
from conformance.session.stream import writable
from conformance.suite.plan import Options, Plan, plan

_FOUND, _INCOMPLETE = 1, 3
_MARK = 4
_SHOWN = 5


@click.command(
    epilog="Exit codes: 0 nothing found, 1 something found, 2 usage error, 3 incomplete, 4 suite error.",
)
@click.argument("target")
@click.option("--only", "explorer", type=click.Choice(["documents", "sequences"]), help="Only this explorer.")
@click.option("--generation", "generations", multiple=True, help="Generation to explore, or all. [default: the newest]")
@click.option("--format", "formats", multiple=True, type=click.Choice(["xml", "json"]), help="Only this format.")
@click.option("--examples", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Tries, at most.")
@click.option("--minutes", type=click.FloatRange(0.01, 600), default=5.0, show_default=True, help="Time, at most.")
@click.option("--seed", default="1", show_default=True, help="Same seed, same steps.")
@click.option("--mark", default="", help="Part of all names. [default: a new one each time]")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@caller
@click.option("-q", "--quiet", is_flag=True, help="Only what it comes to.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def explore(reports: Path, *, quiet: bool, no_color: bool, **words: Any) -> int:
    """Look in TARGET for what no case of the suite is about.

    TARGET is embedded, embedded:FAULT or mock:URL. What is found here counts for
    no verdict of `conformance run`.

    \b
    sequences  random writes and reads, compared with what clauses that bind
               promise; what fails is told by the shortest sequence that fails
    documents  random requests and random nonsense, by our OpenAPI document

    The seed decides on the steps. The names of the records come from the seed
    and from a mark that is new each time, so that a server that still holds the
    records of an earlier run is asked the same and is not blamed for them.

    \b
    Examples:
      conformance explore mock:http://127.0.0.1:4010
      conformance explore mock:http://127.0.0.1:4010 --only sequences --seed 7
      conformance explore embedded:upsert.renamed.remembers --only sequences
    """
    module, own = _module(), {name: words.pop(name) for name in ("explorer", "examples", "minutes", "mark")}
    made = plan(Options(**words))
    if made.visit is not None:
        raise BadOption("a real organisation is not explored", "nothing would archive what that makes")
    made.check()
    writable(reports)
    charter = _charter(module, made, words, {**own, "folder": reports / "explore"})
    screen = Console(no_color=no_color or None, highlight=False)
    legs = _travel(module, charter, screen, quiet=quiet)
    _write(charter, legs)
    if not quiet:
        for finding in [each for leg in legs for each in leg.findings][:_SHOWN]:
            _tell(screen, finding)
    _sum_up(screen, charter, legs)
    if any(each.findings for each in legs):
        return _FOUND
    return _INCOMPLETE if any(each.trouble for each in legs) else 0


def _module() -> Any:
    """The explorers, which are loaded only here: they bring libraries that no other command waits for."""
    try:
        return import_module("conformance.explore.expedition")
    except ModuleNotFoundError as error:
        remedy = "install the extra 'explore': pip install 'xero-contacts-conformance[explore]'"
        raise BadOption(f"exploring needs {error.name}, which is not installed", remedy) from error


def _charter(module: Any, made: Plan, words: dict[str, Any], own: dict[str, Any]) -> Any:
    return module.Charter(
        target=made.target,
        contracts=tuple(contract(each) for each in made.generations),
        open=made.open,
        credentials=made.settings.credentials,
        formats=tuple(words["formats"]),
        seed=words["seed"],
        mark=own["mark"] or secrets.token_hex(_MARK),
        examples=own["examples"],
        end=monotonic() + own["minutes"] * 60,
        folder=own["folder"],
        explorers=(own["explorer"],) if own["explorer"] else module.EXPLORERS,
    )


def _travel(module: Any, charter: Any, screen: Console, *, quiet: bool) -> list[Any]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    watched = screen.is_terminal and not quiet
    with Progress(*columns, console=screen, transient=True, disable=not watched) as progress:
        task = progress.add_task("begins", total=None)

        def told(words: str, requests: int) -> None:
            progress.update(task, description=f"{words}, {requests} requests")

        return list(module.expedition(charter, told))


def _write(charter: Any, legs: Sequence[Any]) -> None:
    document = {
        "target": charter.target,
        "seed": charter.seed,
        "mark": charter.mark,
        "examples": charter.examples,
        "legs": [asdict(each) for each in legs],
    }
    try:
        charter.folder.mkdir(parents=True, exist_ok=True)
        (charter.folder / "explore.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise BadOption(f"reports cannot be written to {charter.folder}: {error.strerror}") from error


def _tell(screen: Console, finding: Any) -> None:
    screen.print(f"[bold red]found[/]  [bold]{escape(finding.about)}[/]  {finding.explorer}, {finding.generation}")
    for number, each in enumerate(finding.steps, 1):
        screen.print(Padding(escape(f"{number}. {each}"), (0, 0, 0, 2)))
    for word, said in (("expected", finding.expected), ("saw", finding.saw), ("promised", finding.promise)):
        if said:
            screen.print(Padding(f"[bold]{word}[/] {escape(said)}", (0, 0, 0, 2)))
    letters = sorted({each for line in finding.curl for each in _letters(line)})
    if letters:
        screen.print(f"  [dim]# {', '.join(f'${each}' for each in letters)}: identifiers, as the server gives them[/]")
    for line in finding.curl:
        screen.print(f"  [dim]{escape(line)}[/]", soft_wrap=True)
    screen.print(f"  [dim]again: {escape(finding.repeat)}[/]", soft_wrap=True)
    screen.print()


def _letters(line: str) -> list[str]:
    """The variables of a command that stand for identifiers."""
    return [each[0] for each in line.split('"$')[1:] if each[1:2] == '"']


def _sum_up(screen: Console, charter: Any, legs: Sequence[Any]) -> None:
    for each in legs:
        ending = f"{len(each.findings)} found" if each.findings else "nothing found"
        style = "bold red" if each.findings else "green"
        if each.trouble:
            ending, style = f"{ending}; incomplete: {each.trouble}", "magenta" if not each.findings else style
        late = ", out of time" if each.early else ""
        screen.print(
            f"[{style}]{each.explorer} {each.generation}: {escape(ending)}[/], "
            f"{each.requests} requests, {each.seconds:.1f} s{late}"
        )
    screen.print(f"[dim]{escape(f'seed {charter.seed}, mark {charter.mark}; {charter.folder}/explore.json')}[/]")
