"""The wheel holds all that a run needs: built, installed into an empty environment, used from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GENERATIONS = {"1.0", "2.0-2010", "2.0-2026"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``conformance`` command of an environment that holds the wheel and what it asks for."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    python = home / "bin" / "python"
    wanted: list[str | Path] = ["-c", ROOT / "constraints.txt", wheel]
    if uv := shutil.which("uv"):
        _run(uv, "venv", "--python", sys.executable, home)
        _run(uv, "pip", "install", "--python", python, *wanted)
    else:
        _run(sys.executable, "-m", "venv", home)
        _run(python, "-m", "pip", "install", "--disable-pip-version-check", *wanted)
    return home / "bin" / "conformance"


def test_the_wheel_holds_every_spec_file_and_the_typing_marker(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    specs = [path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*") if path.is_file()]
    assert specs, "the repository has no specs"
    assert {f"conformance/{spec}" for spec in specs} <= held
    assert "conformance/py.typed" in held


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"conformance"}


def test_it_lists_the_generations(command: Path, tmp_path: Path) -> None:
    listed = _run(command, "list", "generations", cwd=tmp_path)
    assert set(listed.split()) >= GENERATIONS


def test_it_judges_the_embedded_server(command: Path, tmp_path: Path) -> None:
    options = ["--generation", "2.0-2026", "--format", "json", "--only", "*upsert*", "--reports", "r"]
    _run(command, "run", "embedded", *options, cwd=tmp_path)
    assert json.loads((tmp_path / "r" / "report.json").read_text("utf-8"))


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    """What the command prints; fails with all it said. It sees nothing of the pytest that runs it."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(command, cwd=cwd, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.args} ended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout
