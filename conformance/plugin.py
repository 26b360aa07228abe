"""The pytest plugin. It is loaded into every pytest, so it only adds options until a target is named."""

from __future__ import annotations

import pytest

_OPTIONS: tuple[tuple[str, str, str], ...] = (
    ("target", "store", "what to judge: embedded, embedded:FAULT, mock:URL, live:PROFILE or cassette:DIR"),
    ("generation", "append", "generation to judge, or all; the newest when omitted; may be repeated"),
    ("format", "append", "xml or json; every format of the generation when omitted; may be repeated"),
    ("profile", "store", "core (documented MUSTs, the default of live) or full (that of others)"),
    ("only", "append", "run only the cases whose id fits this pattern; may be repeated"),
    ("exhaustive", "store_true", "every check holds its own conversation; none looks at a shared one"),
    ("seed", "store", "names of records derive from it; same seed, same requests"),
    ("lacks", "append", "a capability that the target does not offer; may be repeated"),
    ("header", "append", "'Name: value' to send with every request; may be repeated"),
    ("token", "store", "the access token"),
    ("tenant", "append", "the tenant id; may be repeated"),
    ("api-key", "store", "the partner key of generation 1.0"),
    ("xero-key", "store", "the customer key of generation 1.0"),
    ("timeout", "store", "seconds that one exchange may take"),
    ("organisation", "store", "with live: write to the organisation of exactly this name, demo company or not"),
    ("record", "store", "when a recording began, and the folder for it (conformance record says it)"),
    ("lenient", "store_true", "a recording that does not fit the run is only remarked on"),
    ("max-age", "store", "how old a recording may be, as in 30d"),
    ("stale", "store", "warn or fail, when a recording is older or was made against another contract"),
    ("expect", "store", "a file of the deviations that are known (docs/ci.md)"),
    ("reports", "store", "folder for events.jsonl and report.json"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all named ``--conformance-…``."""
    group = parser.getgroup("conformance", "contract tests of an HTTP resource API")
    for name, action, text in _OPTIONS:
        group.addoption(f"--conformance-{name}", action=action, default=None, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """With a target, the engine takes over; without one, nothing of the suite is even imported."""
    given = [name for name, _, _ in _OPTIONS if config.getoption(f"--conformance-{name}")]
    if "target" in given:
        config.pluginmanager.import_plugin("conformance.suite.engine")
    elif given:
        raise pytest.UsageError(f"--conformance-{given[0]} says nothing without --conformance-target")
