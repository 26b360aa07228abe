"""What a run is going to do: its cases, its targets and its settings, out of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from secrets import token_hex
from typing import Any, Protocol

from conformance.contract.load import generations
from conformance.contract.model import Role
from conformance.contract.toml import suggest
from conformance.contract.values import guid
from conformance.derive.cases import Case, select
from conformance.derive.faults import require
from conformance.errors import BadOption, TargetDown
from conformance.live import account, visit
from conformance.rules.registry import contract
from conformance.rules.tenants_apart import SECOND_TENANT
from conformance.session.outcome import Outcome, Profile, Subject
from conformance.session.run import Settings, run
from conformance.session.stream import Head
from conformance.suite.options import Options
from conformance.targets.embedded import embedded
from conformance.targets.remote import Address, Remote, reachable
from conformance.targets.target import Credentials, Target

__all__ = ["Options", "Plan", "Prepared", "Telling", "credentials", "plan"]


class Telling(Protocol):
    """What the engine needs to know of a run: its cases, how one is told, and what must never be shown."""

    @property
    def cases(self) -> Sequence[Subject]:
        """All cases, in the order in which they are told."""
        ...

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that never reach a report."""
        ...

    def check(self) -> None:
        """Find out whether the run can begin. Raises TargetDown."""
        ...

    def tell(self, case: Subject) -> Outcome:
        """The outcome of one case."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that can begin. ``open`` makes the target of a generation; ``reach`` finds out whether anybody is there."""

    target: str
    generations: tuple[str, ...]
    cases: tuple[Case, ...]
    settings: Settings
    open: Callable[[str], Target]
    reach: Callable[[], object] = field(default=lambda: None)
    #: whether the target is somewhere else, so that every exchange costs something
    remote: bool = False
    #: the care that a real organisation needs, in the process that begins the run
    visit: visit.Visit | None = None

    @property
    def head(self) -> Head:
        """What the event stream says of the run before it begins."""
        return Head(
            target=self.target,
            profile=self.settings.profile.value,
            seed=self.settings.seed,
            contracts=tuple(contract(each) for each in self.generations),
            cases=len(self.cases),
            exhaustive=self.settings.exhaustive,
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the caller shows."""
        return self.settings.credentials.secrets

    def check(self) -> None:
        """Find out whether anybody is there. Raises TargetDown."""
        self.reach()

    def tell(self, case: Subject) -> Outcome:
        """The outcome of one of the cases, told to the target of its generation."""
        assert isinstance(case, Case)
        return run(case, self.open(case.contract.generation), self.settings)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A pytest plugin that hands the engine a plan that has been made, and checked, already."""

    plan: Telling


def plan(options: Options, desk: Mapping[str, Any] | None = None) -> Plan:
    """The plan that these words mean; ``desk`` is where another process began the run. Raises BadOption or BadSpec."""
    kind, _, rest = options.target.partition(":")
    # By name, and only here: what records and plays takes long to load.
    if options.record:
        taped: Plan = resolve_name("conformance.suite.recording:recorded")(options, desk)
        return taped
    if kind == "cassette" and rest:
        played: Plan = resolve_name("conformance.suite.recorded:replayed")(options, Path(rest))
        return played
    if kind == "embedded":
        return _embedded(options, rest)
    if kind == "mock" and rest:
        return _mock(options, rest)
    if kind == "live" and rest:
        return _live(options, account.read(Path(rest)), desk)
    remedy = "use embedded, embedded:FAULT, mock:URL, live:PROFILE or cassette:DIR, as in mock:http://127.0.0.1:4010"
    raise BadOption(f"{options.target!r} is not a target", remedy)


def _embedded(options: Options, fault: str) -> Plan:
    names, known = _generations(options), credentials(options)
    if not fault:
        opened = {each: embedded(contract(each), credentials=known) for each in names}
        return _planned(options, names, opened.__getitem__)
    seeded = require(fault, names)
    # The generations that do not have this fault have nothing to show.
    names = tuple(each for each in names if each in seeded)
    broken = {each: embedded(contract(each), one.fault, one.formats, known) for each, one in seeded.items()}
    return _planned(options, names, broken.__getitem__)


def _mock(options: Options, url: str) -> Plan:
    names = _generations(options)
    address = Address.parse(url, tuple(dict.fromkeys(contract(each).base for each in names)))
    timeout = options.seconds
    remote = Remote(address, timeout=timeout)
    read = contract(names[0]).operations[Role.READ]
    reach = partial(_reach, options.target, address, read.address(guid("nobody")), timeout)
    return replace(_planned(options, names, lambda _generation: remote), reach=reach, remote=True)


def _reach(target: str, address: Address, path: str, timeout: float) -> None:
    cause = reachable(address, timeout, path)
    if cause:
        raise TargetDown(target, cause)


def _live(options: Options, known: account.Account, desk: Mapping[str, Any] | None) -> Plan:
    """Core and one format, unless asked otherwise, under names that nobody has yet."""
    if options.tenants or set(options.generations) - {known.contract.generation}:
        raise BadOption("a profile says which tenant and which generation", "leave --tenant and --generation away")
    asked = replace(
        options,
        formats=options.formats or tuple(known.contract.formats)[-1:],
        profile=options.profile or Profile.CORE,
        seed=options.seed or token_hex(4),
    )
    shown, timeout = visit.credentials(known, options.pairs), options.seconds
    call = (
        visit.Visit(account=known, shown=shown, named=options.organisation, timeout=timeout) if desk is None else None
    )
    service = visit.from_elsewhere(known, desk, timeout) if desk is not None else None
    opened = service or (call.open() if call is not None else None)
    assert opened is not None
    made = _planned(asked, (known.contract.generation,), lambda _generation: opened)
    settings = replace(made.settings, credentials=shown)
    reach = made.reach if call is None else call.check
    return replace(made, settings=settings, reach=reach, remote=True, visit=call)


def _planned(
    options: Options,
    names: tuple[str, ...],
    open_: Callable[[str], Target],
) -> Plan:
    profile = _profile(options.profile or Profile.FULL)
    cases = select(names, formats=options.formats, only=options.only, core=profile is Profile.CORE)
    settings = Settings(
        seed=options.seed or "1",
        profile=profile,
        lacks=_lacks(options, cases),
        exhaustive=options.exhaustive,
        credentials=credentials(options),
    )
    return Plan(target=options.target, generations=names, cases=cases, settings=settings, open=open_)


def _profile(word: str) -> Profile:
    if word not in list(Profile):
        raise BadOption(f"there is no profile {word!r}", "use core or full")
    return Profile(word)


def _generations(options: Options) -> tuple[str, ...]:
    known = generations()
    if "all" in options.generations or (not options.generations and options.target.startswith("embedded:")):
        return known
    for each in options.generations:
        if each not in known:
            raise BadOption(f"there is no generation {each!r}", f"{suggest(each, known)}; or all")
    return tuple(each for each in known if each in options.generations) or known[-1:]


_UNTOLD = frozenset({"known-tenant", "known-token", "known-keys"})
"""What a target is to know of its callers, where somebody has said what that is."""


def _lacks(options: Options, cases: Sequence[Case]) -> frozenset[str]:
    """Capabilities are what checks need: operations, ways of reading, and formats."""
    known = {str(each) for case in cases for each in (*case.check.needs, case.writes)} | {str(each) for each in Role}
    known |= _UNTOLD
    for each in options.lacks:
        if each not in known:
            raise BadOption(f"there is no capability {each!r}", suggest(each, tuple(known)))
    one_tenant = len(options.tenants) < 2 and not (options.target.startswith("embedded") and not options.tenants)
    return frozenset({*options.lacks, *([SECOND_TENANT] if one_tenant else []), *_not_known(options)})


def _not_known(options: Options) -> set[str]:
    """What this target cannot tell from what it does not know, since nobody gave it out for this target."""
    if not options.target.startswith("mock:"):
        return set()
    # A mock may make a store for whatever tenant it is named, and has to, until somebody says which there are.
    unknown = {"known-tenant"}
    unknown |= set() if options.token else {"known-token"}
    return unknown | (set() if options.api_key and options.xero_key else {"known-keys"})


def credentials(options: Options) -> Credentials:
    """What the caller shows, with plain words for what is not given. Raises BadOption."""
    plain = Credentials()
    # A mock is not known to keep tenants apart, or to know a second one, until the user names it.
    own = plain.tenants if options.target.startswith(("embedded", "cassette")) else plain.tenants[:1]
    return Credentials(
        token=options.token or plain.token,
        tenants=tuple(options.tenants) or own,
        keys=(options.api_key, options.xero_key),
        headers=options.pairs,
    )
