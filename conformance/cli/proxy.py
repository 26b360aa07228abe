"""``conformance proxy``: judge what a client and a server say to each other."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from pkgutil import resolve_name
from threading import Event, Thread
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance.cli import judging
from conformance.client.observe import Ended, observed
from conformance.client.plan import seconds
from conformance.client.socket import Listener
from conformance.errors import BadOption
from conformance.proxy.cases import TrafficCase, select
from conformance.proxy.forward import Forwarder
from conformance.proxy.plan import ProxyPlan
from conformance.proxy.traffic import Traffic
from conformance.rules.registry import contract
from conformance.session.outcome import Profile
from conformance.session.stream import writable
from conformance.suite.expected import expected
from conformance.targets.address import Address
from conformance.targets.remote import Remote


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The command line, unread."""

    command: tuple[str, ...]
    upstream: str
    port: int
    generation: str
    formats: tuple[str, ...]
    profile: str
    only: tuple[str, ...]
    cassette: Path | None
    timeout: str
    within: str
    reports: Path
    expect: str
    quiet: bool
    verbose: bool


@click.command(epilog="Exit codes: 0 conforms, 1 violates, 2 usage error, 3 incomplete, 4 suite error.")
@click.argument("command", nargs=-1)
@click.option("--upstream", required=True, metavar="URL", help="The server that requests are handed on to.")
@click.option("--port", default=0, help="The port to listen at, on this machine only. [default: a free one]")
@click.option("--generation", default="", help="The generation that both speak. [default: the newest]")
@click.option("--format", "formats", multiple=True, type=click.Choice(["xml", "json"]), help="Judge only this format.")
@click.option("--profile", type=click.Choice(["core", "full"]), default="full", show_default=True)
@click.option("--only", multiple=True, metavar="GLOB", help="Only the cases whose id fits.")
@click.option(
    "--cassette", type=click.Path(path_type=Path), metavar="FILE", help="Keep what was said, without secrets."
)
@click.option("--timeout", default="30", show_default=True, help="Seconds that the server has for one answer.")
@click.option("--within", default="600", show_default=True, help="Seconds that COMMAND has.")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
@click.option("--expect", default="", metavar="FILE", help="Deviations that are known, and let be: see docs/ci.md.")
@click.option("-q", "--quiet", is_flag=True, help="Only the verdict.")
@click.option("-v", "--verbose", is_flag=True, help="Every finding.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
def proxy(*, no_color: bool, **words: Any) -> int:
    """Stand between a client and a server, hand everything on, and judge both.

    The client is given this address in place of the server's. With COMMAND,
    that is run with the address in $CONFORMANCE_BASE_URL, and when it ends the
    findings are told; without, they are told on Ctrl-C or SIGTERM.

    \b
    Examples:
      conformance proxy --upstream http://127.0.0.1:4010 --port 8081
      conformance proxy --upstream http://127.0.0.1:4010 -- npm test
      conformance proxy --upstream https://api.example --cassette traffic.yaml
      conformance judge traffic.yaml --requests
    """
    screen = Console(no_color=no_color or None, highlight=False)
    given = Words(**words)
    if given.command and shutil.which(given.command[0]) is None:
        raise BadOption(f"{given.command[0]} cannot be started: there is no such program", "give a command that exists")
    name = judging.generation(given.generation)
    cases = select(name, formats=given.formats, only=given.only, core=given.profile == Profile.CORE)
    expected(given.expect, cases)
    writable(given.reports)
    return _judged(screen, given, name, cases)


def _judged(screen: Console, words: Words, name: str, cases: tuple[TrafficCase, ...]) -> int:
    made, address, limit = contract(name), Address.parse(words.upstream), seconds(words.within)
    reel = None
    if words.cassette is not None:
        # By name, and only here: what records takes long to load.
        reel = resolve_name("conformance.proxy.tape:Reel")(
            path=words.cassette, contract=made, address=address, moment=_now()
        )
        reel.check()
    traffic = Traffic()
    remote = Remote(address, timeout=seconds(words.timeout), verbatim=True)
    forwarder = Forwarder(contract=made, address=address, upstream=remote, traffic=traffic)
    ended = _served(words, forwarder, limit)
    passed = tuple(traffic.passed)
    if reel is not None:
        reel.write(passed)
    plan = ProxyPlan(
        target=f"proxy:{address}", generation=name, cases=cases, passed=passed, profile=Profile(words.profile)
    )
    code = judging.told(screen, plan, judging.showing(words, "conformance", "proxy", "--upstream", words.upstream))
    _counted(screen, plan, traffic, words)
    return code if ended is None else judging.ended(screen, code, ended, limit)


def _served(words: Words, forwarder: Forwarder, limit: float) -> Ended | None:
    """How the command ended; None when there was none, and somebody has had enough."""
    with _listening(forwarder, words.port) as url, _ended_by_signals():
        click.echo(f"{url}  (stands before {forwarder.address})")
        sys.stdout.flush()
        try:
            if not words.command:
                Event().wait()
            surroundings = {
                "CONFORMANCE_BASE_URL": url,
                "CONFORMANCE_GENERATION": forwarder.contract.generation,
            }
            return observed(words.command, surroundings, limit, None if words.quiet else sys.stderr.buffer)
        except KeyboardInterrupt:
            return Ended(code=-signal.SIGINT) if words.command else None


@contextmanager
def _listening(forwarder: Forwarder, port: int) -> Iterator[str]:
    if not 0 <= port <= 65535:
        raise BadOption(f"{port} is no port", "name one from 1 to 65535, or 0 for any that is free")
    try:
        listener = Listener(forwarder.answer, port)
    except OSError as error:
        raise BadOption(f"cannot listen at port {port}: {error.strerror}", "name another, or none") from error
    Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield listener.url
    finally:
        listener.shutdown()
        listener.server_close()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM alike are a KeyboardInterrupt, also where a shell has told this process to ignore one."""
    before = {each: signal.signal(each, signal.default_int_handler) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _counted(screen: Console, plan: ProxyPlan, traffic: Traffic, words: Words) -> None:
    """What came through, and what of it could not be looked at."""
    if words.quiet:
        return
    came = f"{len(plan.passed)} exchanges" if len(plan.passed) != 1 else "1 exchange"
    about = f"{came} came through, {len(plan.ours)} of them about contacts"
    screen.print(f"[dim]{about}[/]", soft_wrap=True)
    for reason, count in plan.skipped.most_common(10):
        screen.print(f"[dim]{count} answers not judged: {escape(reason)}[/]", soft_wrap=True)
    if traffic.unkept:
        screen.print(f"{traffic.unkept} more were handed on and not looked at: there was no room", style="magenta")
    if words.cassette is not None:
        screen.print(f"[dim]kept in {escape(str(words.cassette))}[/]", soft_wrap=True)


def _now() -> str:
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(told), UTC) if told.isdecimal() else datetime.now(UTC)
    return moment.isoformat(timespec="seconds")
