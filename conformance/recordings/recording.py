"""One recorded exchange, with what its recorder left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conformance.exchange import Exchange, Request

STATUS, HEADERS, BYTES, BODY, REQUEST = "status", "headers", "bytes", "body", "request"
"""What a recording may lack. ``bytes``: it holds the text of a body, decoded, and not what was on the wire."""

_WORDS = "redacted|filtered|removed|masked|hidden|scrubbed|anonymi[sz]ed"
_MASK = re.compile(rf"[\[<({{%_]*(?:[x*#?.-]{{3,40}}|(?:\w*[ _-])?(?:{_WORDS})(?:[ _-]\w*)?)[\])}}>%_]*", re.IGNORECASE)


def masked(text: str) -> bool:
    """Whether a text stands where its recorder took another out, so that it says nothing of whoever sent it."""
    return bool(_MASK.fullmatch(text.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An exchange, where it stands, and what of it was not recorded. ``trouble`` says why it is no exchange at all."""

    file: str
    #: the place in the file, from 1
    number: int
    exchange: Exchange = field(default_factory=lambda: Exchange(request=Request(method="", path="")))
    lacks: frozenset[str] = frozenset()
    trouble: str = ""
    #: the moment of the recording, where the recorder wrote it down
    moment: str = ""
