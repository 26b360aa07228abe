"""Recording and replaying in one process, as tests need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from conformance.cassettes import names
from conformance.cassettes.read import Interaction, read
from conformance.cassettes.store import written
from conformance.contract.model import Contract
from conformance.derive.cases import Case
from conformance.derive.faults import require
from conformance.rules.registry import contract
from conformance.session.mask import Mask
from conformance.session.outcome import Outcome
from conformance.session.run import Settings, run
from conformance.session.weather import Weather
from conformance.targets.cassette import Recorded
from conformance.targets.embedded import embedded
from conformance.targets.isolated import Isolated
from conformance.targets.taping import Taping
from conformance.targets.target import Target


def reference(generation: str, fault: str = "") -> Isolated:
    """The reference server, anew for each conversation."""
    made = contract(generation)
    seeded = require(fault, (generation,))[generation] if fault else None
    return Isolated(lambda: embedded(made, seeded and seeded.fault, seeded.formats if seeded else ()).server)


def record(target: Target, told: Iterable[Case], folder: Path, settings: Settings | None = None) -> list[Outcome]:
    """The outcomes of cases, and their cassettes in a folder."""
    settings = settings or Settings()
    outcomes = []
    tapes: dict[str, Taping] = {}
    for case in told:
        keep = partial(_keep, folder, case.contract, settings)
        taping = tapes.setdefault(case.contract.generation, Taping(target, keep))
        outcomes.append(run(case, taping, settings))
    return outcomes


def _keep(folder: Path, made: Contract, settings: Settings, name: str, said: Sequence[Interaction]) -> None:
    mask = Mask.of(settings.credentials, made.access)
    masked = [replace(each, exchange=mask.exchange(each.exchange)) for each in said]
    kept = [replace(each, uri=f"http://reference.invalid{each.exchange.request.url}") for each in masked]
    path = folder / names.file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written({"note": "made by a test"}, kept))


def replay(told: Sequence[Case], folder: Path, settings: Settings | None = None) -> list[Outcome]:
    """The outcomes of the same cases, judged from the cassettes."""
    settings = replace(settings or Settings(), weather=Weather(wait=lambda _: None))
    found = {path.relative_to(folder).as_posix().removesuffix(".yaml"): read(path) for path in folder.rglob("*.yaml")}
    mask = Mask.of(settings.credentials, told[0].contract.access)
    target = Recorded(found, mask.request)
    return [run(case, target, settings) for case in told]
