"""What the README shows can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from conformance.cli import commands
from conformance.contract.load import generations
from conformance.derive.cases import select
from conformance.derive.faults import require

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line.split(" #")[0].strip() for block in BLOCKS for line in block.splitlines()]
OURS = [part.strip() for line in LINES for part in line.split("&&") if part.strip().startswith("conformance ")]


@pytest.mark.parametrize("line", OURS)
def test_its_commands_are_understood(line: str) -> None:
    name, *words = shlex.split(line)[1:]
    command = commands.commands[name]
    context = command.make_context(name, list(words))
    for pattern in context.params.get("only", ()):
        assert select(generations(), only=[pattern])
    target = context.params.get("target") or ""
    fault = context.params.get("fault") or target.partition("embedded:")[2]
    if fault:
        assert require(fault, generations())


def test_it_shows_the_two_commands_that_do_everything() -> None:
    assert {"make run", "make test"} <= set(LINES)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^run:", makefile, re.MULTILINE)
    assert re.search(r"^test:", makefile, re.MULTILINE)


def test_its_generations_are_those_that_exist() -> None:
    assert all(f"| `{each}` |" in README for each in generations())


def test_its_exit_codes_are_those_of_the_command_line() -> None:
    shown = re.findall(r"^\| (\d) \| ([a-z ]+) \|", README, re.MULTILINE)
    assert [code for code, _ in shown] == ["0", "1", "2", "3", "4"]
