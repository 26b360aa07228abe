"""What the self-test prints: every name whole, whatever letters are in it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console

from conformance.cli import commands
from conformance.cli.selftest import _print
from conformance.session.matrix import Kill, Matrix

CASE = "2.0-2026/upsert.stored-as-sent[Phones]"


def test_names_with_brackets_are_printed_whole() -> None:
    fault, sentence = "upsert.stored-as-sent.drops[red]", "it drops [bold] and \\[/]"
    names = {"fault": fault, "sentence": sentence, "generation": "1.0", "clause": "upsert.stored-as-sent"}
    survivor = Kill(code="lost", killers=(), others=(), **names)
    said = StringIO()
    _print(Console(file=said, width=200), Matrix(kills=(survivor,), alarms=(CASE,), checks=(CASE,)), [])
    for line in (f"survives 1.0 {fault}: {sentence}", f"kills nothing {CASE}", f"blames the clean server {CASE}"):
        assert line in said.getvalue()


def test_a_folder_with_brackets_is_printed_whole(tmp_path: Path) -> None:
    folder = tmp_path / "[red]"
    words = ["selftest", "--generation", "1.0", "--only", "upsert.match-by-number", "-n", "1", "--reports", str(folder)]
    done = CliRunner().invoke(commands, words, standalone_mode=False)
    assert f"{folder}/kill-matrix.json" in done.output.replace("\n", "")
