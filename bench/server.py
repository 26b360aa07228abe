"""How many requests a second the reference server answers, and what `Remote` adds to an exchange with it.

The server is a process of its own; one keep-alive connection; rounds alternate; medians.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from conformance.exchange import Headers, Request
from conformance.targets.remote import Address, Remote

ROUNDS = 7
EXCHANGES = 1000
WARM = 200
PATH = "/api.xro/2.0/Contacts"
FIELDS = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "Authorization": "Bearer bench",
    "xero-tenant-id": "bench",
}
CONTACT = {"Name": "Bench", "FirstName": "A", "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "5550100"}]}
BODY = json.dumps({"Contacts": [CONTACT]}).encode()


@contextmanager
def served() -> Iterator[str]:
    """The address of a reference server in a process of its own."""
    command = [sys.executable, "-m", "conformance", "serve", "--port", "0", "--generation", "2.0-2026"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[0]
        finally:
            process.terminate()


def bare(url: str, method: str, path: str, body: bytes) -> Callable[[], None]:
    where = urlsplit(url)
    connection = HTTPConnection(where.hostname or "", where.port)

    def once() -> None:
        connection.request(method, path, body, FIELDS)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200

    return once


def remote(url: str, method: str, path: str, body: bytes) -> Callable[[], None]:
    target = Remote(Address.parse(url, ()))
    request = Request(method=method, path=path, headers=Headers(tuple(FIELDS.items())), body=body)

    def once() -> None:
        assert target.send(request).status == 200

    return once


def timed(once: Callable[[], None], count: int) -> float:
    start = perf_counter()
    for _ in range(count):
        once()
    return (perf_counter() - start) / count


def created(url: str) -> str:
    where = urlsplit(url)
    connection = HTTPConnection(where.hostname or "", where.port)
    connection.request("POST", PATH, BODY, FIELDS)
    return str(json.load(connection.getresponse())["Contacts"][0]["ContactID"])


def main() -> None:
    with served() as url:
        read, upsert = ("GET", f"{PATH}/{created(url)}", b""), ("POST", PATH, BODY)
        runs = {
            ("GET by id", "http.client"): bare(url, *read),
            ("GET by id", "Remote"): remote(url, *read),
            ("POST upsert", "http.client"): bare(url, *upsert),
            ("POST upsert", "Remote"): remote(url, *upsert),
        }
        taken: dict[tuple[str, str], list[float]] = {key: [] for key in runs}
        for once in runs.values():
            timed(once, WARM)
        for _ in range(ROUNDS):
            for key, once in runs.items():
                taken[key].append(timed(once, EXCHANGES))
    print(f"{'exchange':<12} {'client':<12} {'requests/s':>10} {'us/exchange':>12} {'x bare':>7}")
    for (what, who), each in taken.items():
        seconds, base = median(each), median(taken[what, "http.client"])
        print(f"{what:<12} {who:<12} {1 / seconds:>10.0f} {seconds * 1e6:>12.0f} {seconds / base:>7.2f}")


if __name__ == "__main__":
    main()
