"""Addresses as people type them."""

from __future__ import annotations

import pytest

from conformance.errors import BadOption
from conformance.targets.remote import Address

BASES = ("/api.xro/2.0", "/api.xro/1.0")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h", "http://h:80"),
        ("HTTPS://H/", "https://h:443"),
        ("http://127.0.0.1:1/api.xro/2.0", "http://127.0.0.1:1"),
        ("http://127.0.0.1:1/mock/API.XRO/1.0/", "http://127.0.0.1:1/mock"),
        ("http://[::1]:81/a%20b/ü", "http://[::1]:81/a%20b/%C3%BC"),
        ("http://bücher.example", "http://xn--bcher-kva.example:80"),
    ],
)
def test_an_address_is_taken_apart(url: str, shown: str) -> None:
    assert str(Address.parse(url, BASES)) == shown


NO_ADDRESS = [
    "",
    "h",
    "127.0.0.1:4010",
    "localhost:4010",
    "ftp://h",
    "http://",
    "http:///x",
    "http://[::1",
    "http://h:0",
]
MANGLED = [
    "http://h:65536",
    "http://h:x",
    "http://a..b",
    "http://h /",
    "http://h/\n",
    "http://h/?",
    "http://h/#",
    "http://h?a",
]


@pytest.mark.parametrize("url", [*NO_ADDRESS, *MANGLED])
def test_nonsense_is_refused_with_a_remedy(url: str) -> None:
    with pytest.raises(BadOption, match=r"; (write it like http://|give the address without)"):
        Address.parse(url, BASES)


def test_a_secret_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadOption) as caught:
        Address.parse("https://user:hunter2@api.example/api.xro/2.0", BASES)
    assert "header" in str(caught.value)
    assert "hunter2" not in str(caught.value)
