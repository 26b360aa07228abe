"""Random documents: schemathesis in a process of its own, which talks to the target through us.

It never sees a credential, everything it sends is counted, and a target that is silent or offline ends it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, sleep

from conformance.contract.model import Contract
from conformance.errors import BadOption, NoAnswer
from conformance.exchange import Exchange, Headers, Request, Response
from conformance.explore.adapted import adapted
from conformance.explore.line import Line
from conformance.reference.http import Served

PROGRAM = "schemathesis"

_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
_PATIENT = 3
_MOMENT = 0.1
_FAREWELL = 10.0
_HOPS = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """An answer that the document rules out: where, what about it, and a command that repeats the request."""

    operation: str
    what: str
    curl: str


@dataclass(eq=False, kw_only=True)
class Documents:
    """One exploration with random documents, and what it has come to."""

    contract: Contract
    line: Line
    formats: Sequence[str]
    folder: Path
    progress: Callable[[], object] = lambda: None
    found: list[Offence] = field(default_factory=list)
    #: why the exploration could not go on; empty when it could
    trouble: str = ""
    #: whether its time was up before it was done
    early: bool = False
    _given_up: Event = field(default_factory=Event)

    def explore(self, *, number: int, examples: int) -> None:
        """Send what schemathesis makes up, at most ``examples`` requests to an operation in each of its phases."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        with TemporaryDirectory() as scratch, Served(self.relay) as url:
            described = Path(scratch) / "openapi.json"
            described.write_text(json.dumps(adapted(self.contract, self.formats), default=str), "utf-8")
            (Path(scratch) / "schemathesis.toml").write_text(_SETTINGS, "utf-8")
            command = self._command(described, url, str(number), str(examples))
            code = self._wait(command, scratch)
        self.found = list(_offences(self.folder / "allure-results", url))
        if code not in (0, 1) and not self.trouble and not self.early:
            raise BadOption(f"{PROGRAM} failed with code {code}", f"see {self.folder / 'output.txt'}")

    def _command(self, described: Path, url: str, number: str, examples: str) -> list[str]:
        wanted = next(each for each in ("json", *self.formats) if each in self.formats)
        folder = self.folder.resolve()
        told = ["--url", url, "--seed", number, "--max-examples", examples, "--checks", ",".join(_CHECKS)]
        # Without it every target would answer in the format it likes best.
        told += ["--header", f"Accept: {self.contract.formats[wanted].media_type}"]
        told += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color"]
        told += ["--warnings", "off", "--max-redirects", "0", "--suppress-health-check", "all"]
        told += ["--report", "junit,allure", "--report-junit-path", str(folder / "junit.xml")]
        told += ["--report-allure-path", str(folder / "allure-results")]
        return [sys.executable, "-c", _START, "run", str(described), *told]

    def _wait(self, command: Sequence[str], scratch: str) -> int | None:
        """The exit code; None when the process was stopped."""
        with (self.folder / "output.txt").open("wb") as output:
            quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
            child = subprocess.Popen(command, cwd=scratch, env=quiet, stdout=output, stderr=subprocess.STDOUT)
            try:
                while child.poll() is None and not self._over():
                    self.progress()
                    sleep(_MOMENT)
            finally:
                stopped = _stop(child)
        return None if stopped else child.returncode

    def _over(self) -> bool:
        self.early = monotonic() > self.line.end
        return self.early or self._given_up.is_set()

    def relay(self, request: Request) -> Response:
        """The target's answer to a request as schemathesis has made it."""
        headers = Headers(tuple(pair for pair in request.headers if pair[0].lower() not in _HOPS))
        asked = Request(
            method=request.method, path=request.path, query=request.query, headers=headers, body=request.body
        )
        try:
            return self.line.send(asked, _forget)
        except NoAnswer as error:
            if self.line.in_a_row >= _PATIENT:
                self.trouble = str(error)
                self._given_up.set()
            # Anything but a finding: what is silent breaks no document.
            return Response(status=SILENT, headers=Headers((("Content-Type", "text/plain"),)))


SILENT = 499
"""What schemathesis is answered when the target said nothing; its document allows any 4xx."""

# A method that no document names is answered with 501 by some and 405 by others, and no source says which is right.
_SETTINGS = """
[phases.coverage]
unexpected-methods = []
"""

# The name of the program is no module that can be run on Windows and elsewhere alike; its entry point is.
_START = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"


def _forget(_exchange: Exchange) -> None:
    """Nothing is kept of an exchange: schemathesis keeps what it needs."""


def _stop(child: subprocess.Popen[bytes]) -> bool:
    """End a process that still runs; whether it did."""
    if child.poll() is not None:
        return False
    # Interrupted, it still writes down what it has found.
    child.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
    try:
        child.wait(_FAREWELL)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return True


def _offences(results: Path, url: str) -> Iterator[Offence]:
    for path in sorted(results.glob("*-result.json")):
        result = json.loads(path.read_text("utf-8"))
        for each in result.get("steps", ()):
            said = str((each.get("statusDetails") or {}).get("message") or "")
            if each.get("status") in ("failed", "broken") and said:
                what, _, curl = said.partition("Reproduce with:")
                command = curl.strip().replace(f"'{url}", '"$BASE"\'').replace(url, '"$BASE"')
                yield Offence(operation=str(result["name"]), what=what.strip(), curl=command)
