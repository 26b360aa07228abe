"""What comparing two large documents costs, as whole processes: seconds and peak memory, by format and by changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from accounting import changed, document, yaml

ROUNDS = 5
COMMAND = Path(sys.executable).parent / "conformance"


def measured(*words: str) -> tuple[float, int, int]:
    """The median seconds, the peak memory in bytes, and the changes found."""
    seconds, peaks, counts = [], [], 0
    for _ in range(ROUNDS):
        start = perf_counter()
        process = subprocess.Popen([COMMAND, "diff", *words, "--json"], stdout=subprocess.PIPE)
        assert process.stdout is not None
        told = process.stdout.read()
        _, _, used = os.wait4(process.pid, 0)
        seconds.append(perf_counter() - start)
        peaks.append(used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
        counts = len(json.loads(told)["changes"])
    return median(seconds), max(peaks), counts


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        old = yaml(document())
        (place / "old.yaml").write_text(old)
        (place / "old.json").write_text(json.dumps(document(), indent=2))
        for changes in (0, 40, 1000):
            (place / f"new{changes}.yaml").write_text(yaml(changed(changes)))
            (place / f"new{changes}.json").write_text(json.dumps(changed(changes), indent=2))
        print(f"documents of {old.count(chr(10)):,} lines and {len(old):,} bytes as YAML; median of {ROUNDS} rounds")
        small = ROUNDS and measured("1.0", "1.0")
        print(f"  {'a generation and itself':30} {small[0]:6.2f} s  {small[1] / 2**20:6.0f} MiB")
        for suffix in ("yaml", "json"):
            for changes in (0, 40, 1000):
                words = (str(place / f"old.{suffix}"), str(place / f"new{changes}.{suffix}"))
                seconds, peak, found = measured(*words)
                label = f"{suffix}, {found} changes found"
                print(f"  {label:30} {seconds:6.2f} s  {peak / 2**20:6.0f} MiB")


if __name__ == "__main__":
    main()
