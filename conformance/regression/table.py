"""Every rule by which a change is classed: one table, which docs/comparison.md shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Harm(StrEnum):
    """What a change does to somebody, the worst first."""

    BREAKING = "breaking"
    RISKY = "risky"
    HARMLESS = "harmless"


_B, _R, _H = Harm.BREAKING, Harm.RISKY, Harm.HARMLESS


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change: what it does to who reads, and to who writes."""

    id: str
    reader: Harm
    writer: Harm
    sentence: str

    @property
    def worst(self) -> Harm:
        """The worse of the two."""
        return min(self.reader, self.writer, key=list(Harm).index)


RULES = (
    # verdicts
    Rule("promise-to-readers-broken", _B, _H, "A case about reading passed, and fails now."),
    Rule("promise-to-writers-broken", _R, _B, "A case about writing passed, and fails now."),
    Rule("promise-broken", _B, _B, "A case about both reading and writing passed, and fails now."),
    Rule("promise-weakened", _R, _R, "A case passed, and has a warning now."),
    Rule("promise-mended", _H, _H, "A case failed, had a warning or could not run, and passes now."),
    Rule(
        "promise-in-doubt", _R, _R, "A case was judged, and could not run now: nobody knows whether the promise holds."
    ),
    Rule("promise-not-asked", _R, _R, "A case was judged, and the target is said to lack what it needs now."),
    Rule("finding-changed", _R, _R, "A case was broken, and is broken in another way now."),
    Rule("choice-changed", _R, _R, "The contract leaves it open, and the target goes the other way now."),
    Rule("case-judged", _R, _R, "A case was not judged before, and has a finding now."),
    Rule("suite-failed", _R, _R, "The suite itself failed in the case; this says nothing about the target."),
    Rule("case-vanished", _R, _R, "A case was in the first run, and is not in the second."),
    Rule("case-new", _H, _H, "A case is in the second run only."),
    # statuses
    Rule("read-refused", _B, _H, "A read succeeded, and is refused now."),
    Rule("write-refused", _H, _B, "A write succeeded, and is refused now."),
    Rule("read-accepted", _R, _H, "A read was refused, and succeeds now."),
    Rule("write-accepted", _R, _R, "A write was refused, and succeeds now: what was kept out gets in."),
    Rule("server-fails", _B, _B, "The answer is a failure of the server (5xx) now."),
    Rule("server-recovers", _H, _H, "The answer was a failure of the server (5xx), and is none now."),
    Rule("redirected", _B, _B, "The answer sends the caller elsewhere (3xx) now."),
    Rule("no-longer-redirected", _R, _R, "The answer sent the caller elsewhere (3xx), and does not now."),
    Rule("other-success", _R, _R, "Another status of success (2xx)."),
    Rule("other-refusal", _R, _R, "Another status of refusal (4xx)."),
    Rule("other-status", _R, _R, "Another status."),
    Rule("answer-lost", _B, _B, "There was an answer, and there is none now."),
    Rule("answer-came", _H, _H, "There was no answer, and there is one now."),
    # headers
    Rule("media-type-changed", _B, _B, "The Content-Type names another media type, or is gone."),
    Rule("media-type-renamed", _R, _R, "The Content-Type names the same format by another media type."),
    Rule("media-type-parameter-changed", _R, _R, "The Content-Type names the same media type with other parameters."),
    Rule("header-vanished", _R, _R, "A header field is gone."),
    Rule("header-new", _H, _H, "A header field is new."),
    Rule("header-changed", _R, _R, "A header field has another value."),
    # bodies
    Rule("body-unreadable", _B, _B, "The body could be read, and cannot be now."),
    Rule("body-readable", _H, _H, "The body could not be read, and can be now."),
    Rule("body-format-changed", _B, _B, "The body is of another format: JSON, XML, or neither."),
    Rule("body-emptied", _B, _R, "There was a body, and there is none now."),
    Rule("body-came", _R, _H, "There was no body, and there is one now."),
    Rule("body-text-changed", _R, _R, "A body that is neither JSON nor XML says something else."),
    Rule("member-vanished", _B, _R, "A member is gone."),
    Rule("member-new", _H, _H, "A member is new; it breaks those who refuse what they do not know."),
    Rule("type-changed", _B, _R, "A member is of another type."),
    Rule("value-emptied", _B, _R, "A member had a value, and is null or empty now."),
    Rule("value-came", _R, _H, "A member was null or empty, and has a value now."),
    Rule("emptiness-changed", _R, _H, "A member without a value is left out, null or empty where it was otherwise so."),
    Rule("text-changed", _R, _R, "A member holds another text."),
    Rule("number-changed", _R, _R, "A member holds another number."),
    Rule("boolean-changed", _R, _R, "A member says yes where it said no, or the other way round."),
    Rule("identifier-changed", _B, _B, "A member means another record: one that was not there, or not here, before."),
    Rule("notation-changed", _R, _H, "The same value is written in another notation."),
    Rule("record-vanished", _B, _R, "A record of the conversation was in the answer, and is not now."),
    Rule("record-new", _R, _R, "A record of the conversation was not in the answer, and is now."),
    Rule("item-vanished", _B, _R, "An item of a list is gone."),
    Rule("item-new", _R, _H, "An item of a list is new."),
    Rule(
        "order-changed",
        _B,
        _B,
        "The records stand in another order, where the request asks for one or the answer has one.",
    ),
    Rule("message-changed", _R, _R, "An error is told in other words; it breaks those who read them by program."),
    Rule("error-code-changed", _R, _B, "The number or the type of an error is another."),
)

