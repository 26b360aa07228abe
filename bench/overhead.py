"""What judging costs: a run with Allure results as a whole process, against a bare loop over the same exchanges.

The exchanges are those that a first run has recorded; the loop sends them over one keep-alive connection of
http.client. Both talk to one reference server in a process of its own. Rounds alternate; medians.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from server import served

ROUNDS = 5
FEWER = 3
#: the cases that come to about 200 exchanges; everything is about four times as much
SOME = ("*/upsert.*", "*/query.*", "*/partial-update.nothing-else-changes*")
EVERYTHING = ("*",)

LOOP = """
import http.client, json, sys, time, urllib.parse
where = urllib.parse.urlsplit(sys.argv[1])
exchanges = json.load(open(sys.argv[2]))
connection = http.client.HTTPConnection(where.hostname, where.port)
start = time.perf_counter()
for method, url, headers, body in exchanges:
    connection.request(method, url, body.encode(), headers)
    connection.getresponse().read()
print(time.perf_counter() - start)
"""


@dataclass
class Taken:
    """Seconds of whole processes and of the loop inside, by round, and the most memory that a process held."""

    judged: list[float] = field(default_factory=list)
    process: list[float] = field(default_factory=list)
    loop: list[float] = field(default_factory=list)
    mebibytes: float = 0.0


def judge(url: str, only: tuple[str, ...], reports: Path, tenant: str) -> tuple[float, float]:
    """The seconds and the peak memory of a run, in a tenant of its own, so that nothing is there before it."""
    words = ["run", f"mock:{url}", "--generation", "2.0-2026", "--format", "json", "--tenant", tenant]
    words += [word for each in only for word in ("--only", each)]
    command = [sys.executable, "-m", "conformance", *words, "--reports", str(reports), "--quiet"]
    start = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}: {command}")
    return seconds, usage.ru_maxrss / 1024


def record(url: str, only: tuple[str, ...], folder: Path) -> tuple[Path, int]:
    """The exchanges of a run, ready to be sent again, and how many they are."""
    tenant = str(uuid4())
    judge(url, only, folder, tenant)
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    cases = [each for each in map(json.loads, lines) if each["kind"] == "case"]
    exchanges = [one["request"] for each in cases for one in each["exchanges"]]
    # Secrets are not written to the stream. With the tenant of the recording, what was read then is found again.
    shown = {"Authorization": "Bearer bench", "xero-tenant-id": tenant}
    again = [(one["method"], one["url"], {**dict(one["headers"]), **shown}, one["body"]) for one in exchanges]
    path = folder / "exchanges.json"
    path.write_text(json.dumps(again), "utf-8")
    return path, len(again)


def loop(url: str, exchanges: Path) -> tuple[float, float]:
    """The seconds of the bare loop as a process, and of the loop alone."""
    start = perf_counter()
    done = subprocess.run([sys.executable, "-c", LOOP, url, exchanges], capture_output=True, text=True, check=True)
    return perf_counter() - start, float(done.stdout)


def measure(url: str, only: tuple[str, ...], folder: Path, rounds: int) -> tuple[Taken, int]:
    exchanges, count = record(url, only, folder)
    loop(url, exchanges)
    taken = Taken()
    for _ in range(rounds):
        seconds, mebibytes = judge(url, only, folder, str(uuid4()))
        taken.judged.append(seconds)
        taken.mebibytes = max(taken.mebibytes, mebibytes)
        whole, inner = loop(url, exchanges)
        taken.process.append(whole)
        taken.loop.append(inner)
    return taken, count


def show(taken: Taken, count: int) -> None:
    base = median(taken.loop)
    print(f"{count} exchanges                           seconds   x bare loop")
    for what, each in (
        ("bare loop", taken.loop),
        ("bare loop, whole process", taken.process),
        ("judged, whole process", taken.judged),
    ):
        print(f"  {what:<36} {median(each):>9.3f} {median(each) / base:>12.1f}")
    print(f"  {'most memory of the judged process':<36} {taken.mebibytes:>5.0f} MiB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served() as url:
        some, few = measure(url, SOME, Path(folder), ROUNDS)
        everything, many = measure(url, EVERYTHING, Path(folder), FEWER)
    show(some, few)
    show(everything, many)
    more = (median(everything.judged) - median(some.judged)) / (many - few)
    bare = (median(everything.loop) - median(some.loop)) / (many - few)
    print(f"each further exchange: {more * 1e6:.0f} us judged, {bare * 1e6:.0f} us bare, x {more / bare:.1f}")


if __name__ == "__main__":
    main()
