"""What judging recordings costs: 500 answers of 25 contacts each, as a cassette in YAML and in JSON and as a HAR file.

The answers come from the reference server. Each file is judged by a process of its own; rounds alternate; medians.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml

from conformance.contract.model import Role
from conformance.exchange import Headers, Request, Response
from conformance.rules.registry import contract
from conformance.targets.embedded import embedded
from conformance.targets.target import Credentials
from conformance.wire import envelope

ROUNDS, ANSWERS, CONTACTS = 3, 500, 25
NEWEST = "2.0-2026"


def answered() -> tuple[Request, Response]:
    """A list of the reference server, and the request for it."""
    made, caller = contract(NEWEST), Credentials()
    target = embedded(made)
    records = tuple({"Name": f"Contact {number}", "FirstName": "Zoë " * 9} for number in range(CONTACTS))
    upsert, media = made.operations[Role.UPSERT], made.formats["json"].media_type
    headers = Headers((("Accept", media), ("Content-Type", media)))
    body = envelope.write_request(made, "json", records)
    sent = Request(method=upsert.method, path=upsert.path, headers=headers, body=body)
    target.send(caller.applied(made.access, sent))
    asked = Request(method="GET", path=made.operations[Role.LIST].path, headers=headers)
    asked = caller.applied(made.access, asked)
    return asked, target.send(asked)


def files(folder: Path) -> list[Path]:
    """The same exchange, as often as is wanted, in each format."""
    asked, answer = answered()
    text, url = answer.body.decode(), f"https://service.example{asked.url}"
    kind = answer.headers.first("Content-Type")
    request = {"method": "GET", "uri": url, "body": None, "headers": {name: [value] for name, value in asked.headers}}
    response = {"status": {"code": 200}, "headers": {"Content-Type": [kind]}, "body": {"string": text}}
    held = {"version": 1, "interactions": [{"request": request, "response": response}] * ANSWERS}
    pairs = [{"name": name, "value": value} for name, value in asked.headers]
    content = {"size": len(answer.body), "mimeType": kind, "text": text}
    entry = {
        "request": {"method": "GET", "url": url, "headers": pairs},
        "response": {"status": 200, "headers": [], "content": content},
    }
    written = {
        "cassette.json": json.dumps(held),
        "cassette.yaml": yaml.dump(json.loads(json.dumps(held)), Dumper=yaml.CSafeDumper),
        "session.har": json.dumps({"log": {"entries": [entry] * ANSWERS}}),
    }
    for name, body in written.items():
        (folder / name).write_text(body, "utf-8")
    return [folder / name for name in written]


def seconds(file: Path) -> float:
    """How long a whole process takes for one file."""
    start = perf_counter()
    subprocess.run([sys.executable, "-m", "conformance", "judge", str(file), "-q"], check=True, capture_output=True)
    return perf_counter() - start


def main() -> None:
    """Print a line for each file."""
    with tempfile.TemporaryDirectory() as scratch:
        made = files(Path(scratch))
        taken = [{each: seconds(each) for each in made} for _ in range(ROUNDS)]
        for each in made:
            size = each.stat().st_size / 1024 / 1024
            print(f"{each.name:<14} {size:5.1f} MiB  {median(one[each] for one in taken):5.1f} s")


if __name__ == "__main__":
    main()