TABLE = {each.id: each for each in RULES}

VERDICTS = (
    ("*", "suite-error", "suite-failed"),
    ("suite-error", "pass", "promise-mended"),
    ("pass warn tolerated", "fail stale", "broken"),
    ("pass", "warn tolerated", "promise-weakened"),
    ("fail warn stale tolerated could-not-run", "pass", "promise-mended"),
    ("fail stale", "warn tolerated", "promise-mended"),
    ("pass warn tolerated fail stale", "could-not-run", "promise-in-doubt"),
    ("pass warn tolerated fail stale could-not-run", "not-applicable", "promise-not-asked"),
    ("not-applicable", "pass", "case-new"),
    ("*", "*", "case-judged"),
)
"""Verdict before, verdict after, and the rule; the first row that fits counts."""

BROKEN = {
    "query": "promise-to-readers-broken",
    "upsert": "promise-to-writers-broken",
    "create-conflict": "promise-to-writers-broken",
    "validation": "promise-to-writers-broken",
    "batch": "promise-to-writers-broken",
    "idempotency": "promise-to-writers-broken",
    "concurrency": "promise-to-writers-broken",
}
"""Whom a broken promise of a chapter breaks; in other chapters both."""

STATUSES = (
    ("*", "none", "none", "answer-came"),
    ("*", "2xx 3xx 4xx 5xx", "none", "answer-lost"),
    ("*", "none", "*", "answer-came"),
    ("read", "2xx", "4xx", "read-refused"),
    ("write", "2xx", "4xx", "write-refused"),
    ("read", "4xx", "2xx", "read-accepted"),
    ("write", "4xx", "2xx", "write-accepted"),
    ("*", "2xx 3xx 4xx", "5xx", "server-fails"),
    ("*", "5xx", "2xx 3xx 4xx", "server-recovers"),
    ("*", "2xx 4xx", "3xx", "redirected"),
    ("*", "3xx", "2xx 4xx", "no-longer-redirected"),
    ("*", "2xx", "2xx", "other-success"),
    ("*", "4xx", "4xx", "other-refusal"),
    ("*", "*", "*", "other-status"),
)
"""Read or write, status before, status after, and the rule."""

VALUES = (
    ("value item", "absent", "null empty", "emptiness-changed"),
    ("value item", "null empty", "absent null empty", "emptiness-changed"),
    ("record", "absent", "*", "record-new"),
    ("record", "*", "absent", "record-vanished"),
    ("item", "absent", "*", "item-new"),
    ("item", "*", "absent", "item-vanished"),
    ("*", "absent", "*", "member-new"),
    ("*", "*", "absent", "member-vanished"),
    ("*", "null empty", "*", "value-came"),
    ("*", "*", "null empty", "value-emptied"),
    ("message", "text", "text", "message-changed"),
    ("code", "text", "text", "error-code-changed"),
    ("code", "number", "number", "error-code-changed"),
    ("*", "text", "text", "text-changed"),
    ("*", "number", "number", "number-changed"),
    ("*", "boolean", "boolean", "boolean-changed"),
    ("*", "identifier", "identifier", "identifier-changed"),
    ("*", "notation", "notation", "notation-changed"),
    ("*", "*", "*", "type-changed"),
)
"""Place, what the value was, what it is, and the rule."""

NOISE = frozenset(
    {
        "age", "alt-svc", "cf-cache-status", "cf-ray", "connection", "content-encoding", "content-length", "date",
        "etag", "expires", "keep-alive", "last-modified", "nel", "proxy-connection", "report-to", "server",
        "server-timing", "set-cookie", "trailer", "transfer-encoding", "vary", "via", "x-cache", "x-powered-by",
        "x-request-id", "x-runtime",
    }
)  # fmt: skip
"""Header fields that say nothing about the API: how the answer travelled, when, and by whom."""

COUNTING = ("remaining", "correlation", "request-id", "trace", "retry-after", "reset")
"""What is in the names of header fields whose values are other ones each time."""


def row(table: tuple[tuple[str, ...], ...], *facts: str) -> str:
    """The rule of the first row that fits these facts."""
    return next(
        each[-1]
        for each in table
        if all(cell == "*" or fact in cell.split() for cell, fact in zip(each[:-1], facts, strict=True))
    )
