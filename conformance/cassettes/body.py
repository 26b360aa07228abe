"""Bodies as recordings write them down, back into the bytes that were sent."""

from __future__ import annotations

import binascii
import zlib
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from conformance.cassettes.wrong import Wrong
from conformance.errors import Garbled
from conformance.exchange import Headers

LARGEST = 32 * 1024 * 1024
"""The most bytes that a packed body may come to."""

# Others are not what servers send; and some codecs of Python's take time that grows with the square of a text.
_ENCODINGS = frozenset({"utf-8", "us-ascii", "iso-8859-1", "windows-1252"})
_GZIP, _ZLIB, _RAW = 47, 15, -15


def written(value: Any) -> bytes:
    """The bytes of a body: nothing, text, bytes, or a mapping that holds either. Raises Wrong."""
    if isinstance(value, Mapping):
        return _held(value)
    return _bytes(value, "")


def _held(body: Mapping[Any, Any]) -> bytes:
    packed = body.get("base64_string")
    if packed is not None:
        try:
            return b64decode(packed if isinstance(packed, bytes) else str(packed).encode("ascii", "replace"))
        except binascii.Error as error:
            raise Wrong("base64_string is not base64", at=("base64_string",)) from error
    encoding = body.get("encoding")
    return _bytes(body.get("string"), encoding.lower() if isinstance(encoding, str) else "")


def _bytes(value: Any, encoding: str) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise Wrong(f"a body is text or bytes, not {type(value).__name__}")
    if encoding in _ENCODINGS:
        try:
            return value.encode(encoding)
        except UnicodeEncodeError:
            pass
    return value.encode("utf-8", "surrogatepass")


def unpacked(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """The body as it was before it was packed, and headers that say so. Raises Garbled when that cannot be told.

    A recorder that unpacks bodies may leave the header: then the bytes are taken as they are.
    """
    codings = [each.strip().lower() for each in headers.first("Content-Encoding").split(",") if each.strip()]
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
            body = _inflated(body, _GZIP)
        elif coding == "deflate" and body.lstrip()[:1] not in (b"<", b"{", b"["):
            body = _inflated(body, _ZLIB if body[:1] == b"\x78" else _RAW)
        elif coding not in ("gzip", "x-gzip", "deflate", "identity") and not _reads_as_text(body):
            raise Garbled(f"the recorded body is packed as {coding[:40]}, which is not undone here")
    if not codings:
        return headers, body
    kept = tuple(pair for pair in headers if pair[0].lower() not in ("content-encoding", "content-length"))
    return Headers(kept), body


def _inflated(body: bytes, window: int) -> bytes:
    inflater = zlib.decompressobj(window)
    try:
        found = inflater.decompress(body, LARGEST)
    except zlib.error as error:
        raise Garbled("the recorded body cannot be unpacked: it is not what its Content-Encoding says") from error
    if inflater.unconsumed_tail:
        raise Garbled(f"the recorded body comes to more than {LARGEST // 1024 // 1024} MiB when unpacked")
    return found


def _reads_as_text(body: bytes) -> bool:
    return not body or body.lstrip()[:1] in (b"<", b"{", b"[")
