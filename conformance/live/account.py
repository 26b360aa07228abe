"""A profile: a file that says where a real organisation is, who asks, and how much. It never holds a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from conformance.contract import toml
from conformance.contract.load import generations
from conformance.contract.model import Contract, Limits
from conformance.errors import BadOption, BadSpec
from conformance.rules.registry import contract
from conformance.targets.address import Address

_LARGEST = 64 * 1024
# A JSON Web Token begins like this, whatever it holds; a scheme before a long word is a token too.
_TOKEN = re.compile(r"\beyJ[\w-]{8,}|\bbearer\s+[\w.~+/=-]{12,}", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SECONDS = 30.0
_A_RUN = 2000
_HOW = 'name a variable, as in environment = "XERO_TOKEN", or a command that prints it'


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the token comes from: a variable of the environment, or what a command prints."""

    environment: str = ""
    command: tuple[str, ...] = ()
    #: how long the command may take
    seconds: float = _SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A profile as it was read."""

    path: Path
    address: Address
    contract: Contract
    limits: Limits
    tenant: str
    source: Source
    #: requests in a minute, and in a whole run with its cleaning up
    minute: int
    run: int


def read(path: Path) -> Account:
    """The profile at ``path``. Raises BadSpec; no value of the file is ever repeated there."""
    _look_for_tokens(path)
    file = toml.read(path, "live", mask="the value")
    table = file.table
    known = _contract(file)
    assert known.limits is not None
    if not _GUID.fullmatch(table["tenant"]):
        raise file.refuse(["tenant"], "tenant: the value is not a GUID", "give the tenant id of the organisation")
    asked = table.get("requests", {})
    most = known.limits.minute.most
    if asked.get("minute", 1) > most:
        place, problem = ["requests", "minute"], f"requests.minute: the service lets {most} through"
        raise file.refuse(place, problem, f"give a number from 1 to {most}")
    return Account(
        path=path,
        address=_address(file, known),
        contract=known,
        limits=known.limits,
        tenant=table["tenant"],
        source=_source(file, table["token"]),
        minute=asked.get("minute", most),
        run=asked.get("run", _A_RUN),
    )


def _look_for_tokens(path: Path) -> None:
    """Refuse a file that holds a token, before anything else could quote it."""
    try:
        if path.stat().st_size > _LARGEST:
            raise BadSpec(path, 1, f"has more than {_LARGEST // 1024} KiB", "a profile is a few lines")
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise BadSpec(
            path, 1, f"cannot be read ({error.strerror})", "name a profile, as in live:profile.toml"
        ) from error
    for number, line in enumerate(lines, 1):
        if _TOKEN.search(line) or re.match(r"""\s*["']?token["']?\s*=\s*["']""", line):
            raise BadSpec(path, number, "a token does not belong in a file", _HOW)


def _contract(file: toml.SpecFile) -> Contract:
    able = [each for each in generations() if _told(contract(each))]
    if file.table["generation"] not in able:
        problem = "generation: the value is none that can be asked for its organisation and its limits"
        raise file.refuse(["generation"], problem, f"use {' or '.join(able)}")
    return contract(file.table["generation"])


def _told(known: Contract) -> bool:
    return known.organisation is not None and known.limits is not None


def _address(file: toml.SpecFile, known: Contract) -> Address:
    """The address; in the clear only where nobody can listen."""
    example = "write it like https://api.example.com, without a user, a query or a fragment"
    try:
        address = Address.parse(file.table["base_url"], (known.base,))
    except BadOption as error:
        raise file.refuse(["base_url"], "base_url: the value is no address that can be used", example) from error
    if address.scheme != "https" and not _here(address.host):
        problem = "base_url: a token is not sent in the clear"
        raise file.refuse(["base_url"], problem, "use https; http is for this machine alone")
    return address


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _source(file: toml.SpecFile, table: Mapping[str, Any]) -> Source:
    if ("environment" in table) == ("command" in table):
        raise file.refuse(["token"], "token: one of environment and command is needed, and only one", _HOW)
    if not _VARIABLE.fullmatch(table.get("environment", "X")):
        raise file.refuse(["token", "environment"], "token.environment: the value is no name of a variable", _HOW)
    return Source(**{**table, "command": tuple(table.get("command", ()))})
