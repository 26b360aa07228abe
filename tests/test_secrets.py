"""No secret reaches anything that is written: canaries are planted everywhere, and every byte is searched."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import commands
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.session.redact import MASK, Redactor

TOKEN = "canary+token/1234=="
TENANT = "canary-tenant-5678"
HEADER = "canary header 9012"
API_KEY, XERO_KEY = "canary&api-key", "canary xero-key"
CANARIES = ("canary", "1234==", "5678", "9012", "api-key-", "canary%2B", "canary%26", "canary+xero")


def parrot(request: Request) -> Response:
    """Says back, in an error, every secret that it was shown, as hostile or careless servers do."""
    told = " ".join([value for _, value in request.headers] + [value for _, value in request.query])
    headers = Headers((("Content-Type", "text/html"), ("Set-Cookie", f"session={told}"), ("X-Echo", told)))
    return Response(status=400, headers=headers, body=f"<p>{told} {request.url}</p>".encode())


@pytest.mark.parametrize("generation", ["1.0", "2.0-2026"])
def test_nothing_that_a_run_writes_holds_a_secret(tmp_path: Path, generation: str) -> None:
    words = ["--token", TOKEN, "--tenant", TENANT, "--header", f"X-Env: {HEADER}"]
    words += ["--api-key", API_KEY, "--xero-key", XERO_KEY, "--generation", generation, "-v"]
    with Served(parrot) as url:
        done = CliRunner().invoke(commands, ["run", f"mock:{url}", "--reports", str(tmp_path), *words])
    assert done.exit_code in (0, 1, 3), done.output
    written = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert len(written) > 20
    for each in written:
        assert b"canary" not in each.read_bytes(), each
    assert "canary" not in done.output


def test_a_secret_is_masked_however_a_url_spells_it() -> None:
    redactor = Redactor.of([TOKEN, XERO_KEY])
    for each in (TOKEN, "canary%2Btoken%2F1234%3D%3D", XERO_KEY, "canary%20xero-key", "canary+xero-key"):
        assert redactor.text(f"<{each}>") == f"<{MASK}>"


def test_the_scheme_before_a_token_stays_readable() -> None:
    assert Redactor(()).header("Authorization", "Bearer abc") == f"Bearer {MASK}"
    assert Redactor(()).header("Cookie", "abc") == MASK
    assert Redactor(()).header("Accept", "abc") == "abc"
