"""An exchange as a person reads it: request line, headers, body laid out, and a curl command that repeats it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from conformance.errors import Unreadable
from conformance.wire import xml

WIDTH = 4_000
"""Characters of a body that are laid out."""


def exchange(event: Mapping[str, Any]) -> str:
    """The exchange of an event, in plain text."""
    request, response = event["request"], event["response"]
    parts = [f"{request['method']} {request['url']}", *_headers(request["headers"]), "", body(request["body"]), ""]
    if response is None:
        parts.append(f"(no answer: {event['failure']})")
    else:
        parts += [f"{response['status']}  after {event['milliseconds']:.1f} ms", *_headers(response["headers"])]
        parts += ["", body(response["body"])]
    return "\n".join([*parts, "", curl(request), ""])


def title(event: Mapping[str, Any]) -> str:
    """The exchange in one line."""
    request, response = event["request"], event["response"]
    ending = "no answer" if response is None else str(response["status"])
    return f"{request['method']} {request['url']} -> {ending}"


def _headers(headers: list[list[str]]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]


def body(text: str) -> str:
    """A body laid out, if it is a document that can be; cut when it is long."""
    start = text.lstrip()[:1]
    laid_out = text
    if start in ("{", "["):
        try:
            laid_out = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except ValueError:
            laid_out = text
    elif start == "<":
        try:
            laid_out = xml.write(xml.read(text.encode()), pretty=True).decode()
        except Unreadable:
            laid_out = text
    return laid_out if len(laid_out) <= WIDTH else f"{laid_out[:WIDTH]}\n... ({len(laid_out)} characters in all)"


def curl(request: Mapping[str, Any]) -> str:
    """A command that sends the request again; ``$BASE`` is the address of the target, secrets are left to fill in."""
    parts = ["curl", "-i", "-X", request["method"]]
    for name, value in request["headers"]:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    if request["body"]:
        parts += ["--data-binary", shlex.quote(request["body"])]
    return " ".join([*parts, f'"$BASE"{shlex.quote(request["url"])}'])
