"""Every way in which the model client can be told to be wrong, with the duty that it breaks by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from conformance.client.model.faults import answers, lists, requests, retries, sent, through, together, values
from conformance.client.model.faults.kind import ClientFault

_SINCE_2010 = ("2.0-2010", "2.0-2026")
_TODAY = ("2.0-2026",)

__all__ = ["FAULTS", "ClientFault"]

#: faults that show in some generations only: the others have no such header, call or member
_SHOWN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("no-token", "empties-on-create", "empty-lists", "too-long", "swallows-400", "keeps-moment", "keeps-filter"),
        _SINCE_2010,
    ),
    **dict.fromkeys(
        (
            "cuts-long",
            "cuts-long-on-return",
            "one-change",
            "one-identity",
            "reads-elsewhere",
            "order-unsent",
            "only-upwards",
            "backslashes-quotes",
        ),
        _SINCE_2010,
    ),
    **dict.fromkeys(("no-tenant", "edits-first-items", "swallows-401", "swallows-403"), _TODAY),
    **dict.fromkeys(("one-id", "archived-unsent", "search-unsent", "page-unsent", "partial-pages"), _TODAY),
    "one-key": ("1.0",),
}

FAULTS: Mapping[str, ClientFault] = {
    each.name: replace(each, generations=_SHOWN.get(each.name, ()))
    for part in (requests, sent, values, lists, together, answers, through, retries)
    for each in part.FAULTS
}
