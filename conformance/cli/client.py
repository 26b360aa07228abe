"""``conformance client``: judge a client."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from conformance.cli import judging
from conformance.client.cases import select
from conformance.client.counterpart import Counterpart
from conformance.client.observe import ObservedPlan, observed
from conformance.client.plan import ClientPlan, program, seconds, server, surroundings
from conformance.errors import BadOption
from conformance.rules.registry import contract
from conformance.session.outcome import Profile
from conformance.session.stream import writable
from conformance.suite.expected import expected
from conformance.targets.target import Credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The command line, unread."""

    command: tuple[str, ...]
    generation: str
    formats: tuple[str, ...]
    profile: str
    only: tuple[str, ...]
    seed: str
    timeout: str
    reports: Path
    expect: str
    drive: bool
    quiet: bool
    verbose: bool


@click.command(
    context_settings={"ignore_unknown_options": False},
    epilog="Exit codes: 0 conforms, 1 violates, 2 usage error, 3 incomplete, 4 suite error.",
)
@click.argument("command", nargs=-1, required=True)
@click.option("--generation", default="", help="The generation that the client speaks. [default: the newest]")
@click.option("--format", "formats", multiple=True, type=click.Choice(["xml", "json"]), help="Only this format.")
@click.option("--drive", is_flag=True, help="COMMAND is a driver, which is told what to do on its standard input.")
@click.option("--profile", type=click.Choice(["core", "full"]), default="full", show_default=True)
@click.option("--only", multiple=True, metavar="GLOB", help="Only the cases whose id fits.")
@click.option("--seed", default="1", show_default=True, help="With --drive: same seed, same scenarios.")
@click.option("--timeout", default="", help="Seconds for the command [600], or with --drive for one message [10].")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@click.option("--expect", default="", metavar="FILE", help="Deviations that are known, and let be: see docs/ci.md.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Every finding.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def client(*, no_color: bool, **words: Any) -> int:
    """Judge a client: run COMMAND against the reference server, and look at all that it sends.

    The command finds the server in $CONFORMANCE_BASE_URL, and what to show it in $CONFORMANCE_TOKEN and
    $CONFORMANCE_TENANT_ID, or in $apiKey and $xeroKey for 1.0. With --drive it is told what to do instead, one JSON
    object a line, and what it hands back is judged as well: see docs/client-protocol.md.

    \b
    Examples:
      conformance client -- npm test
      conformance client --generation 2.0-2010 --format xml -- python smoke.py
      conformance client --drive -- python examples/clients/xero-python/driver.py
    """
    screen = Console(no_color=no_color or None, highlight=False)
    given = Words(**words)
    if shutil.which(given.command[0]) is None:
        raise BadOption(f"{given.command[0]} cannot be started: there is no such program", "give a command that exists")
    writable(given.reports)
    return _driven(screen, given) if given.drive else _observed(screen, given)


def _driven(screen: Console, words: Words) -> int:
    generation, profile = judging.generation(words.generation), Profile(words.profile)
    plan = ClientPlan(
        target=f"client:{shlex.join(words.command)}",
        generation=generation,
        cases=select(generation, formats=words.formats, only=words.only, core=profile is Profile.CORE),
        start=program(words.command),
        seed=words.seed,
        profile=profile,
        seconds=seconds(words.timeout or "10"),
    )
    try:
        return judging.told(screen, plan, _showing(words))
    finally:
        plan.close()


def _observed(screen: Console, words: Words) -> int:
    generation, profile = judging.generation(words.generation), Profile(words.profile)
    cases = select(generation, formats=words.formats, only=words.only, core=profile is Profile.CORE, driven=False)
    expected(words.expect, cases)
    limit, known, credentials = seconds(words.timeout or "600"), contract(generation), Credentials()
    counterpart = Counterpart(known, server(known, credentials))
    with counterpart as url:
        output = None if words.quiet else sys.stderr.buffer
        ended = observed(words.command, surroundings(known, url, credentials), limit, output)
    plan = ObservedPlan(
        target=f"client:{shlex.join(words.command)}",
        generation=generation,
        cases=cases,
        heard=tuple(counterpart.heard),
        ended=ended,
        given=credentials.secrets,
        profile=profile,
    )
    code = judging.told(screen, plan, _showing(words))
    return judging.ended(screen, code, ended, limit)


def _showing(words: Words) -> judging.Showing:
    seed = ["--seed", words.seed] if words.drive and words.seed != "1" else []
    return judging.showing(words, "conformance", "client", *(["--drive"] if words.drive else []), *seed)
