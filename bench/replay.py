"""What replaying costs: load, match and judge apart, and the same cases against the reference server over a socket.

A recording is made first, of one generation in all its formats. Rounds alternate between the two targets; medians.
Loading is measured for the same cassettes as the suite writes them (JSON) and as vcrpy would (YAML).
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from server import served
from vcr.serializers import yamlserializer

from conformance.cassettes.library import files, library
from conformance.cassettes.read import read
from conformance.cassettes.store import Player
from conformance.cli import commands
from conformance.derive.cases import cases
from conformance.rules.scene import Scenes
from conformance.session.run import run
from conformance.session.weather import Weather
from conformance.suite.options import Options
from conformance.suite.plan import plan

ROUNDS = 5
GENERATION = "2.0-2026"


def recorded(folder: Path) -> Path:
    words = ["record", "embedded", str(folder / "cassettes"), "--generation", GENERATION, "-q"]
    with contextlib.redirect_stdout(io.StringIO()):
        code = commands.main([*words, "--reports", str(folder / "reports")], standalone_mode=False)
    if code:
        raise SystemExit(f"the recording ended with {code}")
    return folder / "cassettes"


def as_yaml(folder: Path, place: Path) -> list[Path]:
    """The same cassettes in the notation that vcrpy writes."""
    place.mkdir()
    found = []
    for number, path in enumerate(files(folder)):
        found.append(place / f"{number}.yaml")
        found[-1].write_text(yamlserializer.serialize(json.loads(path.read_text("utf-8"))), "utf-8")
    return found


def loading(paths: list[Path]) -> float:
    start = process_time()
    for each in paths:
        read(each)
    return process_time() - start


def matching(folder: Path) -> tuple[float, int]:
    """The seconds in which every recorded request finds its answer."""
    kept, count = library(folder).kept, 0
    start = process_time()
    for each in kept:
        player = Player(each.cassette)
        for one in each.cassette.exchanges:
            assert player.play(one.request) is not None
            count += 1
    return process_time() - start, count


def telling(target: str) -> tuple[float, float, int]:
    """The seconds, on the clock and of this process, in which all cases are told to a target, and what they asked."""
    start, busy = perf_counter(), process_time()
    made = plan(Options(target=target, generations=(GENERATION,), tenants=TENANTS, token="bench-token"))
    # Nothing is waited for: the clock of the reference server does not stand still.
    settings = replace(made.settings, scenes=Scenes(), weather=Weather(wait=lambda _: None))
    outcomes = [run(each, made.open(GENERATION), settings) for each in cases(GENERATION)]
    return perf_counter() - start, process_time() - busy, sum(len(each.exchanges) for each in outcomes)


def over_a_socket() -> tuple[float, float, int]:
    """The same with a server of its own, in which nothing is yet."""
    with served() as url:
        return telling(f"mock:{url}")


TENANTS = ("00000000-0000-4000-8000-00000000c0de", "00000000-0000-4000-8000-00000000beef")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cassettes = recorded(folder)
        paths, yaml = list(files(cassettes)), as_yaml(cassettes, folder / "yaml")
        size = sum(each.stat().st_size for each in paths)
        print(f"{len(paths)} cassettes of {GENERATION}, {size / 1e6:.1f} MB")
        load = median(loading(paths) for _ in range(ROUNDS))
        slow = median(loading(yaml) for _ in range(2))
        print(f"  load, written as JSON   {load:>8.3f} s")
        print(f"  load, written as YAML   {slow:>8.3f} s   x {slow / load:.1f}")
        found = [matching(cassettes) for _ in range(ROUNDS)]
        match = median(each for each, _ in found)
        print(f"  match {found[0][1]:>5} requests    {match:>8.3f} s")
        rounds = [(over_a_socket(), telling(f"cassette:{cassettes}")) for _ in range(ROUNDS)]
        socket, replay = (median(each[side][0] for each in rounds) for side in (0, 1))
        judge = median(each[1][1] for each in rounds) - load - match
        print(f"  judge {len(cases(GENERATION)):>5} cases       {judge:>8.3f} s")
        print(f"replayed, with loading    {replay:>8.3f} s, {rounds[0][1][2]} exchanges")
        print(f"over a loopback socket    {socket:>8.3f} s, {rounds[0][0][2]} exchanges")
        print(f"replay / socket           {median(one[1][0] / one[0][0] for one in rounds):>8.2f}")


if __name__ == "__main__":
    sys.exit(main())
