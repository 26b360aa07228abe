"""The Content-Type of a write fits its body."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.client.counterpart import Heard
from conformance.client.kind import ClientRule, Look, Offence
from conformance.contract.model import Clause, Contract

_BEGIN_JSON = (b"{", b"[")
_BEGIN_XML = b"<"


def watch(contract: Contract, _clause: Clause, heard: Sequence[Heard]) -> Look:
    """Whether each body is of the format that its request names."""
    bodied = [each for each in heard if each.request.body.strip()]
    return Look(judged=len(bodied), offences=tuple(found for each in bodied for found in _offences(contract, each)))


def _offences(contract: Contract, heard: Heard) -> list[Offence]:
    named = heard.request.headers.first("Content-Type").partition(";")[0].strip().lower()
    body = heard.request.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = "json" if body.startswith(_BEGIN_JSON) else "xml" if body.startswith(_BEGIN_XML) else ""
    if contract.form is not None and named == contract.form.media_type:
        return []
    line = f"{heard.request.method} {heard.request.path}"
    if not named:
        return [Offence(code="no-media-type", sentence=f"{line} has a body and no Content-Type", heard=heard)]
    if not found or found in named:
        return []
    sentence = f"{line} has the Content-Type {named!r}, and its body is {found.upper()}"
    return [Offence(code="wrong-media-type", sentence=sentence, heard=heard)]


RULE = ClientRule(name="media-type", watch=watch)
