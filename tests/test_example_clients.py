"""Published clients, judged through their drivers at the pinned versions: what they do is what docs/clients.md says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = ROOT / "examples" / "clients"
RECORD: dict[str, dict[str, Any]] = json.loads((ROOT / "docs" / "clients.json").read_text("utf-8"))
PACKAGES = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]


def load() -> ModuleType:
    """The program that makes the page; it is no module of the package."""
    spec = spec_from_file_location("clients_page", CLIENTS / "page.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = load()


def pinned(name: str) -> str:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    known = {each.partition("==")[0].replace("_", "-"): each.partition("==")[2] for each in lines}
    return known.get(name) or PACKAGES[name]


def spread(known: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The verdict on each case that did not simply pass."""
    found = [each for one in known["causes"] for each in (one, *one["follows"])] + known["open"]
    return {case: (each["verdict"], each["code"]) for each in found for case in each["cases"]}


def test_every_client_has_a_driver_a_readme_and_a_record() -> None:
    assert set(PROGRAM.DRIVERS) == set(RECORD) == {each.parent.name for each in CLIENTS.glob("*/README.md")}
    for name, (_, path) in PROGRAM.DRIVERS.items():
        assert (ROOT / path).is_file()
        assert pinned(name) in (CLIENTS / name / "README.md").read_text("utf-8")
        assert RECORD[name]["version"] == pinned(name)


def test_the_page_is_made_of_the_record() -> None:
    page = (ROOT / "docs" / "clients.md").read_text("utf-8")
    assert page == "\n".join(PROGRAM.page(RECORD)).rstrip() + "\n"
    assert len(re.findall("^conformance client --drive --only ", page, re.MULTILINE)) == sum(
        len(each["causes"]) for each in RECORD.values()
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAM.DRIVERS)
def test_a_client_does_what_is_recorded_of_it(name: str) -> None:
    hello = PROGRAM.greeting(name)
    if not hello:
        pytest.skip(f"{name} does not start: {PROGRAM.DRIVERS[name][0]} or the package is missing")
    if hello["client"]["version"] != RECORD[name]["version"]:
        pytest.skip(f"{name} is here at {hello['client']['version']}, and the record is of {RECORD[name]['version']}")
    # Not the number of passes: every case that is added would change it.
    assert spread(PROGRAM.record(name)) == spread(RECORD[name])


@pytest.mark.slow
def test_a_generation_without_pages_is_not_asked_for_them(tmp_path: Path) -> None:
    if not PROGRAM.greeting("pyxero"):
        pytest.skip("pyxero does not start: the package is missing")
    words = ["client", "--drive", "--generation", "2.0-2010", "--only", "*/requests.media-type"]
    command = [
        sys.executable,
        "-m",
        "conformance",
        *words,
        "--reports",
        str(tmp_path),
        "--",
        *PROGRAM.command("pyxero"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", PROGRAM.DRIVERS)
def test_a_driver_ends_when_its_input_ends(name: str) -> None:
    if not PROGRAM.greeting(name):
        pytest.skip(f"{name} does not start: {PROGRAM.DRIVERS[name][0]} or the package is missing")
    done = subprocess.run(PROGRAM.command(name), input="", capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
