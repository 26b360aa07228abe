"""Secrets are planted in every place where one may stand, and every byte that is written is searched for them."""

from __future__ import annotations

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from click.testing import CliRunner, Result

from conformance.cli import commands
from conformance.exchange import Headers, Request, Response
from conformance.reference.http import Served
from conformance.rules.registry import contract
from conformance.targets.embedded import Embedded, embedded
from conformance.targets.target import Credentials

TOKEN = "Canary+token/1234=="
TENANTS = ("ca9a41e5-0000-4000-8000-0000cafe0001", "Canary-tenant-second")
HEADER = "Canary header 9012"
KEYS = ("Canary&api-key", "Canary xero-key")
COOKIE, ANTI_FORGERY = "Canary-cookie-3456", "Canary-session-7890"
ACCESS, REFRESH, CLIENT = "Canary-access-1111", "Canary-refresh-2222", "Canary-client-3333"
PLANTED = (TOKEN, *TENANTS, HEADER, *KEYS, COOKIE, ANTI_FORGERY, ACCESS, REFRESH, CLIENT)

# Whatever is left of a secret has one of these in it, in whatever spelling.
LEFT = [b"canary", b"ca9a41e5", b"cafe0001", b"canary".hex().encode()]
LEFT += [base64.b64encode(each.encode())[:8].lower() for each in PLANTED]


def spellings(secret: str) -> list[str]:
    """The odder ways in which a server may say a secret back."""
    plain = [secret, secret.upper(), secret.lower(), quote(secret, safe=""), quote_plus(secret), html.escape(secret)]
    packed = [base64.b64encode(secret.encode()).decode(), secret.encode().hex(), secret.replace("-", "")]
    return [*plain, *packed, json.dumps(secret)[1:-1].replace("/", "\\/"), quote(quote(secret, safe=""), safe="")]


class Gossip:
    """The reference server, which tells everybody everything: in headers, cookies, bodies and errors."""

    def __init__(self, generation: str, credentials: Credentials) -> None:
        self.server: Embedded = embedded(contract(generation), credentials=credentials)
        self.asked = 0

    def __call__(self, request: Request) -> Response:
        self.asked += 1
        shown = [value for _, value in request.headers] + [value for _, value in request.query]
        known = [each for one in (TOKEN, *TENANTS, HEADER, *KEYS, *shown) for each in spellings(one)]
        told = " ".join(known)
        oauth = {"access_token": ACCESS, "refresh_token": REFRESH, "inner": {"client_secret": CLIENT}}
        extra = (
            ("Set-Cookie", f"sid={COOKIE}; Path=/; HttpOnly"),
            ("Set-Cookie", f"xsrf={ANTI_FORGERY}"),
            ("X-Session-Token", ANTI_FORGERY),
            ("Location", f"https://user:{CLIENT}@host.example/?access_token={ACCESS}&x=1"),
            # Whole words of it: half a secret cannot be known for one.
            ("X-Echo", " ".join(each for each in known[:66] if each.isascii())),
        )
        if self.asked % 5 == 0:
            body = json.dumps({**oauth, "told": told, "again": json.dumps(oauth)}).encode()
            return Response(status=500, headers=Headers((("Content-Type", "application/json"), *extra)), body=body)
        if self.asked % 7 == 0:
            body = f"<p>{told} client_secret={CLIENT}&refresh_token={REFRESH}</p><access_token>{ACCESS}</access_token>"
            return Response(status=400, headers=Headers((("Content-Type", "text/html"), *extra)), body=body.encode())
        response = self.server.send(request)
        headers = Headers((*response.headers.pairs, *extra))
        return Response(status=response.status, headers=headers, body=response.body)


def found_in(folder: Path) -> list[str]:
    return [
        f"{path}: {content[max(0, content.find(each) - 60) :][:120]!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes().lower()]
        for each in LEFT
        if each in content
    ]


def conformance(*words: str) -> Result:
    done = CliRunner().invoke(commands, list(words), standalone_mode=False)
    told = (done.output + str(done.exception)).lower().encode()
    assert not [each for each in LEFT if each in told], done.output
    return done


SHOWN = ("--token", TOKEN, "--tenant", TENANTS[0], "--tenant", TENANTS[1], "--header", f"X-Env: {HEADER}")
SHOWN += ("--api-key", KEYS[0], "--xero-key", KEYS[1])


@pytest.mark.parametrize("generation", ["1.0", "2.0-2026"])
def test_no_secret_reaches_a_byte_that_is_written(generation: str, tmp_path: Path) -> None:
    some = ("--generation", generation, "--only", f"{generation}/*/upsert.*", "--only", f"{generation}/*/access.*")
    gossip = Gossip(generation, Credentials(token=TOKEN, tenants=TENANTS, keys=KEYS))
    taped, reports = str(tmp_path / "cassettes"), tmp_path / "reports"
    with Served(gossip) as url:
        done = conformance("record", f"mock:{url}", taped, *SHOWN, *some, "-v", "--reports", str(reports))
    assert done.return_value in (1, 3), done.output
    assert gossip.asked > 20
    conformance("run", f"cassette:{taped}", *SHOWN, *some, "-v", "--reports", str(tmp_path / "again"))
    conformance("run", f"cassette:{taped}", *some, "--lenient", "--reports", str(tmp_path / "others"))
    conformance("cassettes", "check", taped, "--json")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) > 40
    assert found_in(tmp_path) == []


def test_a_recording_of_a_gossip_gives_the_same_verdicts(tmp_path: Path) -> None:
    some = ("--generation", "2.0-2026", "--format", "json", "--only", "*/upsert.*")
    gossip = Gossip("2.0-2026", Credentials(token=TOKEN, tenants=TENANTS, keys=KEYS))
    reports = [tmp_path / "one", tmp_path / "other"]
    with Served(gossip) as url:
        taped = str(tmp_path / "cassettes")
        conformance("record", f"mock:{url}", taped, *SHOWN, *some, "-q", "--reports", str(reports[0]))
    conformance("run", f"cassette:{taped}", *some, "-q", "--reports", str(reports[1]))
    # The reasons quote what the server says, and a recording has labels where a live run has the plain mask.
    told = [json.loads((each / "report.json").read_text())["findings"] for each in reports]
    ends = [[(one["case"], one["verdict"], one["code"]) for one in each] for each in told]
    assert ends[0] == ends[1]
    assert ends[0]
