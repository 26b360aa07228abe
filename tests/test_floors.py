"""How the house is built: imports run downward, files and functions stay small, facts stand in ``specs/`` alone."""

from __future__ import annotations

import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "conformance").rglob("*.py"))
RULES = sorted((ROOT / "conformance" / "rules").glob("*.py"))

LONGEST_FILE = 250
LONGEST_FUNCTION = 30
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "misc"}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function

# Generations and media types are facts: rules take them from the contract.
FACT = re.compile(r"1\.0|2\.0|.*2\.0-2010.*|.*2\.0-2026.*|(application|text)/[a-z].*", re.DOTALL)
# Spelt backwards, since this file is searched too.
BACKWARDS = ("gro.ipyp", "detsohnohtyp", "gro.sjmpn", "moc.sjmpn", "moc.gkpnray", "oi.setarc", "gro.nevam")
REGISTRY = re.compile("|".join(re.escape(each[::-1]) for each in BACKWARDS), re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w/.*:-])/(?:home|Users|root|work)/\w")


def test_imports_run_downward_and_each_library_has_one_door() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(params=FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def file(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_the_file_is_small_and_named_for_what_it_holds(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{lines} lines; {LONGEST_FILE} are the limit: part it by what its pieces are about"
    assert file.stem not in VAGUE, "a name that says nothing"


def test_its_functions_are_small(file: Path) -> None:
    long = [f"{each.name} ({_length(each)} lines)" for each in _functions(file) if _length(each) > LONGEST_FUNCTION]
    assert not long, f"functions over {LONGEST_FUNCTION} lines"


def test_it_imports_at_the_top_only(file: Path) -> None:
    inner = [
        f"line {each.lineno}, in {function.name}"
        for function in _functions(file)
        for each in ast.walk(function)
        if isinstance(each, ast.Import | ast.ImportFrom)
    ]
    assert not inner


def test_it_silences_no_type_error(file: Path) -> None:
    silenced = [line for line, text in _comments(file).items() if re.search(r"type:\s*ignore|mypy:\s*ignore", text)]
    assert not silenced


def test_it_catches_everything_only_at_the_edge(file: Path) -> None:
    comments = _comments(file)
    edge = file == ROOT / "conformance" / "cli" / "__init__.py"
    broad = [
        each.lineno
        for each in ast.walk(_tree(file))
        if isinstance(each, ast.ExceptHandler) and _broad(each) and "outermost" not in comments.get(each.lineno, "")
    ]
    assert edge or not broad, "name the exceptions, or say `# outermost` on the line and mean it"


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.name)
def test_a_rule_states_no_fact_about_the_api(rule: Path) -> None:
    facts = [f"line {each.lineno}: {each.value!r}" for each in _texts(_tree(rule)) if FACT.fullmatch(str(each.value))]
    assert not facts, "generations and media types stand in specs/ and come with the contract"


def test_no_tracked_file_names_a_registry_or_a_place_on_this_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in _tracked()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if REGISTRY.search(line) or MACHINE.search(line) or f"{ROOT}/" in line
    ]
    assert not found


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), file.name)


def _functions(file: Path) -> Iterator[Function]:
    return (each for each in ast.walk(_tree(file)) if isinstance(each, Function))


def _docstring(node: Documented) -> ast.Constant | None:
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def _length(function: Function) -> int:
    """Its lines from ``def`` to the end, without the docstring."""
    docstring = _docstring(function)
    told = docstring.end_lineno - docstring.lineno + 1 if docstring and docstring.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - told


def _texts(tree: ast.Module) -> list[ast.Constant]:
    """The text constants that are not docstrings."""
    docstrings = {_docstring(each) for each in ast.walk(tree) if isinstance(each, Documented)}
    texts = (each for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return [each for each in texts if each not in docstrings]


def _comments(file: Path) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def _broad(handler: ast.ExceptHandler) -> bool:
    """Whether it catches everything: ``except:``, or Exception or BaseException, alone or in a tuple."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def _tracked() -> list[Path]:
    """The files that git keeps or would keep."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
