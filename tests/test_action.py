"""The action for both directions: its steps are run as they stand, with the surroundings of a runner made up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import __version__
from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.cases import cases
from conformance.report.summary import page
from conformance.session.expect import known, read

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "action.yml").read_text("utf-8")
ACTION: dict[str, Any] = yaml.safe_load(TEXT)
STEPS: dict[str, Any] = {each.get("name", ""): each for each in ACTION["runs"]["steps"]}


def judge(folder: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], str, str]:
    """The step that judges, with these inputs: what it said, the summary, and the outputs."""
    (folder / "conformance").mkdir()
    (folder / "conformance" / "bin").symlink_to(Path(sys.executable).parent)
    given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
    given |= {"reports": str(folder / "out"), **inputs}
    summary, output = folder / "summary.md", folder / "output"
    step = STEPS["Judge"]
    surroundings = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for name, value in step["env"].items()
    }
    runner = {"RUNNER_TEMP": str(folder), "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **surroundings, **runner},
    )
    read = [each.read_text("utf-8") if each.exists() else "" for each in (summary, output)]
    return done, read[0], read[1]


def test_what_it_says_of_itself_is_whole() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert set(re.findall(r"inputs\.([\w-]+)", TEXT)) == set(ACTION["inputs"])
    assert all(each.get("description") for each in (*ACTION["inputs"].values(), *ACTION["outputs"].values()))
    assert all(each["shell"] == "bash" for each in STEPS.values() if "run" in each)


def test_no_input_is_pasted_into_a_script() -> None:
    assert not [each for each in STEPS.values() if "${{" in each.get("run", "")]


@pytest.mark.parametrize("name", ["Install the suite", "Judge"])
def test_its_scripts_are_bash(name: str) -> None:
    done = subprocess.run(["bash", "-n"], input=STEPS[name]["run"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_server_is_judged(tmp_path: Path) -> None:
    done, summary, output = judge(tmp_path, target="embedded", profile="core", format="json")
    assert done.returncode == 0, done.stderr
    assert summary.startswith("## embedded: conforms")
    assert "status=conforms" in output
    assert f"reports={tmp_path / 'out'}" in output
    assert (tmp_path / "out" / "junit.xml").exists()


def test_a_client_is_judged_and_its_faults_end_the_job(tmp_path: Path) -> None:
    script = tmp_path / "client.py"
    script.write_text(
        "import os, urllib.request as u\n"
        "url = os.environ['CONFORMANCE_BASE_URL'] + '/api.xro/2.0/Contacts'\n"
        "try: u.urlopen(u.Request(url, headers={'Accept': 'application/json'}))\n"
        "except u.HTTPError: pass\n",
        "utf-8",
    )
    done, summary, output = judge(tmp_path, mode="client", command=f"{sys.executable} {script}", format="json")
    assert done.returncode == 1, done.stderr
    assert "| fail | requests.caller\\-shown | 1 |" in summary
    assert "status=violates" in output


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"mode": "both"}, "mode is 'both'; it is server or client"),
        ({"mode": "server"}, "mode server needs a target"),
        ({"mode": "client"}, "mode client needs a command"),
        ({"target": "nonsense"}, "is not a target"),
    ],
)
def test_what_means_nothing_ends_with_two(tmp_path: Path, inputs: dict[str, str], why: str) -> None:
    done, summary, output = judge(tmp_path, **inputs)
    assert done.returncode == 2
    assert why in done.stdout + done.stderr
    assert not summary
    assert "status=" not in output


def install(folder: Path, version: str) -> subprocess.CompletedProcess[str]:
    """The step that installs, with a Python that only notes what it is asked."""
    fake = folder / "python"
    inside = folder / "conformance" / "bin"
    fake.write_text(f'#!/bin/sh\nmkdir -p "{inside}"\ncp "$0" "{inside}/python"\necho "$@" >> "{folder}/asked"\n')
    fake.chmod(0o755)
    inside.mkdir(parents=True)
    (inside / "conformance").write_text(f"#!/bin/sh\necho conformance, version {__version__}\n")
    (inside / "conformance").chmod(0o755)
    runner = {"RUNNER_TEMP": str(folder), "GITHUB_ACTION_PATH": str(ROOT), "PYTHON": str(fake), "VERSION": version}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS["Install the suite"]["run"]]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **runner})


def test_it_installs_its_own_checkout_at_the_pinned_libraries(tmp_path: Path) -> None:
    done = install(tmp_path, __version__)
    assert done.returncode == 0, done.stderr
    venv, pip = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert venv == f"-m venv {tmp_path}/conformance"
    assert pip.startswith("-m pip install")
    assert pip.endswith(f"--constraint {ROOT}/constraints.txt {ROOT}")


def test_another_version_than_was_asked_for_ends_the_job(tmp_path: Path) -> None:
    done = install(tmp_path, "99.0")
    assert done.returncode == 2
    assert f"this is version {__version__} of the suite, and 99.0 was asked for" in done.stdout


def test_what_a_stranger_wrote_steers_no_summary() -> None:
    finding = {"verdict": "fail", "clause": "x.y", "case": "c", "reason": "a|b\n<script>[x](http://h) `c` \x1b[31m"}
    report = {
        "target": "mock:http://h",
        "status": "violates",
        "cases": 1,
        "verdicts": {"fail": 1},
        "profile": "full",
        "generations": ["2.0-2026"],
        "findings": [finding],
        "chapters": {"x": {"fail": 1}},
    }
    line = next(each for each in page(json.loads(json.dumps(report))).splitlines() if "fail | x.y" in each)
    assert re.sub(r"\\.", "", line).count("|") == 5
    assert not re.search(r"(?<!\\)[<`\[]", line)


DOCS = (ROOT / "docs" / "ci.md").read_text("utf-8")


def test_what_the_page_shows_is_what_there_is(tmp_path: Path) -> None:
    shown = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)]
    used = [step["with"] for each in shown if isinstance(each, list) for step in each if "OWNER" in step["uses"]]
    assert len(used) == 2
    assert {name for each in used for name in each} <= set(ACTION["inputs"])
    scripts = [line for each in shown if isinstance(each, dict) for job in each.values() for line in job["script"]]
    for line in (each for each in scripts if each.startswith("conformance ")):
        name, *words = line.split()[1:]
        commands.commands[name].make_context(name, words)
    path = tmp_path / "known.toml"
    path.write_text("".join(re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)), "utf-8")
    found = read(path)
    known(found, (each.id for each in cases(generations()[-1])))
