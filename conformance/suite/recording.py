"""A run with a tape running: what is said in it is kept, without secrets, in a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from conformance import __version__
from conformance.cassettes import names
from conformance.cassettes.origin import OWN, Origin
from conformance.cassettes.read import Interaction
from conformance.cassettes.store import written
from conformance.derive.faults import require
from conformance.reference.server import ReferenceServer
from conformance.rules.registry import contract
from conformance.session.mask import Mask
from conformance.session.outcome import Outcome, Subject
from conformance.session.redact import Redactor
from conformance.suite.plan import Options, Plan, plan
from conformance.targets.address import Address
from conformance.targets.embedded import embedded
from conformance.targets.isolated import Isolated
from conformance.targets.taping import Taping
from conformance.targets.target import Target

_NOWHERE = "http://reference.invalid"


@dataclass(frozen=True, kw_only=True)
class Recording(Plan):
    """A plan that also notes of each case how it ended: one that says nothing of its own leaves no cassette."""

    folder: Path

    def tell(self, case: Subject) -> Outcome:
        """The outcome of one of the cases."""
        outcome = super().tell(case)
        axis = self.folder / case.contract.generation / case.format
        axis.mkdir(parents=True, exist_ok=True)
        with (axis / f"told-{os.getpid()}.jsonl").open("a", encoding="utf-8") as notes:
            notes.write(json.dumps([case.id, outcome.verdict.value]) + "\n")
        return outcome


def recorded(options: Options, desk: Mapping[str, Any] | None = None) -> Recording:
    """The plan of a run that is recorded; ``options.record`` is when it began, and the folder. Raises BadOption."""
    when, _, folder = options.record.partition(" ")
    made = plan(replace(options, record=""), desk)
    inner = _isolated(options, made) if options.target.startswith("embedded") else made.open

    @cache
    def opened(generation: str) -> Target:
        origin = _origin(options, made, generation, when)
        mask = Mask.of(made.settings.credentials, contract(generation).access)
        keeper = _Keeper(folder=Path(folder), origin=origin, mask=mask, base=_base(options))
        return Taping(inner(generation), keeper.keep)

    kept = {each.name: getattr(made, each.name) for each in fields(made)}
    return Recording(**{**kept, "open": opened, "folder": Path(folder)})


def _isolated(options: Options, made: Plan) -> Callable[[str], Target]:
    """The reference server, anew for each conversation, so that the same is said whichever comes first."""
    fault = options.target.partition(":")[2]
    seeded = require(fault, made.generations) if fault else {}
    shown = made.settings.credentials

    def build(generation: str) -> ReferenceServer:
        one = seeded.get(generation)
        return embedded(contract(generation), one.fault if one else None, one.formats if one else (), shown).server

    return lambda generation: Isolated(partial(build, generation))


def _origin(options: Options, made: Plan, generation: str, when: str) -> Origin:
    settings = made.settings
    return Origin(
        recorded_from=Redactor.of(settings.credentials.secrets).text(options.target),
        recorded=when,
        suite=__version__,
        generation=generation,
        format="",
        contract=contract(generation).digest,
        seed=settings.seed,
        profile=settings.profile.value,
        lacks=tuple(sorted(settings.lacks)),
        exhaustive=settings.exhaustive,
        note=OWN if options.target.startswith("embedded") else "",
    )


def _base(options: Options) -> str:
    """What stands before each path in the address of a request."""
    kind, _, url = options.target.partition(":")
    if kind != "mock":
        return _NOWHERE
    address = Address.parse(url)
    return f"{address.scheme}://{address.host}:{address.port}{address.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeper:
    """Writes the cassettes of one generation; ``base`` stands before each path in the address of a request."""

    folder: Path
    origin: Origin
    mask: Mask
    base: str

    def keep(self, name: str, said: Sequence[Interaction]) -> None:
        """Write what was said in a conversation, without secrets."""
        masked = [replace(each, exchange=self.mask.exchange(each.exchange)) for each in said]
        kept = [replace(each, uri=self.base + each.exchange.request.url) for each in masked]
        axis, scene = names.parts(name)
        own = replace(self.origin, format=axis.partition("/")[2])
        head = own.head(scene=scene) if scene else own.head(case=names.told(name))
        path = self.folder / names.file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process never sees half a file.
        half = path.with_suffix(f".{os.getpid()}")
        half.write_bytes(written(head, kept))
        half.replace(path)
