"""The command line: a thin face over pytest, the contracts and the reference server."""

from __future__ import annotations

import sys

import click

from conformance import __version__
from conformance.cli.cassettes import cassettes
from conformance.cli.client import client
from conformance.cli.compare import compare
from conformance.cli.diff import diff
from conformance.cli.drift import drift
from conformance.cli.explain import explain
from conformance.cli.explore import explore
from conformance.cli.judge import judge
from conformance.cli.listing import listing
from conformance.cli.live import live
from conformance.cli.proxy import proxy
from conformance.cli.record import record
from conformance.cli.report import report
from conformance.cli.run import run
from conformance.cli.selftest import selftest
from conformance.cli.serve import serve
from conformance.errors import ConformanceError, TargetDown

USAGE, INCOMPLETE, SUITE_ERROR = 2, 3, 4


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="conformance")
def commands() -> None:
    """Contract tests for the Xero Contacts API in its three generations.

    \b
    Examples:
      conformance run embedded --generation all
      conformance run mock:http://127.0.0.1:4010 --format json
      conformance record mock:http://127.0.0.1:4010 cassettes
      conformance run cassette:cassettes
      conformance client -- npm test
      conformance proxy --upstream http://127.0.0.1:4010 -- npm test
      conformance list clauses --generation 2.0-2026
      conformance explain upsert.match-by-number
      conformance judge recorded.yaml
      conformance serve --port 8080 --fault upsert.match-by-id.ignored
      conformance diff 2.0-2010 2.0-2026
      conformance selftest
      conformance compare baseline reports
    """


COMMANDS = (
    run,
    record,
    cassettes,
    client,
    proxy,
    compare,
    listing,
    explain,
    explore,
    live,
    judge,
    diff,
    drift,
    serve,
    selftest,
    report,
)

for each in COMMANDS:
    commands.add_command(each)


def main() -> None:
    """Run the command line and end the process: 0, or 1 to 4 as the README lists, or 130 after Ctrl-C."""
    sys.exit(_main())


def _main() -> int:
    try:
        result = commands.main(standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _say(error.format_message(), USAGE)
    except TargetDown as error:
        return _say(str(error), INCOMPLETE)
    except ConformanceError as error:
        return _say(str(error), USAGE)
    except BrokenPipeError:
        return USAGE
    except Exception as error:  # outermost
        return _say(f"the suite itself failed: {type(error).__name__}: {error}", SUITE_ERROR)
    return result if isinstance(result, int) else 0


def _say(message: str, code: int) -> int:
    click.echo(f"conformance: {message}", err=True)
    return code
