"""What is wrong with one exchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with one exchange, in one sentence, and the clause that it breaks."""

    clause: str
    sentence: str
    path: str = ""
    #: the erratum that excuses it, when the published document is what is wrong
    erratum: str = ""
    #: what is wrong and with which member, for errata to name; empty where no erratum could excuse it
    code: str = ""
