"""The event stream: a header, one line a case, a footer. Every report is a rendering of it.

Lines are JSON objects that meet ``schemas/events.schema.json``, and hold no secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema_rs

from conformance.compare import differences
from conformance.contract.model import foundations
from conformance.errors import BadOption
from conformance.exchange import Exchange, Headers
from conformance.session.outcome import Outcome, Subject, Verdict
from conformance.session.redact import Redactor

Event: TypeAlias = Mapping[str, Any]

BODY_LIMIT = 20_000
"""Characters of a body that are kept."""


@cache
def _schema() -> jsonschema_rs.Validator:
    text = files("conformance.session.schemas").joinpath("events.schema.json").read_text("utf-8")
    return jsonschema_rs.validator_for(json.loads(text))


def case_event(outcome: Outcome, redactor: Redactor) -> Event:
    """The line of one case."""
    return {
        **_identified(outcome.case),
        "verdict": outcome.verdict.value,
        "reason": redactor.text(outcome.reason),
        "code": outcome.code,
        "choice": redactor.text(outcome.choice),
        "difference": [redactor.text(str(each)) for each in _differences(outcome)],
        "milliseconds": round(outcome.milliseconds, 3),
        "exchanges": [*_shared(outcome, redactor), *(exchange_event(each, redactor) for each in outcome.exchanges)],
        **({"remarks": list(outcome.remarks)} if outcome.remarks else {}),
        "weather": [redactor.text(each) for each in outcome.weather],
        "told_with": [each.teller for each in outcome.told_with],
        "scenes": list(dict.fromkeys(each.name for each in outcome.told_with)),
    }


def _shared(outcome: Outcome, redactor: Redactor) -> list[dict[str, Any]]:
    """The exchanges that another case has already: whoever reads a finding must not have to look for them there."""
    shown = () if outcome.verdict is Verdict.PASS else outcome.told_with
    return [{**exchange_event(each, redactor), "shared": True} for played in shown for each in played.exchanges]


def error_event(case: Subject, reason: str, redactor: Redactor) -> Event:
    """The line of a case in which the suite itself went wrong."""
    outcome = Outcome(case=case, verdict=Verdict.SUITE_ERROR, reason=reason)
    return case_event(outcome, redactor)


def _identified(case: Subject) -> dict[str, Any]:
    clause = case.clause
    return {
        "kind": "case",
        "case": case.id,
        "generation": case.contract.generation,
        "format": case.format,
        "chapter": clause.chapter,
        "clause": clause.id,
        # Words of an enumeration cannot travel from a worker to the process that began the run.
        "parameter": str(case.parameter),
        "level": clause.level.value,
        "grade": clause.grade.value,
        "rests": list(foundations(case.contract, clause.id)),
        "sentence": clause.sentence,
        "source": clause.source,
    }


def _differences(outcome: Outcome) -> Iterable[object]:
    if not outcome.code or outcome.before is None or outcome.after is None:
        return ()
    return differences(outcome.before, outcome.after)[:50]


def exchange_event(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """One exchange as text, without secrets."""
    request, response = exchange.request, exchange.response
    return {
        "request": {
            "method": request.method,
            "url": redactor.text(request.url),
            "headers": _headers(request.headers, redactor),
            "body": _body(request.body, redactor),
        },
        "response": response
        and {
            "status": response.status,
            "headers": _headers(response.headers, redactor),
            "body": _body(response.body, redactor),
        },
        "failure": redactor.text(exchange.failure),
        "milliseconds": round(exchange.milliseconds, 3),
        **({"scene": exchange.scene} if exchange.scene else {}),
    }


def _headers(headers: Headers, redactor: Redactor) -> list[list[str]]:
    return [[name, redactor.header(name, value)] for name, value in headers]


def _body(body: bytes, redactor: Redactor) -> str:
    # Redacted as a whole and cut afterwards: half a secret would not be known for one.
    text = redactor.text(body.decode("utf-8", "replace"))
    return text if len(text) <= BODY_LIMIT else f"{text[:BODY_LIMIT]}\n... cut, {len(body)} bytes in all"


def line(event: Event) -> str:
    """The event as a line of the stream. Raises ValueError when it does not meet the schema: a bug of ours."""
    _schema().validate(event)
    return json.dumps(event, ensure_ascii=True, separators=(",", ":"))


def read(path: Path) -> list[Event]:
    """The events of a stream. Raises BadOption for a file that is none."""
    events: list[Event] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                events.append(_event(path, number, text))
    except (OSError, UnicodeDecodeError) as error:
        raise BadOption(f"{path} cannot be read as an event stream: {error}", _WANTED) from error
    if not events or events[0]["kind"] != "header" or events[-1]["kind"] != "footer":
        raise BadOption(f"{path} is not a whole run: header or footer is missing", "let the run end")
    return events


_WANTED = "give a run's events.jsonl"


def _event(path: Path, number: int, text: str) -> Event:
    try:
        event: Event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadOption(f"{path}:{number}: not a line of JSON, or cut off in the middle", _WANTED) from error
    if not _schema().is_valid(event):
        raise BadOption(f"{path}:{number}: not an event of this format", _WANTED)
    return event
