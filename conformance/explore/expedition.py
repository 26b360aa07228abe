"""One run of the explorers over the generations of a target."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

from conformance.contract.model import Contract
from conformance.contract.values import token
from conformance.errors import BadOption
from conformance.explore.adapted import described
from conformance.explore.documents import PROGRAM, Documents
from conformance.explore.findings import Finding, of_offence, of_surprise
from conformance.explore.line import Line
from conformance.explore.sequences import explore
from conformance.explore.stage import Stage, ways
from conformance.session.redact import Redactor
from conformance.targets.target import Credentials, Target

EXPLORERS = ("sequences", "documents")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """What is to be explored, how far, and where what is found goes."""

    target: str
    contracts: Sequence[Contract]
    open: Callable[[str], Target]
    credentials: Credentials
    formats: tuple[str, ...] = ()
    seed: str
    mark: str
    examples: int
    end: float
    folder: Path
    explorers: Sequence[str] = EXPLORERS

    @property
    def number(self) -> int:
        """The seed as a number."""
        return int(self.seed) if self.seed.isdecimal() and len(self.seed) < 19 else int(token(self.seed), 16)

    def spoken(self, contract: Contract) -> tuple[str, ...]:
        """The formats to use with a generation."""
        return tuple(each for each in contract.formats if not self.formats or each in self.formats)

    def repeat(self, explorer: str, generation: str) -> str:
        """The command that does the same again."""
        words = ["conformance", "explore", self.target, "--generation", generation, "--only", explorer]
        words += [word for each in self.formats for word in ("--format", each)]
        return shlex.join([*words, "--seed", self.seed, "--examples", str(self.examples)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One explorer with one generation, once it has ended."""

    explorer: str
    generation: str
    requests: int
    seconds: float
    findings: tuple[Finding, ...] = ()
    #: why it could not go on; empty when it could
    trouble: str = ""
    early: bool = False


def expedition(charter: Charter, progress: Callable[[str, int], None]) -> Iterator[Leg]:
    """Each leg as it ends. Raises BadOption when nothing of what is asked for can be explored."""
    legs = [
        (explorer, each)
        for each in charter.contracts
        for explorer in charter.explorers
        if charter.spoken(each) and (explorer != "documents" or described(each))
    ]
    if not legs:
        raise BadOption("none of these generations is described by an OpenAPI document", "use --only sequences")
    if any(explorer == "documents" for explorer, _ in legs) and find_spec(PROGRAM) is None:
        raise BadOption(f"{PROGRAM} is not installed", "install the extra 'explore', or use --only sequences")
    for explorer, contract in legs:
        yield (_documents if explorer == "documents" else _sequences)(charter, contract, progress)


def _line(charter: Charter, contract: Contract) -> Line:
    return Line(
        target=charter.open(contract.generation),
        access=contract.access,
        credentials=charter.credentials,
        end=charter.end,
    )


def _documents(charter: Charter, contract: Contract, progress: Callable[[str, int], None]) -> Leg:
    line, start, generation = _line(charter, contract), monotonic(), contract.generation
    folder = charter.folder / PROGRAM / generation
    one = Documents(contract=contract, line=line, formats=charter.spoken(contract), folder=folder)
    one.progress = lambda: progress(f"documents {generation}", line.requests)
    one.explore(number=charter.number, examples=charter.examples)
    redactor, repeat = Redactor.of(charter.credentials.secrets), charter.repeat("documents", generation)
    return Leg(
        explorer="documents",
        generation=generation,
        requests=line.requests,
        seconds=monotonic() - start,
        findings=tuple(of_offence(each, generation, repeat, redactor) for each in one.found),
        trouble=redactor.text(one.trouble),
        early=one.early,
    )


def _sequences(charter: Charter, contract: Contract, progress: Callable[[str, int], None]) -> Leg:
    line, start, generation = _line(charter, contract), monotonic(), contract.generation
    stage = Stage(contract=contract, line=line, ways=ways(contract, charter.formats), mark=charter.mark)
    stage.progress = lambda: progress(f"sequences {generation}", line.requests)
    explore(stage, number=charter.number, examples=charter.examples)
    redactor, repeat = Redactor.of(charter.credentials.secrets), charter.repeat("sequences", generation)
    found = [stage.found] if stage.found else []
    return Leg(
        explorer="sequences",
        generation=generation,
        requests=line.requests,
        seconds=monotonic() - start,
        findings=tuple(of_surprise(each, generation, repeat, redactor) for each in found),
        trouble=redactor.text(stage.trouble or (line.unanswered[-1] if line.unanswered else "")),
        early=stage.early,
    )
