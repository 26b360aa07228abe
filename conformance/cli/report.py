"""``conformance report``: render what a run has left."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from conformance.errors import BadOption
from conformance.report import summary
from conformance.report.allure import configuration

# Allure puts a call to an analytics service into every page; a report is nobody else's business.
_ANALYTICS = re.compile(r"<script[^>]*googletagmanager[^>]*>\s*</script>\s*(<script>[^<]*gtag[^<]*</script>)?")

_PATIENCE = 300
"""Seconds that rendering may take."""

_HOW = "install it with: npm install allure (no Java is needed), or put it on the PATH"


@click.command()
@click.option("--allure", "wants_allure", is_flag=True, help="Render allure-results/ as one HTML file.")
@click.option("--markdown", is_flag=True, help="Print what the run came to, for the summary of a job.")
@click.option("--reports", type=click.Path(path_type=Path), default=Path("reports"), show_default=True)
def report(reports: Path, *, wants_allure: bool, markdown: bool) -> None:
    """Render the results of the last run.

    \b
    Examples:
      conformance report --allure
      conformance report --markdown >> "$GITHUB_STEP_SUMMARY"
    """
    if markdown:
        click.echo(summary.page(_document(reports / "report.json")), nl=False)
    if wants_allure:
        _allure(reports)
    elif not markdown:
        raise BadOption("nothing to render was named", "use --allure or --markdown")


def _document(path: Path) -> summary.Report:
    try:
        found: summary.Report = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadOption(f"{path} is no report of a run", "run first: conformance run TARGET") from error
    if not isinstance(found, dict) or not found.keys() >= summary.NEEDED:
        raise BadOption(f"{path} is no report of a run", "run first: conformance run TARGET")
    return found


def _allure(reports: Path) -> None:
    results = reports / "allure-results"
    if not any(results.glob("*-result.json")):
        raise BadOption(f"{results} holds no results", "run first: conformance run TARGET")
    command = shutil.which("allure") or shutil.which("allure", path="node_modules/.bin")
    if command is None:
        raise BadOption("the Allure command line was not found", _HOW)
    page = render(Path(command), results, reports / "allure-report")
    click.echo(f"{page}")


def render(command: Path, results: Path, folder: Path) -> Path:
    """The results as one HTML file that calls nobody. Raises BadOption when allure fails."""
    # A page of an earlier run must not pass for this one's.
    shutil.rmtree(folder, ignore_errors=True)
    with TemporaryDirectory() as scratch:
        told = Path(scratch) / "allurerc.json"
        told.write_text(json.dumps(configuration()), "utf-8")
        words = [str(command), "generate", "--config", str(told), "-o", str(folder), str(results)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    page = folder / "index.html"
    if done.returncode or not page.exists():
        said = [each.strip() for each in (done.stderr + done.stdout).splitlines() if each.strip()]
        cause = next((each for each in said if "rror" in each), said[-1] if said else "it said nothing")
        raise BadOption(f"allure failed: {cause}", "try it by hand")
    page.write_text(_ANALYTICS.sub("", page.read_text("utf-8")), "utf-8")
    return page
