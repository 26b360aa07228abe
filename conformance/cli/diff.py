"""``conformance diff``: what changed between two documents, and whom it breaks."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import click

from conformance.diff import ignores
from conformance.diff.rulebook import Impact
from conformance.diff.sides import compared
from conformance.errors import BadOption
from conformance.report import changes, rulebook

_FAILS = {"none": 3, "breaking": Impact.BREAKING.rank, "risky": Impact.RISKY.rank, "any": Impact.SAFE.rank}


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--format", "form", type=click.Choice(tuple(changes.FORMATS)), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fail-on", type=click.Choice(tuple(_FAILS)), default="none", show_default=True,
              help="Exit with 1 where there is a change of this class or a worse one.")  # fmt: skip
@click.option("--ignore", "ignored", multiple=True, metavar="RULE[@GLOB][: REASON]",
              help="Let such changes through. GLOB is a subject or a JSON pointer.")  # fmt: skip
@click.option("--ignore-file", type=click.Path(path_type=Path), multiple=True, metavar="TOML",
              help="[[ignore]] tables with rule, reason and perhaps path.")  # fmt: skip
@click.option("--only", multiple=True, metavar="RULE", help="Only changes of these rules.")
@click.option("--resource", default="", metavar="NAME", help="Only what the operations of one resource reach.")
@click.option("--rules", "listed", is_flag=True, help="List the rules instead.")
def diff(old: str | None, new: str | None, form: str, as_json: bool, listed: bool, **options: object) -> int:
    """Tell what changed between OLD and NEW, and whom it breaks.

    Each is a generation (1.0, 2.0-2010, 2.0-2026), an OpenAPI 3.0 or 3.1 file in
    JSON or YAML, whole or a slice of one, or an XSD.

    \b
    Examples:
      conformance diff 2.0-2010 2.0-2026
      conformance diff old.yaml new.yaml --resource Contacts --fail-on breaking
      conformance diff old.yaml new.yaml --format github --fail-on risky
      conformance diff old.yaml new.yaml --ignore 'enum-value-added@*Status'
      conformance diff --rules
    """
    form = "json" if as_json else form
    if listed:
        click.echo(rulebook.FORMATS[form](), nl=False)
        return 0
    if old is None or new is None:
        raise BadOption("a comparison has two sides", "see: conformance diff --help")
    return _told(old, new, form, options)


def _told(old: str, new: str, form: str, options: dict[str, object]) -> int:
    patterns = [ignores.known(each) for each in _words(options["only"])]
    excuses = [ignores.said(each) for each in _words(options["ignored"])]
    excuses += [each for path in _words(options["ignore_file"]) for each in ignores.read(Path(path))]
    found = compared(old, new, str(options["resource"]))
    if patterns:
        some = tuple(each for each in found.changes if any(fnmatchcase(each.rule, one) for one in patterns))
        found = replace(found, changes=some)
    sifted = ignores.sift(found.changes, excuses)
    click.echo(changes.FORMATS[form](found, sifted), nl=False)
    limit = _FAILS[str(options["fail_on"])]
    return int(any(each.overall.rank >= limit for each in sifted.changes))


def _words(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()
