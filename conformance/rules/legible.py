"""The bytes of every answer are what they claim to be: text in the charset that is named, and a valid document.

Errors of the real service claim UTF-16 in their prolog and are in single bytes: readers strip that claim, and so does
this rule.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from conformance.contract.model import Clause, Contract
from conformance.exchange import Response
from conformance.recordings.recording import BYTES
from conformance.rules.ending import Broken
from conformance.rules.garble import answering_at
from conformance.rules.heard import Heard, about
from conformance.rules.kind import Check, Fault, Finding, Rule, fault
from conformance.rules.overheard import ALL, at, existing
from conformance.rules.reply import Reply
from conformance.rules.story import Story

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
_PROLOG = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_USUAL = "utf-8"


def checks(contract: Contract, clause: Clause) -> Iterator[Check]:
    """One check a place, errors among them."""
    return at(contract, clause, _look, ALL)


def _look(story: Story, reply: Reply) -> None:
    wrong = _charset(reply.response) or _invalid(reply.response, reply.trouble)
    if wrong:
        raise Broken(wrong[0], f"the answer to {reply.request.method} {reply.request.path} {story.quote(wrong[1])}")


def overhear(clause: Clause, heard: Heard) -> Iterator[Finding]:
    """Bytes that are not what they claim to be; of decoded text only whether it is a document."""
    wrong = None if BYTES in heard.lacks or not heard.response.body else _charset(heard.response)
    wrong = wrong or _invalid(heard.response, heard.trouble)
    if wrong:
        yield about(clause, wrong[0], f"the body {wrong[1]}")


def _invalid(response: Response, trouble: str) -> tuple[str, str] | None:
    return ("not-valid", f"cannot be read: {trouble}") if trouble and response.body else None


def _charset(response: Response) -> tuple[str, str] | None:
    """A code and the rest of a sentence; None where the bytes are in the charset that they claim."""
    body = response.body
    said, prolog = _claims(response)
    for claim in [each for each in dict.fromkeys((said, prolog)) if each] or [_USUAL]:
        trouble = _trouble(body, claim)
        if trouble:
            return "other-charset", f"claims to be in {claim}, and {trouble}"
    if said and prolog and not body.isascii() and _name(said) != _name(prolog):
        return "two-charsets", f"is in {said} by its Content-Type and in {prolog} by its prolog"
    return None


def _claims(response: Response) -> tuple[str, str]:
    """The charset of the header and that of the prolog, each where it is named."""
    named = _CHARSET.search(response.headers.first("Content-Type"))
    prolog = _PROLOG.match(response.body.removeprefix(codecs.BOM_UTF8))
    written = prolog[1].decode("ascii", "replace") if prolog else ""
    return named[1] if named else "", "" if written.lower().startswith("utf-16") else written


def _name(charset: str) -> str:
    return codecs.lookup(charset).name


def _trouble(body: bytes, charset: str) -> str:
    try:
        # Names in hosts are no charset of bodies, and take a time that grows with the square of a long one.
        if codecs.lookup(charset).name not in ("idna", "punycode"):
            body.decode(charset)
            return ""
    except UnicodeDecodeError as error:
        return f"byte {error.start} fits no character"
    except (LookupError, ValueError):
        # A name with a null character in it is none either.
        pass
    return "nobody knows such a charset"


def faults(contract: Contract, clause: Clause) -> Iterator[Fault]:
    """Servers whose bytes are not what they are called, in one sort of answer."""
    for place in existing(contract, ALL):
        alter = answering_at(contract, place, _stray)
        seeded = fault(clause, f"stray-byte-{place}", "other-charset", f"a stray byte ends the answer: {place}", alter)
        yield replace(seeded, parameter=place)
    for slug, (code, sentence, change) in _ELSE.items():
        yield fault(clause, slug, code, sentence, answering_at(contract, "list", change))
    if "xml" in contract.formats:
        alter = answering_at(contract, "read", _unescaped)
        yield fault(clause, "bare-ampersand", "not-valid", "ampersands stand bare in XML", alter)
        alter = answering_at(contract, "read", _claimed)
        yield fault(clause, "prolog-apart", "two-charsets", "the prolog of XML names another charset", alter)


def _stray(response: Response) -> Response:
    return replace(response, body=response.body + b"\xff")


def _latin(response: Response) -> Response:
    return replace(response, body=response.body.decode().encode("latin-1", "replace"))


def _cut(response: Response) -> Response:
    return replace(response, body=response.body[:-3])


def _unknown(response: Response) -> Response:
    kind = f"{response.media_type}; charset=utf8mb4"
    return replace(response, headers=response.headers.with_field("Content-Type", kind))


def _unescaped(response: Response) -> Response:
    return replace(response, body=response.body.replace(b"&amp;", b"&")) if response.body[:1] == b"<" else response


def _claimed(response: Response) -> Response:
    return replace(response, body=response.body.replace(b'"utf-8"', b'"iso-8859-1"', 1))


_ELSE: dict[str, tuple[str, str, Callable[[Response], Response]]] = {
    "latin-1": ("other-charset", "a list is in Latin-1 and called UTF-8", _latin),
    "cut-off": ("not-valid", "a list breaks off before its end", _cut),
    "unknown-charset": ("other-charset", "a list names a charset that nobody knows", _unknown),
}

RULE = Rule(name="legible", checks=checks, faults=faults, overhear=overhear)
